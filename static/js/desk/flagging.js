// A flag is sent without leaving the desk. It keeps its id until the server has it, so that a flag
// sent twice counts once; what was typed stays until then.
import { showOwnFlags } from "./own_flags.js";
import { LOGIN, send } from "./sending.js";
import { gettext } from "../words.js";

const SHOWN = 6_000;
const FIELDS = ["kind", "seat", "criterion", "text", "version", "submission_id"];

export class Flagging {
  constructor(dialog, criteria, sent) {
    Object.assign(this, { dialog, criteria, sent });
    this.form = dialog.querySelector("[data-flag-form]");
    this.problem = dialog.querySelector("[data-flag-problem]");
    this.button = this.form.querySelector("[type=submit]");
    dialog.querySelector("[data-flag-key]").hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.go();
    });
    // Other words after a failure are another flag: the first may have arrived after all.
    this.form.addEventListener("input", () => {
      if (this.failed && crypto.randomUUID) this.field("submission_id").value = crypto.randomUUID();
      this.failed = false;
    });
    dialog.addEventListener("beforetoggle", ({ newState }) => {
      if (newState !== "open") return;
      this.aim();
      showOwnFlags(dialog.querySelector("[data-own-flags]"));
    });
  }

  field(name) {
    return this.form.elements[`flag-${name}`];
  }

  // What one flags is mostly the criterion, and side by side the response, that one stands at; words
  // already typed keep theirs.
  aim() {
    if (!this.field("kind").value) this.field("kind").value = "rubric";
    if (this.field("text").value.trim()) return;
    const criterion = this.field("criterion");
    criterion.value = this.criteria.current.dataset.id ?? "";
    // The overall is no criterion.
    if (criterion.selectedIndex < 0) criterion.value = "";
    if (this.field("seat")) this.field("seat").value = this.criteria.seat;
  }

  // False while there are words that were not sent: they must not go with the page.
  async settled() {
    await this.sending;
    if (!this.field("text").value.trim()) return true;
    this.dialog.togglePopover(true);
    if (!this.failed) this.say(gettext("This flag is not sent yet. Send it or clear its words, then go on."));
    return false;
  }

  go() {
    if (this.waiting) return;
    this.waiting = true;
    this.sending = this.request();
  }

  async request() {
    this.button.disabled = true;
    this.say("");
    const body = Object.fromEntries(FIELDS.filter((name) => this.field(name)).map((name) => [name, this.field(name).value]));
    const result = await send(this.form.action, body, { receipt: "flag" });
    this.waiting = false;
    this.button.disabled = false;
    if (result.state === "ok") this.done(result.said.next);
    else this.refused(result);
  }

  done(next) {
    this.field("text").value = "";
    this.field("submission_id").value = next;
    this.dialog.hidePopover();
    this.criteria.focus(this.criteria.current);
    this.sent.textContent = gettext("Flag sent to the author");
    setTimeout(() => { this.sent.textContent = ""; }, SHOWN);
  }

  refused({ state, said, text }) {
    this.failed = true;
    if (state === LOGIN) this.say(gettext("You are logged out. Log in again in another tab, then send the flag once more."));
    else if (said) this.say([...(said.problems ?? []).map(({ message }) => message), text].find(Boolean));
    else this.say(gettext("Not sent: {why} Your words are kept; send the flag again.", { why: text || gettext("the server did not answer.") }));
  }

  say(words) {
    this.problem.hidden = !words;
    this.problem.textContent = words;
  }
}
