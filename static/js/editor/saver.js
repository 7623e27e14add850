// One open form saves itself on change: debounced, one request at a time, retried until the server
// has it. What it refuses stands beside the fields; two texts for one criterion stand side by side.
import { LOGIN, REFUSED, pause, send } from "../desk/sending.js";
import { clearProblems, showProblems } from "./problems.js";
import { gettext } from "../words.js";

const WAIT = 400;
const NOT_SENT = new Set(["csrfmiddlewaretoken", "do", "keep"]);
// A request that outlives its page may hold no more than this.
const KEEPALIVE_CHARACTERS = 20_000;

// Every field as it stands, but with `settled` what is just being written where only the whole counts.
export const fieldsOf = (form, { settled = false } = {}) => {
  const pairs = [...new FormData(form)].filter(([name, value]) => !NOT_SENT.has(name) && typeof value === "string");
  const fields = Object.fromEntries(pairs);
  const active = document.activeElement;
  if (settled && active?.form === form && "was" in active.dataset) fields[active.name] = active.dataset.was;
  return fields;
};

export class Saver {
  constructor(form, outbox, state) {
    Object.assign(this, { form, outbox, state });
    this.writer = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.seq = 0;
    this.sent = 0;
    this.failures = 0;
    this.clashes = false;
    this.wrong = false;
    this.kept = true;
    this.onSaved = () => {};
  }

  get pending() {
    return this.seq > this.sent;
  }

  // The form was drawn anew, by a button of its scale: the same text goes on in it.
  moveTo(form) {
    this.form = form;
  }

  changed() {
    this.seq += 1;
    this.keep();
    if (this.clashes) return;
    this.state.set(this, "saving", this.kept ? {} : { words: gettext("saving… (this browser keeps no copy)") });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  // What an earlier page could not save.
  resume({ writer, seq }) {
    this.writer = writer;
    this.seq = seq;
    this.changed();
  }

  body(settled = true) {
    return { ...fieldsOf(this.form, { settled }), writer: this.writer, seq: String(this.seq) };
  }

  keep() {
    const { writer, seq } = this;
    const url = this.form.getAttribute("action");
    this.kept = this.outbox.write({ fields: fieldsOf(this.form), writer, seq, url, pending: true });
  }

  // True once everything typed is on the server.
  async save() {
    clearTimeout(this.timer);
    if (this.busy) return this.busy;
    if (!this.pending || this.clashes) return !this.pending;
    this.busy = this.request();
    const saved = await this.busy;
    return saved;
  }

  async request() {
    const seq = this.seq;
    const result = await send(this.form.getAttribute("action"), this.body(), { receipt: "seen" });
    this.busy = null;
    if (result.state === "ok" && "saved_at" in result.said) return this.saved(seq, result.said);
    if (result.state === REFUSED) this.refused(result);
    else this.retry(result);
    return false;
  }

  saved(seq, said) {
    this.sent = seq;
    this.failures = 0;
    this.wrong = false;
    this.form.elements.seen.value = said.seen;
    clearProblems(this.form);
    this.onSaved(said);
    if (this.pending) {
      this.keep();
      return this.save();
    }
    this.outbox.clear();
    this.state.set(this, "saved", { at: said.saved_at });
    return true;
  }

  retry(result) {
    this.failures += 1;
    const text = result.state === LOGIN ? "login" : result.text;
    this.state.set(this, "failed", { text });
    this.timer = setTimeout(() => this.save(), pause(this.failures));
  }

  refused({ status, said, text }) {
    if (status === 409 && said.panel) {
      this.clash(said);
      return;
    }
    this.wrong = true;
    showProblems(this.form, said.problems ?? []);
    this.state.set(this, "failed", { words: gettext("not saved yet"), text: said.problems?.length ? "" : text });
  }

  // Both texts; nothing is sent until the author has chosen.
  clash(said) {
    this.clashes = true;
    this.isGone = said.seen === "";
    this.form.querySelector("[data-clash]")?.remove();
    this.form.insertAdjacentHTML("afterbegin", said.panel);
    const panel = this.form.querySelector("[data-clash]");
    panel.querySelector("[data-keep]").addEventListener("click", (event) => {
      event.preventDefault();
      panel.remove();
      this.form.elements.seen.value = said.seen;
      this.form.elements.number.value = said.number;
      this.clashes = false;
      this.seq += 1;
      this.keep();
      this.form.querySelector("textarea, input:not([type=hidden])").focus();
      this.save();
    });
    panel.querySelector("[data-take]").addEventListener("click", (event) => {
      event.preventDefault();
      this.drop();
      this.onTaken();
    });
    this.state.set(this, "failed", { words: gettext("not saved: changed elsewhere") });
    panel.scrollIntoView({ block: "nearest" });
    panel.querySelector("[data-keep]").focus();
  }

  // What was typed here is given up, for another's text.
  drop() {
    clearTimeout(this.timer);
    this.sent = this.seq;
    this.clashes = false;
    this.outbox.clear();
    this.state.forget(this);
  }

  // The page goes away: hand over what is left. The outbox has it too.
  flush() {
    if (!this.pending || this.clashes) return;
    this.keep();
    const body = this.body(false);
    if (JSON.stringify(body).length < KEEPALIVE_CHARACTERS) {
      send(this.form.getAttribute("action"), body, { receipt: "seen", keepalive: true });
    }
  }

  // Whether leaving now could lose text: it could not be saved, and nobody will do so by itself.
  get atRisk() {
    return this.pending && (this.clashes || this.wrong || this.failures > 0 || !this.kept);
  }
}
