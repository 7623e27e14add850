// Keys without Ctrl can be turned off: dictation, and hands that tremble, press them unmeant.
import { gettext } from "../words.js";

const KEY = "rubricstudio-single-keys";
let off = null;

export const singleKeysAreOff = () => {
  if (off !== null) return off;
  try {
    return localStorage.getItem(KEY) === "off";
  } catch {
    return false; // storage may be forbidden; the choice then lasts as long as the page
  }
};

const choose = (on) => {
  off = !on;
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // see above
  }
};

// The choice, under the list of the keys.
export const offerSingleKeys = (list) => {
  if (list.parentElement.querySelector("[data-single-keys]")) return;
  const label = document.createElement("label");
  label.className = "check";
  label.dataset.singleKeys = "";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: singleKeysAreOff() });
  box.addEventListener("change", () => choose(!box.checked));
  label.append(box, gettext("Turn off the keys without Ctrl"));
  list.after(label);
};
