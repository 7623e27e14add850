// The desk by keyboard: what each entry of the key map does.
import { entryFor, keymap } from "./keymap.js";
import { Selecting } from "./selecting.js";
import { undo } from "./undoing.js";

// Without a selection the passage is written by hand.
export const writeEvidence = (criterion) => {
  const area = criterion.querySelector("[name^='evidence:']");
  area?.closest("details")?.setAttribute("open", "");
  area?.focus();
};

// The overall asks for no reason.
export const writeReason = (criterion) => criterion.querySelector("[name^='why:']")?.focus();

// What was refused stands on the page and opens no more.
export const open = ({ value }) => {
  const found = document.getElementById(value);
  if (found?.popover) found.togglePopover();
  else found?.scrollIntoView();
};

// Does what the key map says; `back` leaves a text field.
export const press = (acts, { map = keymap, repeats = ["move"], back, signal }) => {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("#rating textarea, #rating [name^='number:']")) {
      back();
      return;
    }
    // Ctrl+Enter sends what one is writing: the rating, or the form of the dialog one is in.
    const asked = event.target.closest?.(".dialog form");
    if (asked && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      asked.requestSubmit();
      return;
    }
    const entry = entryFor(event, map);
    if (!entry || (event.repeat && !repeats.includes(entry.action))) return;
    event.preventDefault();
    acts[entry.action](entry, event.key);
  }, { signal });
};

export const listen = (criteria, form, signal) => {
  const selecting = new Selecting([criteria], signal);
  const acts = {
    choose: (entry, key) => criteria.chooseDigit(Number(key)),
    aside: ({ value }) => criteria.chooseAside(value),
    move: ({ value }) => criteria.move(value),
    rationale: () => writeReason(criteria.current),
    evidence: () => selecting.take() || writeEvidence(criteria.current),
    sure: ({ value }) => criteria.sure(value),
    open,
    undo,
    submit: () => form.requestSubmit(),
  };
  press(acts, { back: () => criteria.focus(criteria.current), signal });
};
