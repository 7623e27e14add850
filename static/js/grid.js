// Responses side by side. The page works without any of this; here it gets keys and keeps drafts.
import "./announce.js";
import "./navigation.js";
import { onLogOut } from "./copies.js";
import { sayAll } from "./desk/beside.js";
import { Clock } from "./desk/clock.js";
import { askWhichToKeep } from "./desk/conflict.js";
import { Criteria } from "./desk/criteria.js";
import { Drafts } from "./desk/drafts.js";
import { Flagging } from "./desk/flagging.js";
import { writeCheatSheet } from "./desk/keymap.js";
import { gridKeymap } from "./desk/keymap_together.js";
import { open, press, writeEvidence, writeReason } from "./desk/keys.js";
import { Line } from "./desk/notices.js";
import { Outbox } from "./desk/outbox.js";
import { Selecting } from "./desk/selecting.js";
import { endUndo, undo } from "./desk/undoing.js";
import { gettext } from "./words.js";

addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// A page still there so long after it was sent is sent again when asked: the ids stay the same.
const STAYED = 30_000;

const form = document.querySelector("[data-grid]");
const line = new Line(document.querySelector("#save-state"), form?.dataset.loginUrl);

// One response: its own criteria, its own draft.
class Column extends Criteria {
  constructor(section, grid) {
    super(section);
    Object.assign(this, { section, grid });
    this.outbox = new Outbox(form.dataset.user, section.dataset.seat, undefined, { keeps: form.dataset.copies !== "off" });
    this.drafts = new Drafts(section, this, this.outbox, (...said) => grid.tell(this, ...said));
    this.drafts.onConflict = (said) => grid.ask(this, said);
    this.drafts.onSubmitted = (url) => location.assign(url);
    this.drafts.onMoved = () => location.reload();
    section.addEventListener("input", () => this.drafts.changed());
    section.addEventListener("focusin", () => { grid.column = this; });
  }

  // The row one is at is the same in all columns: what is selected in any response is for it.
  makeCurrent(criterion) {
    const row = this.all.indexOf(criterion);
    for (const { all } of row < 0 ? [] : this.grid.columns) {
      all.forEach((one, at) => one.toggleAttribute("data-current", at === row));
    }
  }

  titled(text) {
    return gettext("Response {letter}: {title}", { letter: this.section.dataset.letter, title: text });
  }

  // What an earlier page could not save.
  resume() {
    const entry = this.outbox.read();
    if (!entry?.pending) return;
    if (entry.submit || !entry.answers) this.outbox.clear();
    else this.drafts.resume(entry);
  }

  // After an answer: the same criterion of the next response, then the next criterion.
  nextOpen() {
    this.grid.goOn();
  }
}

class Grid {
  // Saved is what is saved of all of them.
  tell(column, name, ...said) {
    const others = (this.columns ?? []).filter((one) => one !== column);
    if (name !== "saved" || !others.some(({ drafts }) => drafts.pending)) line.show(name, ...said);
  }

  constructor() {
    this.asked = Promise.resolve();
    this.columns = [...form.querySelectorAll("[data-column]")].map((section) => new Column(section, this));
    [this.column] = this.columns;
    for (const column of this.columns) column.resume();
  }

  // Two texts of one response: the person chooses, of one response after the other.
  ask(column, said) {
    if (column.isAsked) return;
    column.isAsked = true;
    const answered = (done) => askWhichToKeep(column, { ...said, title: column.titled(said.title) }, (choice) => {
      column.isAsked = false;
      if (choice === "stored") column.write(said.stored);
      column.drafts.adopt(said.stored_edit);
      done();
    });
    this.asked = this.asked.then(() => new Promise(answered));
  }

  // What one stands at, for a flag.
  get current() {
    return this.column.current;
  }

  get seat() {
    return this.column.section.dataset.seat;
  }

  get isAsking() {
    return this.columns.some(({ isAsked }) => isAsked);
  }

  get atRisk() {
    return this.columns.some(({ drafts }) => drafts.atRisk);
  }

  get row() {
    return this.column.all.indexOf(this.column.current);
  }

  goTo(column, row) {
    const criterion = column?.all[row];
    if (!criterion) return;
    this.column = column;
    column.focus(criterion);
  }

  focus(criterion) {
    this.column.focus(criterion);
  }

  aside(step) {
    this.goTo(this.columns[this.columns.indexOf(this.column) + step], this.row);
  }

  goOn() {
    const longest = Math.max(...this.columns.map(({ all }) => all.length));
    const rows = Array.from({ length: longest }, (_, row) => row);
    const places = rows.flatMap((row) => this.columns.filter(({ all }) => all[row]).map((column) => [column, row]));
    const at = places.findIndex(([column, row]) => column === this.column && row === this.row);
    const following = [...places.slice(at + 1), ...places.slice(0, at)]
      .find(([column, row]) => !("answered" in column.all[row].dataset));
    if (following) this.goTo(...following);
    else form.querySelector(".desk-foot [type=submit]").focus();
  }
}

const listen = (grid) => {
  const selecting = new Selecting(grid.columns);
  const acts = {
    choose: (entry, key) => grid.column.chooseDigit(Number(key)),
    aside: ({ value }) => grid.column.chooseAside(value),
    move: ({ value }) => grid.goTo(grid.column, grid.row + value),
    beside: ({ value }) => grid.aside(value),
    sure: ({ value }) => grid.column.sure(value),
    rationale: () => writeReason(grid.current),
    evidence: () => selecting.take() || writeEvidence(grid.current),
    open,
    undo,
    submit: () => form.requestSubmit(),
  };
  press(acts, { map: gridKeymap, repeats: ["move", "beside"], back: () => grid.focus(grid.current) });
};

const flaggingOf = (grid) => {
  const dialog = document.querySelector("#flag[popover]");
  return dialog && new Flagging(dialog, grid, document.querySelector("[data-flag-sent]"));
};

// What was written is on the server before the grid is sent, and again if that fails.
const ready = async (grid, flagging) => {
  if (grid.isAsking) return false;
  if (!navigator.onLine) {
    line.notSent(gettext("not sent: no network. Your answers are kept here; submit again when it is back"));
    return false;
  }
  if (flagging && !(await flagging.settled())) return false;
  await Promise.all(grid.columns.map(({ drafts }) => drafts.save()));
  return !grid.isAsking;
};

const send = async (grid, clock, flagging) => {
  if ("sent" in form.dataset) return;
  form.dataset.sent = "";
  if (!(await ready(grid, flagging))) {
    delete form.dataset.sent;
    return;
  }
  for (const { drafts, outbox } of grid.columns) {
    if (!drafts.pending) outbox.clear();
    drafts.stop();
  }
  sayAll(form);
  form.elements.active_ms.value = clock.ms;
  clock.share(grid.columns.map(({ section }) => section.dataset.seat));
  form.submit();
  setTimeout(() => { delete form.dataset.sent; }, STAYED);
};

const watchLeaving = (grid) => {
  addEventListener("pagehide", () => grid.columns.forEach(({ drafts }) => drafts.flush()));
  addEventListener("online", () => grid.columns.forEach(({ drafts }) => drafts.save()));
  addEventListener("beforeunload", (event) => {
    if (grid.atRisk) event.preventDefault();
    for (const { drafts } of grid.columns) drafts.leave();
  });
  onLogOut(form.dataset.user, () => grid.columns.forEach(({ outbox }) => outbox.close()));
};

if (form) {
  const grid = new Grid();
  // One clock for all of them, beside those of the seats.
  const clock = new Clock(`grid-${form.dataset.seat}`, document.querySelector("[data-active-time]"), new AbortController().signal);
  const flagging = flaggingOf(grid);
  writeCheatSheet(document.querySelector("[data-keys]"), gridKeymap);
  endUndo();
  document.querySelector("[data-keys-button]").hidden = false;
  listen(grid);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(grid, clock, flagging);
  });
  watchLeaving(grid);
  const wrong = grid.columns.flatMap((column) => column.all.map((one, row) => [column, row, one]))
    .find(([, , one]) => "problem" in one.dataset);
  if (wrong) grid.goTo(wrong[0], wrong[1]);
  else grid.goTo(grid.columns[0], Math.max(0, grid.row));
  form.dataset.ready = "";
}
