// The desk by keyboard: what each entry of the key map does.
import { entryFor } from "./keymap.js";
import { Selecting } from "./selecting.js";

// Without a selection the passage is written by hand.
const writeEvidence = (criterion) => {
  const area = criterion.querySelector("[name^='evidence:']");
  area?.closest("details")?.setAttribute("open", "");
  area?.focus();
};

export const listen = (criteria, form, signal) => {
  const selecting = new Selecting(criteria, signal);
  const acts = {
    choose: (entry, key) => criteria.chooseDigit(Number(key)),
    aside: ({ value }) => criteria.chooseAside(value),
    move: ({ value }) => criteria.move(value),
    rationale: () => criteria.current.querySelector("[name^='why:']").focus(),
    evidence: () => selecting.take() || writeEvidence(criteria.current),
    sure: ({ value }) => criteria.sure(value),
    open: ({ value }) => document.getElementById(value)?.togglePopover(),
    undo: () => document.querySelector("#undo")?.requestSubmit(),
    submit: () => form.requestSubmit(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("#rating textarea, #rating [name^='number:']")) {
      criteria.focus(criteria.current);
      return;
    }
    // Ctrl+Enter sends what one is writing: the rating, or the form of the dialog one is in.
    const asked = event.target.closest?.(".dialog form");
    if (asked && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      asked.requestSubmit();
      return;
    }
    const entry = entryFor(event);
    if (!entry || (event.repeat && entry.action !== "move")) return;
    event.preventDefault();
    acts[entry.action](entry, event.key);
  }, { signal });
};
