// One seat in work: its criteria, drafts and submission. When the next one takes its place, nothing
// of it goes on: every listener hangs on one signal, every timer is stopped.
import { Clock } from "./clock.js";
import { askWhichToKeep } from "./conflict.js";
import { Criteria } from "./criteria.js";
import { Drafts } from "./drafts.js";
import { Flagging } from "./flagging.js";
import { writeCheatSheet } from "./keymap.js";
import { listen } from "./keys.js";
import { suggestBreak } from "./pausing.js";
import { notices, shower } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Submission } from "./submission.js";
import { endUndo } from "./undoing.js";

const READING = 5 * 60_000;
// As in css/pages/desk.css: the criteria under the response, not beside it.
const STACKED = matchMedia("(max-width: 900px)");

export class Session {
  // `onDone` gets what a submission was answered with, `onLeave` an address to go to.
  constructor(desk, { onDone, onLeave }) {
    Object.assign(this, { desk, onLeave });
    this.ending = new AbortController();
    const { signal } = this.ending;
    const { user, seat, loginUrl } = desk.dataset;
    const form = document.querySelector("#rating");
    this.tell = notices(document.querySelector("#desk-notices"), loginUrl);
    this.show = shower(document.querySelector("#save-state"), this.tell);
    this.outbox = new Outbox(user, seat, undefined, { keeps: desk.dataset.copies !== "off" });
    this.criteria = new Criteria(form, signal);
    const clock = new Clock(seat, desk.querySelector("[data-active-time]"), signal);
    this.drafts = new Drafts(desk, this.criteria, this.outbox, this.show);
    const { criteria, outbox, drafts, show } = this;
    this.submission = new Submission(desk, form, { criteria, outbox, drafts, clock, show });
    this.submission.onDone = onDone;
    // A correction is not drafted: the rating it corrects is safe already.
    this.corrects = "corrects" in desk.dataset;
    if (this.corrects) drafts.stop();
    this.answer();
    this.watch(form, clock, signal);
    this.furnish(form, signal);
  }

  // What the server says to a draft.
  answer() {
    const { criteria, drafts } = this;
    drafts.onSubmitted = (url) => this.onLeave(url);
    drafts.onMoved = (url) => this.tell({ moved: url });
    drafts.onConflict = (said) => askWhichToKeep(criteria, said, (choice) => {
      if (choice === "stored") criteria.write(said.stored);
      drafts.adopt(said.stored_edit);
    });
  }

  watch(form, clock, signal) {
    const { drafts } = this;
    form.addEventListener("input", () => {
      this.corrected = this.corrects;
      drafts.changed();
    });
    const handOver = () => this.handOver();
    addEventListener("pagehide", handOver, { signal });
    document.addEventListener("freeze", handOver, { signal });
    addEventListener("beforeunload", () => drafts.leave(), { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") drafts.flush();
      else this.retry();
    }, { signal });
    for (const event of ["online", "resume"]) {
      (event === "online" ? window : document).addEventListener(event, () => this.retry(), { signal });
    }
    // A long read keeps its place as long as somebody is there.
    let active = clock.ms;
    const reading = setInterval(() => {
      if (clock.ms > active && !drafts.pending && !drafts.stopped) drafts.changed();
      active = clock.ms;
    }, READING);
    signal.addEventListener("abort", () => clearInterval(reading));
  }

  furnish(form, signal) {
    const dialog = document.querySelector("#flag[popover]");
    if (dialog) {
      const flagging = new Flagging(dialog, this.criteria, this.desk.querySelector("[data-flag-sent]"));
      this.submission.before = () => flagging.settled();
    }
    writeCheatSheet(document.querySelector("[data-keys]"));
    document.querySelector("[data-keys-button]").hidden = false;
    listen(this.criteria, form, signal);
    endUndo(signal);
  }

  // What an earlier page of this seat could not send.
  resume() {
    const { outbox, drafts, submission, desk } = this;
    const entry = outbox.read();
    if (!entry?.pending) return;
    const older = (entry.submit ?? entry).version !== Number(desk.dataset.version);
    if (entry.submit && entry.submit.corrects === this.corrects) {
      // Whether it was received is the server's to say; a form of another version cannot show it.
      if (!older) this.criteria.write(entry.answers);
      submission.go(entry.submit);
    } else if (!entry.submit) {
      if (!this.corrects || (older && "version" in entry)) drafts.resume(entry);
    } else if (!this.corrects) {
      outbox.clear();
    }
  }

  begin() {
    this.resume();
    const { criteria } = this;
    const wrong = criteria.all.find((one) => "problem" in one.dataset);
    // Where the criteria stand under the response, it is read first: the page stays at its beginning.
    criteria.focus(wrong ?? criteria.current, { still: !wrong && STACKED.matches });
    suggestBreak(this.desk.dataset);
    this.desk.dataset.ready = "";
  }

  retry() {
    if (this.submission.waiting) this.submission.again?.();
    else this.drafts.save();
  }

  handOver() {
    this.drafts.flush();
    if (!this.submission.kept) this.submission.flush();
  }

  get unsent() {
    return Boolean(this.submission.waiting) || (!this.drafts.stopped && this.drafts.pending);
  }

  // Whether whoever leaves now could lose something, or believe it sent.
  get atRisk() {
    return this.submission.atRisk || this.drafts.atRisk || Boolean(this.corrected);
  }

  // Logged out: this browser keeps nothing, the page still holds what was written.
  loggedOut() {
    this.outbox.close();
    this.tell("login");
  }

  end() {
    this.ending.abort();
    this.drafts.stop();
    this.submission.stop();
  }
}
