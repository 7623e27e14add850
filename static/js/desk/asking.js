// Skip and flag in a sitting: one dialog each, about one of its responses.
import { Flagging } from "./flagging.js";

const turnTo = (dialog, { section }) => {
  dialog.querySelector("[data-about]").textContent = section.dataset.number;
  dialog.querySelector("form").action = section.dataset[`${dialog.id}Url`];
};

// A flag is about the response one stands at; words already typed stay with theirs.
class FlaggingOne extends Flagging {
  aim() {
    if (!this.field("text").value.trim()) turnTo(this.dialog, this.criteria.place);
    super.aim();
  }
}

export const flaggingOf = (sitting) => {
  const dialog = document.querySelector("#flag[popover]");
  return dialog && new FlaggingOne(dialog, sitting, document.querySelector("[data-flag-sent]"));
};

// The dialog is about the response one stands at, or whose button was pressed.
export const ask = (sitting, place, id) => {
  const dialog = document.getElementById(id);
  if (!dialog?.popover) {
    dialog?.scrollIntoView();
    return;
  }
  sitting.place = place;
  if (id === "skip") turnTo(dialog, place);
  dialog.togglePopover();
};
