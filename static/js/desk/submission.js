// Submit and next: one id for one submission, sent until there is a receipt, never twice counted.
import { unsent } from "./drafts.js";
import { LOGIN, REFUSED, pause, send } from "./sending.js";

export class Submission {
  constructor(desk, form, parts) {
    Object.assign(this, { desk, form }, parts);
    this.url = desk.dataset.submitUrl;
    this.failures = 0;
    this.waiting = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
  }

  field(name) {
    return this.form.elements[name]?.value ?? "";
  }

  start() {
    if (this.waiting) return;
    this.go({
      answers: this.criteria.read(),
      submission_id: this.field("submission_id"),
      version: Number(this.field("version")),
      active_ms: this.clock.ms,
      corrects: "corrects" in this.desk.dataset,
    });
  }

  // Also called with what an earlier page of this tab had begun to send.
  async go(body) {
    this.waiting = body;
    this.drafts.stop();
    this.criteria.box.inert = true;
    this.outbox.write({ submit: body, answers: body.answers, pending: true });
    this.show("saving", "sending…");
    const result = await send(this.url, body, { receipt: "receipt" });
    if (result.state === "ok") this.done(result.said.next);
    else if (result.state === REFUSED) this.refused(result, body);
    else this.retry(body, result);
  }

  done(next) {
    this.outbox.clear();
    location.assign(next);
  }

  retry(body, result) {
    this.failures += 1;
    this.show("failed", "not sent, will retry", result.state === LOGIN ? "login" : result.text);
    setTimeout(() => this.go(body), pause(this.failures));
  }

  refused({ said, text }, body) {
    this.waiting = null;
    this.criteria.box.inert = false;
    this.drafts.stopped = false;
    // Answers to an earlier version are a draft of the newer one now, as far as they go on.
    const onward = said.submitted ?? (said.kept ? said.moved : null);
    if (onward) {
      this.outbox.clear();
      location.assign(onward);
      return;
    }
    if (body.version !== this.drafts.version) {
      this.outbox.clear();
      this.show("failed", "not submitted", `${text} ${unsent(body.answers)}`);
      return;
    }
    this.drafts.changed();
    this.show("failed", "not submitted", text);
    this.criteria.showProblems(said.problems ?? []);
  }
}
