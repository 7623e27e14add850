// Responses side by side. The page works without any of this; here it gets keys and keeps drafts.
import { onLogOut } from "./copies.js";
import { Criteria } from "./desk/criteria.js";
import { Drafts } from "./desk/drafts.js";
import { entryFor, gridKeymap, writeCheatSheet } from "./desk/keymap.js";
import { Outbox } from "./desk/outbox.js";

addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const form = document.querySelector("[data-grid]");
const state = document.querySelector("#save-state");

const show = (name, words, text = "") => {
  state.dataset.state = name;
  state.textContent = typeof text === "string" && text && text !== "login" ? `${words}: ${text}` : words;
};

// One response: its own criteria, its own draft.
class Column extends Criteria {
  constructor(section, grid) {
    super(section);
    Object.assign(this, { section, grid });
    this.outbox = new Outbox(form.dataset.user, section.dataset.seat, undefined, { keeps: form.dataset.copies !== "off" });
    this.drafts = new Drafts(section, this, this.outbox, (...said) => grid.tell(this, ...said));
    this.drafts.onConflict = () => show("failed", "changed in another tab: reload to see it");
    this.drafts.onSubmitted = (url) => location.assign(url);
    this.drafts.onMoved = () => location.reload();
    section.addEventListener("input", () => this.drafts.changed());
    section.addEventListener("focusin", () => { grid.column = this; });
    const entry = this.outbox.read();
    if (entry?.pending && entry.answers && entry.version === Number(section.dataset.version)) this.drafts.restore(entry);
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
    if (name !== "saved" || !others.some(({ drafts }) => drafts.pending)) show(name, ...said);
  }

  constructor() {
    this.columns = [...form.querySelectorAll("[data-column]")].map((section) => new Column(section, this));
    [this.column] = this.columns;
  }

  get row() {
    return this.column.all.indexOf(this.column.current);
  }

  focus(column, row) {
    const criterion = column?.all[row];
    if (!criterion) return;
    this.column = column;
    column.focus(criterion);
  }

  aside(step) {
    this.focus(this.columns[this.columns.indexOf(this.column) + step], this.row);
  }

  goOn() {
    const places = this.columns[0].all.flatMap((_, row) => this.columns.map((column) => [column, row]));
    const at = places.findIndex(([column, row]) => column === this.column && row === this.row);
    const open = [...places.slice(at + 1), ...places.slice(0, at)]
      .find(([column, row]) => !("answered" in column.all[row].dataset));
    if (open) this.focus(...open);
    else form.querySelector(".desk-foot [type=submit]").focus();
  }
}

const listen = (grid) => {
  const field = (name) => grid.column.current.querySelector(`[name^='${name}:']`);
  const acts = {
    choose: (entry, key) => grid.column.chooseDigit(Number(key)),
    aside: ({ value }) => grid.column.chooseAside(value),
    move: ({ value }) => grid.focus(grid.column, grid.row + value),
    beside: ({ value }) => grid.aside(value),
    sure: ({ value }) => grid.column.sure(value),
    rationale: () => field("why")?.focus(),
    evidence: () => {
      field("evidence")?.closest("details")?.setAttribute("open", "");
      field("evidence")?.focus();
    },
    open: ({ value }) => document.getElementById(value)?.togglePopover(),
    submit: () => form.requestSubmit(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("#rating textarea, #rating [name^='number:']")) {
      grid.column.focus(grid.column.current);
      return;
    }
    const entry = entryFor(event, gridKeymap);
    if (!entry || (event.repeat && !["move", "beside"].includes(entry.action))) return;
    event.preventDefault();
    acts[entry.action](entry, event.key);
  });
};

// What was written is on the server before the grid is sent, and again if that fails.
const send = async (event, grid) => {
  if (form.dataset.sent) return;
  event.preventDefault();
  if (!navigator.onLine) {
    show("failed", "not sent: no network. Your answers are kept here; submit again when it is back");
    return;
  }
  await Promise.all(grid.columns.map(({ drafts }) => drafts.save()));
  form.dataset.sent = "";
  for (const { drafts, outbox } of grid.columns) {
    if (!drafts.pending) outbox.clear();
    drafts.stop();
  }
  form.submit();
};

if (form) {
  const grid = new Grid();
  writeCheatSheet(document.querySelector("[data-keys]"), gridKeymap);
  document.querySelector("[data-keys-button]").hidden = false;
  listen(grid);
  form.addEventListener("submit", (event) => {
    send(event, grid);
  });
  addEventListener("pagehide", () => grid.columns.forEach(({ drafts }) => drafts.flush()));
  addEventListener("online", () => grid.columns.forEach(({ drafts }) => drafts.save()));
  onLogOut(form.dataset.user, () => grid.columns.forEach(({ outbox }) => outbox.close()));
  const wrong = grid.columns.flatMap((column) => column.all.map((one, row) => [column, row, one]))
    .find(([, , one]) => "problem" in one.dataset);
  if (wrong) grid.focus(wrong[0], wrong[1]);
  else grid.focus(grid.columns[0], Math.max(0, grid.row));
  form.dataset.ready = "";
}
