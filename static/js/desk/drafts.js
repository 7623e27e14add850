// Drafts on every change: debounced, one request at a time, retried until the server has them.
import { LOGIN, REFUSED, pause, send } from "./sending.js";

const WAIT = 400;

export class Drafts {
  constructor(desk, criteria, outbox, show) {
    Object.assign(this, { criteria, outbox, show });
    this.url = desk.dataset.draftUrl;
    this.edit = Number(desk.dataset.edit);
    this.writer = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.seq = 0;
    this.sent = 0;
    this.failures = 0;
    this.earlier = new Set();
    this.stopped = false;
    this.onConflict = () => {};
  }

  get pending() {
    return this.seq > this.sent;
  }

  changed() {
    if (this.stopped) return;
    this.seq += 1;
    const kept = this.keep();
    this.show("saving", kept ? "saving…" : "saving… (this browser keeps no copy)");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  keep() {
    const { edit, writer, seq } = this;
    return this.outbox.write({ answers: this.criteria.read(), edit, writer, seq, pending: true });
  }

  // Answers of an earlier page of this tab that never reached the server.
  restore(entry) {
    this.earlier.add(entry.writer);
    this.edit = entry.edit;
    this.criteria.write(entry.answers);
    this.changed();
  }

  body() {
    return { answers: this.criteria.read(), edit: this.edit, writer: this.writer, seq: this.seq };
  }

  async save() {
    clearTimeout(this.timer);
    if (this.stopped || this.busy || !this.pending) return;
    this.busy = true;
    const body = this.body();
    const result = await send(this.url, body, { receipt: "edit" });
    this.busy = false;
    if (this.stopped) return;
    if (result.state === "ok") this.saved(body, result.said);
    else if (result.state === REFUSED) this.refused(result);
    else this.retry(result);
  }

  saved(body, said) {
    this.edit = said.edit;
    this.sent = body.seq;
    this.failures = 0;
    if (this.pending) {
      this.keep();
      this.save();
      return;
    }
    this.outbox.clear();
    const time = new Date(said.saved_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.show("saved", `saved ${time}`);
  }

  retry(result) {
    this.failures += 1;
    const login = result.state === LOGIN;
    this.show("failed", "not saved, will retry", login ? "login" : result.text);
    this.timer = setTimeout(() => this.save(), pause(this.failures));
  }

  refused({ status, said, text }) {
    if (status === 409 && said.stored) {
      if (this.earlier.has(said.stored_writer)) this.adopt(said.stored_edit);
      else {
        this.show("failed", "not saved: changed elsewhere");
        this.onConflict(said);
      }
      return;
    }
    this.show("failed", "not saved", text);
    if (said.submitted) this.onSubmitted?.(said.submitted);
  }

  // What is here follows the given edit: save it over that one.
  adopt(edit) {
    this.edit = edit;
    this.seq += 1;
    this.keep();
    this.save();
  }

  // The page goes away: hand over what is left; the outbox has it too.
  flush() {
    if (this.stopped || !this.pending) return;
    this.keep();
    send(this.url, this.body(), { receipt: "edit", keepalive: true });
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
