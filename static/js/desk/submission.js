// Submit and next: one id for one submission, sent until there is a receipt, never twice counted.
import { unsent } from "./drafts.js";
import { LOGIN, REFUSED, outlives, pause, send } from "./sending.js";
import { gettext } from "../words.js";

export class Submission {
  constructor(desk, form, parts) {
    Object.assign(this, { desk, form }, parts);
    this.url = desk.dataset.submitUrl;
    this.failures = 0;
    this.waiting = null;
    this.kept = true;
    this.onDone = () => {};
    // Whether the page may change: not while a flag is on its way.
    this.before = async () => true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
  }

  // Whether leaving now could lose it: it is not through, and not sure to be taken up again.
  get atRisk() {
    return Boolean(this.waiting) && (this.failures > 0 || !this.kept || !navigator.onLine);
  }

  field(name) {
    return this.form.elements[name]?.value ?? "";
  }

  async start() {
    if (this.starting || this.waiting) return;
    this.starting = true;
    const mayGo = await this.before();
    this.starting = false;
    if (!mayGo) return;
    await this.go({
      answers: this.criteria.read(),
      submission_id: this.field("submission_id"),
      version: Number(this.field("version")),
      active_ms: this.clock.ms,
      corrects: "corrects" in this.desk.dataset,
      inline: true,
    });
  }

  // Also called with what an earlier page of this tab had begun to send.
  async go(body) {
    this.waiting = body;
    this.drafts.stop();
    this.criteria.box.inert = true;
    this.kept = this.outbox.write({ submit: body, answers: body.answers, url: this.url, pending: true });
    this.show("saving", this.kept ? gettext("sending…") : gettext("sending… (this browser keeps no copy)"));
    const result = await send(this.url, body, { receipt: "receipt" });
    if (this.ended) return;
    if (result.state === "ok" && typeof result.said.next === "string") this.done(result.said);
    else if (result.state === REFUSED) this.refused(result, body);
    else this.retry(body, result);
  }

  done(said) {
    this.waiting = null;
    this.outbox.clear();
    this.onDone(said);
  }

  retry(body, result) {
    this.failures += 1;
    this.show("failed", gettext("not sent, will retry"), result.state === LOGIN ? "login" : result.text);
    this.again = () => {
      clearTimeout(this.timer);
      this.again = null;
      this.go(body);
    };
    this.timer = setTimeout(this.again, pause(this.failures));
  }

  refused({ said, text }, body) {
    this.waiting = null;
    this.criteria.box.inert = false;
    this.drafts.stopped = body.corrects;
    // Rated already, by another page: what was written here is shown beside that, not dropped.
    if (said.submitted) {
      this.onward(said.submitted);
      return;
    }
    // Answers to an earlier version are a draft of the newer one now, as far as they go on.
    if (said.kept && said.moved) {
      this.outbox.clear();
      this.onward(said.moved);
      return;
    }
    if (body.version !== this.drafts.version) {
      this.outbox.clear();
      this.show("failed", gettext("not submitted"), `${text} ${unsent(body.answers)}`);
      return;
    }
    if (body.corrects) this.outbox.clear();
    this.drafts.changed();
    const problems = said.problems ?? [];
    this.show("failed", gettext("not submitted"), this.criteria.inWords(problems) || text);
    this.criteria.showProblems(problems);
  }

  onward(url) {
    this.drafts.stop();
    this.onDone({ next: url });
  }

  // The page goes away before there was a receipt: the same submission once more, for the way.
  flush() {
    if (this.waiting && outlives(this.waiting)) send(this.url, this.waiting, { receipt: "receipt", keepalive: true });
  }

  stop() {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
