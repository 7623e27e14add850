// The keys where several responses stand on one page: those of the desk, and what is walked there.
import { keymap } from "./keymap.js";
import { gettext } from "../words.js";

// Side by side there are columns to walk too.
export const gridKeymap = [
  { action: "beside", value: 1, keys: ["l"], shown: ["l"], text: gettext("next response") },
  { action: "beside", value: -1, keys: ["h"], shown: ["h"], text: gettext("previous response") },
  ...keymap,
];

// One criterion over several responses: these are walked as criteria are elsewhere.
export const sittingKeymap = [
  { action: "move", value: 1, keys: ["j"], shown: ["j"], text: gettext("next response") },
  { action: "move", value: -1, keys: ["k"], shown: ["k"], text: gettext("previous response") },
  { action: "step", value: "next", keys: ["l"], shown: ["l"], text: gettext("next criterion") },
  { action: "step", value: "back", keys: ["h"], shown: ["h"], text: gettext("previous criterion") },
  ...keymap.filter(({ action }) => !["move", "choose", "submit"].includes(action)).map((entry) =>
    entry.value === "sources" ? { ...entry, action: "sources", text: gettext("documents and reference of this response") } : entry),
  { ...keymap.find(({ action }) => action === "choose"), text: gettext("choose a level and go to the next open response") },
  { ...keymap.find(({ action }) => action === "submit"), text: gettext("go on, and in the end submit") },
];
