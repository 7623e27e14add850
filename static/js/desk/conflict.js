// Two tabs or two devices: both texts side by side, the person chooses, nothing is overwritten.
import { gettext } from "../words.js";

const cell = (text) => {
  const made = document.createElement("td");
  made.dir = "auto";
  made.textContent = text;
  return made;
};

const inWords = (criteria, key, answer) => {
  if (!answer) return "–";
  const { value = "", rationale = "", evidence = "", confidence = "" } = answer;
  const quoted = [evidence].flat().map((one) => one.quote ?? one).join(" · ");
  const sure = confidence && { 1: gettext("a guess"), 2: gettext("fairly sure"), 3: gettext("sure") }[confidence];
  return [value && criteria.label(key, value), rationale, quoted, sure].filter(Boolean).join(": ") || "–";
};

export const askWhichToKeep = (criteria, said, keep) => {
  const dialog = document.querySelector("#conflict");
  const rows = dialog.querySelector("[data-conflict-rows]");
  const here = criteria.read();
  dialog.querySelector("[data-conflict-text]").textContent = said.title;
  rows.replaceChildren();
  for (const key of new Set([...Object.keys(here), ...Object.keys(said.stored)])) {
    if (JSON.stringify(here[key]) === JSON.stringify(said.stored[key])) continue;
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = criteria.name(key);
    row.append(name, cell(inWords(criteria, key, here[key])), cell(inWords(criteria, key, said.stored[key])));
    rows.append(row);
  }
  if (!rows.children.length) {
    keep("here");
    return;
  }
  const before = document.activeElement;
  dialog.onclick = ({ target }) => {
    const choice = target.closest("[data-keep]")?.dataset.keep;
    if (!choice) return;
    dialog.hidePopover();
    // A popover that closes by hand gives no focus back.
    before?.focus();
    keep(choice);
  };
  dialog.showPopover();
  dialog.querySelector("[data-keep]").focus();
};
