import { offerSingleKeys, singleKeysAreOff } from "./single_keys.js";

// Every key of the desk, once: the handler and the cheat sheet are both made from this list.
// `keys` are KeyboardEvent.key values; with `ctrl` it also works inside text fields.
import { gettext } from "../words.js";

export const keymap = [
  { action: "choose", keys: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: ["0", "…", "9"], text: gettext("choose a level and go to the next open criterion") },
  { action: "aside", value: "NA", keys: ["n"], shown: ["n"], text: gettext("does not apply") },
  { action: "aside", value: "cannot_assess", keys: ["c"], shown: ["c"], text: gettext("cannot assess") },
  { action: "move", value: 1, keys: ["j"], shown: ["j"], text: gettext("next criterion") },
  { action: "move", value: -1, keys: ["k"], shown: ["k"], text: gettext("previous criterion") },
  { action: "rationale", keys: ["r"], shown: ["r"], text: gettext("write the reason") },
  { action: "evidence", keys: ["e"], shown: ["e"], text: gettext("quote what is selected as evidence, or write it") },
  { action: "sure", value: "1", keys: ["i"], shown: ["i"], text: gettext("how sure, where it is asked: a guess") },
  { action: "sure", value: "2", keys: ["o"], shown: ["o"], text: gettext("fairly sure") },
  { action: "sure", value: "3", keys: ["p"], shown: ["p"], text: gettext("sure") },
  { action: "open", value: "skip", keys: ["s"], shown: ["s"], text: gettext("skip this response") },
  { action: "open", value: "flag", keys: ["f"], shown: ["f"], text: gettext("flag a problem") },
  { action: "open", value: "sources", keys: ["d"], shown: ["d"], text: gettext("documents and reference, where there are some") },
  { action: "open", value: "guidelines", keys: ["g"], shown: ["g"], text: gettext("guidelines and worked examples, where there are some") },
  { action: "undo", keys: ["u"], shown: ["u"], text: gettext("undo the last submission") },
  { action: "submit", keys: ["Enter"], ctrl: true, shown: ["Ctrl", "Enter"], text: gettext("submit and go on") },
  { action: "open", value: "keys", keys: ["?"], shown: ["?"], text: gettext("show these keys") },
];

const inTextField = (target) =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit"].includes(target.type)) ||
  target instanceof HTMLSelectElement ||
  target.isContentEditable;

// The entry a key press means here and now, or undefined.
export const entryFor = (event, map = keymap) => {
  if (event.altKey || event.isComposing) return undefined;
  const ctrl = event.ctrlKey || event.metaKey;
  if (!ctrl && singleKeysAreOff()) return undefined;
  if (!ctrl && (inTextField(event.target) || event.target.closest?.(".dialog"))) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return map.find((entry) => Boolean(entry.ctrl) === ctrl && entry.keys.includes(key));
};

export const writeCheatSheet = (list, map = keymap) => {
  for (const { shown, text } of map) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of shown) {
      const cap = document.createElement("kbd");
      cap.className = "key";
      cap.textContent = key;
      term.append(cap);
    }
    const meaning = document.createElement("dd");
    meaning.textContent = text;
    row.append(term, meaning);
    list.append(row);
  }
  offerSingleKeys(list);
};
