// One word for all open forms: the worst of what they are in, and the time of the last save.
import { LOGIN } from "../desk/sending.js";
import { around, gettext } from "../words.js";

const RANK = { saved: 0, saving: 1, failed: 2 };
const WORDS = { saving: gettext("saving…"), failed: gettext("not saved, will retry") };

export class SaveState {
  constructor(element, notices, loginUrl) {
    Object.assign(this, { element, notices, loginUrl });
    this.states = new Map();
    this.last = "";
    this.answer = "";
  }

  set(of, state, { words = WORDS[state], text = "", at = null } = {}) {
    if (at) this.last = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (state === "saved") {
      this.states.delete(of);
      this.answer = "";
    } else this.states.set(of, { state, words, text });
    this.show();
  }

  forget(of) {
    this.states.delete(of);
    this.show();
  }

  show() {
    const all = [...this.states.values()].sort((one, other) => RANK[other.state] - RANK[one.state]);
    const worst = all[0];
    const words = worst?.words ?? (this.last ? gettext("saved {time}", { time: this.last }) : "");
    this.element.dataset.state = worst?.state ?? "saved";
    if (this.element.textContent !== words) this.element.textContent = words;
    this.tell(worst?.text === LOGIN ? LOGIN : this.answer || worst?.text || "");
  }

  // What has become of a button stands there until the next one, or until texts are saved again.
  reply(text) {
    this.answer = text;
    this.show();
  }

  // A line under the bar: what has become of a button, or why nothing is saved.
  tell(text) {
    if (this.told === text) return;
    this.told = text;
    this.notices.querySelector("[data-live]")?.remove();
    if (!text) return;
    const alert = document.createElement("div");
    alert.className = "alert";
    alert.dataset.tone = "warn";
    alert.dataset.live = "";
    alert.setAttribute("role", "alert");
    const body = document.createElement("p");
    body.className = "alert-body";
    if (text === LOGIN) {
      const link = Object.assign(document.createElement("a"), { href: this.loginUrl, target: "_blank", rel: "noopener" });
      link.textContent = gettext("Log in again in another tab");
      body.append(...around(gettext("You are logged out. {link}; your text is kept here and saved afterwards."), link));
    } else {
      body.textContent = text;
    }
    alert.append(document.createElement("span"), body);
    this.notices.append(alert);
  }
}
