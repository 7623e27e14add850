// One criterion over several responses. The page works without any of this; here it gets keys, keeps
// drafts of each response, and shows what another tab has saved.
import "./announce.js";
import "./navigation.js";
import { onLogOut } from "./copies.js";
import { ask, flaggingOf } from "./desk/asking.js";
import { sayAll } from "./desk/beside.js";
import { Clock } from "./desk/clock.js";
import { askWhichToKeep } from "./desk/conflict.js";
import { Criteria } from "./desk/criteria.js";
import { Drafts } from "./desk/drafts.js";
import { writeCheatSheet } from "./desk/keymap.js";
import { sittingKeymap } from "./desk/keymap_together.js";
import { open, press, writeEvidence, writeReason } from "./desk/keys.js";
import { Line } from "./desk/notices.js";
import { Outbox } from "./desk/outbox.js";
import { Selecting } from "./desk/selecting.js";
import { endUndo, undo } from "./desk/undoing.js";
import { gettext } from "./words.js";

// A page still there so long after it was sent is sent again when asked: the ids stay the same.
const STAYED = 30_000;

addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const form = document.querySelector("[data-sitting]");
const line = new Line(document.querySelector("#save-state"), form?.dataset.loginUrl);
const criterion = form?.elements.criterion.value;

const said = (answers, key) => ({ ...(answers[key] && { [key]: answers[key] }) });

// One response: its answer at this step, and with it a draft of all its answers.
class Place extends Criteria {
  constructor(section, sitting) {
    super(section);
    Object.assign(this, { section, sitting, others: JSON.parse(section.dataset.others) });
    const { seat } = section.dataset;
    this.outbox = new Outbox(form.dataset.user, seat, undefined, { keeps: form.dataset.copies !== "off" });
    this.drafts = new Drafts(section, this, this.outbox, (...told) => sitting.tell(this, ...told));
    this.drafts.onConflict = (told) => sitting.ask(this, told);
    this.drafts.onSubmitted = () => location.reload();
    this.drafts.onMoved = () => location.reload();
    section.addEventListener("input", () => this.drafts.changed());
    section.addEventListener("focusin", () => { sitting.place = this; });
  }

  // What an earlier page could not save.
  resume() {
    const entry = this.outbox.read();
    if (!entry?.pending) return;
    if (entry.submit || !entry.answers) this.outbox.clear();
    else this.drafts.resume(entry);
  }

  // All answers of the response: those of other steps are not on the page.
  read() {
    return { ...this.others, ...super.read() };
  }

  write(answers) {
    const { [criterion]: here, ...others } = answers;
    this.others = others;
    super.write(said({ [criterion]: here }, criterion));
  }

  name(key) {
    return form.querySelector(`[data-mark="${CSS.escape(key)}"]`)?.dataset.name ?? key;
  }

  titled(text) {
    return gettext("Response {number}: {text}", { number: this.section.dataset.number, text });
  }

  // The response is read from its beginning, with the choice beside it.
  focus(one) {
    super.focus(one, { still: true });
    this.section.scrollIntoView({ block: "start" });
  }

  mark() {
    super.mark();
    this.sitting?.count();
  }

  nextOpen() {
    this.sitting.goOn();
  }

  get isOpen() {
    return !("answered" in this.current.dataset);
  }
}

class Sitting {
  constructor() {
    this.asked = Promise.resolve();
    this.places = [...form.querySelectorAll("[data-place]")].map((section) => new Place(section, this));
    [this.place] = this.places;
    for (const place of this.places) place.resume();
  }

  // Saved is what is saved of all of them.
  tell(place, name, ...told) {
    const others = (this.places ?? []).filter((one) => one !== place);
    if (name !== "saved" || !others.some(({ drafts }) => drafts.pending)) line.show(name, ...told);
  }

  count() {
    const answered = (this.places ?? []).filter(({ isOpen }) => !isOpen).length;
    if (this.places) form.querySelector("[data-answered-count]").textContent = answered;
  }

  // Two texts of one response: the person chooses, of one response after the other.
  ask(place, told) {
    place.isAsked = true;
    const answered = (done) => askWhichToKeep(place, { ...told, title: place.titled(told.title) }, (choice) => {
      place.isAsked = false;
      if (choice === "stored") place.write(told.stored);
      place.drafts.adopt(told.stored_edit);
      done();
    });
    this.asked = this.asked.then(() => new Promise(answered));
  }

  get atRisk() {
    return this.places.some(({ drafts }) => drafts.atRisk);
  }

  // What one stands at, for a flag.
  get current() {
    return this.place.current;
  }

  // Back to it, with the page where it was.
  focus(one) {
    Criteria.prototype.focus.call(this.place, one, { still: true });
  }

  goTo(place) {
    if (!place) return;
    this.place = place;
    place.focus(place.current);
  }

  move(step) {
    this.goTo(this.places[this.places.indexOf(this.place) + step]);
  }

  goOn() {
    const at = this.places.indexOf(this.place);
    const following = [...this.places.slice(at + 1), ...this.places.slice(0, at)].find(({ isOpen }) => isOpen);
    if (following) this.goTo(following);
    else form.querySelector("[data-primary]").focus();
  }
}

const listen = (sitting) => {
  const selecting = new Selecting(sitting.places);
  const acts = {
    choose: (entry, key) => sitting.place.chooseDigit(Number(key)),
    aside: ({ value }) => sitting.place.chooseAside(value),
    move: ({ value }) => sitting.move(value),
    step: ({ value }) => form.querySelector(`[data-${value}]`)?.click(),
    sure: ({ value }) => sitting.place.sure(value),
    rationale: () => writeReason(sitting.place.current),
    evidence: () => selecting.take() || writeEvidence(sitting.place.current),
    sources: () => sitting.place.section.querySelector("[data-sources] > summary")?.click(),
    open: (entry) => (["skip", "flag"].includes(entry.value) ? ask(sitting, sitting.place, entry.value) : open(entry)),
    undo,
    submit: () => form.requestSubmit(form.querySelector("[data-primary]")),
  };
  press(acts, { map: sittingKeymap, back: () => sitting.place.focus(sitting.place.current) });
};

// What was written is on the server before the step is sent, and again if that fails.
const ready = async (sitting, flagging) => {
  if (!navigator.onLine) {
    line.notSent(gettext("not sent: no network. Your answers are kept here; go on when it is back"));
    return false;
  }
  if (flagging && !(await flagging.settled())) return false;
  await Promise.all(sitting.places.map(({ drafts }) => drafts.save()));
  return !sitting.places.some(({ isAsked }) => isAsked);
};

const send = async (sitting, clock, flagging, to) => {
  if ("sent" in form.dataset) return;
  form.dataset.sent = "";
  if (!(await ready(sitting, flagging))) {
    delete form.dataset.sent;
    return;
  }
  for (const { drafts, outbox, section } of sitting.places) {
    if (!drafts.pending) outbox.clear();
    drafts.stop();
    form.elements[`edit:${section.dataset.seat}`].value = drafts.edit;
  }
  sayAll(form);
  form.elements.active_ms.value = clock.ms;
  if (to === "submit") clock.share(sitting.places.map(({ section }) => section.dataset.seat));
  Object.assign(form.querySelector("[data-to]"), { name: "to", value: to });
  form.submit();
  setTimeout(() => { delete form.dataset.sent; }, STAYED);
};

const watchLeaving = (sitting) => {
  addEventListener("pagehide", () => sitting.places.forEach(({ drafts }) => drafts.flush()));
  addEventListener("online", () => sitting.places.forEach(({ drafts }) => drafts.save()));
  addEventListener("beforeunload", (event) => {
    if (sitting.atRisk) event.preventDefault();
    for (const { drafts } of sitting.places) drafts.leave();
  });
  onLogOut(form.dataset.user, () => sitting.places.forEach(({ outbox }) => outbox.close()));
};

// On a phone the criterion stands over the page: what is scrolled to begins under it.
const keepClear = () => {
  const head = form.querySelector(".sitting-head");
  const measure = () => {
    const isSticky = getComputedStyle(head).position === "sticky";
    document.documentElement.style.scrollPaddingTop = isSticky ? `${head.offsetHeight}px` : "";
  };
  new ResizeObserver(measure).observe(head);
  measure();
  const mark = head.querySelector("[aria-current]");
  mark.parentElement.scrollLeft = mark.offsetLeft - mark.parentElement.clientWidth / 2;
};

// What stands in a dialog is sent when all answers are saved: it takes the page with it.
const watchDialogs = (sitting, flagging) => {
  for (const asks of document.querySelectorAll("[data-asks-form]")) {
    asks.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await ready(sitting, flagging)) asks.submit();
    });
  }
};

if (form) {
  const sitting = new Sitting();
  const clock = new Clock(form.dataset.clock, document.querySelector("[data-active-time]"), new AbortController().signal);
  const flagging = flaggingOf(sitting);
  writeCheatSheet(document.querySelector("[data-keys]"), sittingKeymap);
  endUndo();
  document.querySelector("[data-keys-button]").hidden = false;
  listen(sitting);
  keepClear();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { submitter } = event;
    const asks = submitter?.dataset.asks;
    const place = sitting.places.find(({ section }) => section.contains(submitter));
    if (asks && place) ask(sitting, place, asks);
    else send(sitting, clock, flagging, submitter?.value ?? "next");
  });
  watchLeaving(sitting);
  watchDialogs(sitting, flagging);
  const wrong = sitting.places.find(({ current }) => "problem" in current.dataset);
  const first = wrong ?? sitting.places.find(({ isOpen }) => isOpen) ?? sitting.places[0];
  sitting.place = first;
  Criteria.prototype.focus.call(first, first.current, { still: first === sitting.places[0] });
  if (first !== sitting.places[0]) first.section.scrollIntoView({ block: "start" });
  form.dataset.ready = "";
}
