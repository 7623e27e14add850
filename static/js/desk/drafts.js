// Drafts on every change: debounced, one request at a time, retried until the server has them.
import { LOGIN, REFUSED, outlives, pause, send } from "./sending.js";
import { gettext } from "../words.js";

const WAIT = 400;
// A page still there so long after it was to be left is not left.
const STAYED = 30_000;

// What no form can hold any more stays in sight, to be copied.
export const unsent = (answers) => {
  const said = Object.entries(answers).map(([key, one]) => [key, one.value, one.rationale].filter(Boolean).join(": "));
  return said.length ? gettext("Not kept: {answers}.", { answers: said.join("; ") }) : "";
};

export class Drafts {
  constructor(desk, criteria, outbox, show) {
    Object.assign(this, { criteria, outbox, show });
    this.url = desk.dataset.draftUrl;
    this.edit = Number(desk.dataset.edit);
    this.version = Number(desk.dataset.version);
    // Whose save the page shows, and how far that page had counted its saves.
    this.shown = { writer: desk.dataset.writer, seq: Number(desk.dataset.seq) };
    this.writer = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.seq = 0;
    this.sent = 0;
    this.failures = 0;
    this.kept = true;
    // Earlier pages of this tab, and how far each of them had counted its saves.
    this.earlier = new Map();
    this.stopped = false;
    this.onConflict = () => {};
    this.onMoved = () => {};
  }

  get pending() {
    return this.seq > this.sent;
  }

  // Whether leaving now could lose text: it could not be saved, or the browser keeps no copy.
  get atRisk() {
    return !this.stopped && this.pending && (this.failures > 0 || this.refusing || !this.kept || !navigator.onLine);
  }

  changed() {
    if (this.stopped) return;
    this.seq += 1;
    this.refusing = false;
    this.keep();
    this.show("saving", this.kept ? gettext("saving…") : gettext("saving… (this browser keeps no copy)"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  keep() {
    this.kept = this.outbox.write({ ...this.body(), earlier: [...this.earlier], url: this.url, pending: true });
  }

  // What an earlier page of this seat kept, unless this page was made with it.
  resume(entry) {
    if ("version" in entry && entry.version !== this.version) this.handOver(entry);
    else if (entry.writer === this.shown.writer && entry.seq <= this.shown.seq) this.outbox.clear();
    else this.restore(entry);
  }

  // Answers of an earlier page of this tab that never reached the server.
  restore(entry) {
    this.earlier = new Map([...(entry.earlier ?? []), [entry.writer, entry.seq]]);
    this.edit = entry.edit;
    this.criteria.write(entry.answers);
    this.changed();
  }

  body() {
    const { edit, writer, seq, version } = this;
    return { answers: this.criteria.read(), edit, writer, seq, version };
  }

  // Answers of a page that was made by an earlier version: the server knows which of them go on.
  async handOver(entry) {
    const { answers, edit, writer, seq, version } = entry;
    const result = await send(this.url, { answers, edit, writer, seq, version }, { receipt: "edit" });
    if (this.stopped) return;
    if (result.state !== "ok" && result.state !== REFUSED) {
      this.retry(result, () => this.handOver(entry));
      return;
    }
    this.outbox.clear();
    if (result.state === "ok") location.reload();
    else this.show("failed", gettext("not saved"), `${result.text} ${unsent(answers)}`);
  }

  // Done once the request is answered, and those that followed from it.
  async save() {
    clearTimeout(this.timer);
    if (this.stopped || !this.pending) return;
    this.busy ??= this.request();
    await this.busy;
  }

  async request() {
    const body = this.body();
    this.way = new AbortController();
    const result = await send(this.url, body, { receipt: "edit", unwanted: this.way.signal });
    this.busy = null;
    if (this.stopped) return;
    if (result.state === "ok") await this.saved(body, result.said);
    else if (result.state === REFUSED) this.refused(result);
    else this.retry(result);
  }

  async saved(body, said) {
    this.edit = said.edit;
    this.sent = body.seq;
    this.failures = 0;
    if (this.pending) {
      this.keep();
      await this.save();
      return;
    }
    // The page that comes may have been made before this save: it finds the answers here.
    if (!this.leaving) this.outbox.clear();
    const time = new Date(said.saved_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.show("saved", gettext("saved {time}", { time }));
    if (said.moved) this.onMoved(said.moved);
  }

  retry(result, again = () => this.save()) {
    this.failures += 1;
    const login = result.state === LOGIN;
    this.show("failed", gettext("not saved, will retry"), login ? "login" : result.text);
    this.timer = setTimeout(again, pause(this.failures));
  }

  refused({ status, said, text }) {
    this.refusing = true;
    if (status === 409 && said.stored) {
      // What an earlier page of this tab saved on its way out stands here already.
      if (said.stored_seq <= this.earlier.get(said.stored_writer)) this.adopt(said.stored_edit);
      else {
        this.show("failed", gettext("not saved: changed elsewhere"));
        this.onConflict(said);
      }
      return;
    }
    this.show("failed", gettext("not saved"), text);
    if (said.submitted) this.onSubmitted?.(said.submitted);
  }

  // What is here follows the given edit: save it over that one.
  adopt(edit) {
    this.edit = edit;
    this.seq += 1;
    this.refusing = false;
    this.keep();
    this.save();
  }

  // The page is about to go: what is saved from now on stays in the outbox for the one that comes.
  leave() {
    this.leaving = true;
    setTimeout(() => { this.leaving = false; }, STAYED);
  }

  // The page goes away: hand over what is left; the outbox has it too.
  flush() {
    if (this.stopped || !this.pending) return;
    this.keep();
    const body = this.body();
    send(this.url, body, { receipt: "edit", keepalive: outlives(body) });
  }

  // A draft still on its way would come behind the submission, and be refused for no reason.
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.way?.abort();
  }
}
