// Every key of the editor, once: the handler and the cheat sheet are both made from this list.
import { gettext } from "../words.js";

export const keymap = [
  { action: "move", value: 1, keys: ["j"], shown: ["j"], text: gettext("next criterion") },
  { action: "move", value: -1, keys: ["k"], shown: ["k"], text: gettext("previous criterion") },
  { action: "edit", keys: ["e"], shown: ["e"], text: gettext("edit the criterion") },
  { action: "press", value: "up", keys: ["ArrowUp"], alt: true, shown: ["Alt", "↑"], text: gettext("move the criterion up") },
  { action: "press", value: "down", keys: ["ArrowDown"], alt: true, shown: ["Alt", "↓"], text: gettext("move the criterion down") },
  { action: "press", value: "copy", keys: ["d"], shown: ["d"], text: gettext("duplicate the criterion") },
  { action: "press", value: "remove", keys: ["Delete"], shown: ["Delete"], text: gettext("remove the criterion; undo brings it back") },
  { action: "add", keys: ["a"], shown: ["a"], text: gettext("add a criterion") },
  { action: "undo", keys: ["u"], shown: ["u"], text: gettext("undo your last change") },
  { action: "close", keys: ["Escape"], inFields: true, shown: ["Escape"], text: gettext("close the form of a criterion") },
  { action: "close", keys: ["Enter"], ctrl: true, inFields: true, shown: ["Ctrl", "Enter"], text: gettext("close the form of a criterion") },
  { action: "keys", keys: ["?"], shown: ["?"], text: gettext("show these keys") },
];

const inField = (target) => target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])") || target.isContentEditable;

// The entry that a key press means here and now, or undefined.
export const entryFor = (event) => {
  if (event.isComposing || event.target.closest?.(".dialog")) return undefined;
  const ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const fits = (entry) =>
    Boolean(entry.ctrl) === ctrl && Boolean(entry.alt) === event.altKey && entry.keys.includes(key);
  const entry = keymap.find(fits);
  return entry && (entry.inFields || !inField(event.target)) ? entry : undefined;
};

export const writeCheatSheet = (list) => {
  for (const { shown, text } of keymap) {
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
};
