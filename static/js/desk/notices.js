// What the desk says about saving: one word in the bar, and a sentence above the criteria.
import { around, gettext } from "../words.js";

const link = (href, words, more = {}) => {
  const made = Object.assign(document.createElement("a"), { href, ...more });
  made.textContent = words;
  return made;
};

const parts = (text, loginUrl) => {
  if (text === "login") {
    const login = link(loginUrl, gettext("Log in again in another tab"), { target: "_blank", rel: "noopener" });
    return around(gettext("You are logged out. {link}; your answers are kept here and saved afterwards."), login);
  }
  if (text.moved) {
    const on = link(text.moved, gettext("Go on by the new version"));
    return around(gettext("The rubric has moved on to a newer version. Your answers to what did not change are kept. {link}"), on);
  }
  return [text];
};

const sentence = (text, loginUrl) => {
  const words = document.createElement("p");
  words.className = "alert-body";
  words.append(...parts(text, loginUrl));
  return words;
};

export const alertOf = (...content) => {
  const alert = document.createElement("div");
  alert.className = "alert";
  alert.dataset.tone = "warn";
  alert.setAttribute("role", "alert");
  alert.append(document.createElement("span"), ...content);
  return alert;
};

export const notices = (box, loginUrl) => (text) => {
  box.querySelector("[data-live]")?.remove();
  if (!text) return;
  const alert = alertOf(sentence(text, loginUrl));
  alert.dataset.live = "";
  box.append(alert);
};

// One line for several responses: the same, with what there is to say of it in the line.
export class Line {
  constructor(element, loginUrl) {
    Object.assign(this, { element, loginUrl, holds: false, isLoggedOut: false });
  }

  show(state, words, text = "") {
    // Why nothing was sent is read until there is a network: a draft that fails as well says less.
    if (this.holds && state === "failed" && !navigator.onLine) return;
    this.holds = false;
    this.element.dataset.state = state;
    // Said once: each retry says it again.
    const isLoggedOut = text === "login";
    if (isLoggedOut && this.isLoggedOut) return;
    this.isLoggedOut = isLoggedOut;
    const isWords = typeof text === "string" && !isLoggedOut;
    this.element.replaceChildren(...(isWords ? [text ? `${words}: ${text}` : words] : parts(text, this.loginUrl)));
  }

  notSent(words) {
    this.show("failed", words);
    this.holds = true;
  }
}

// Shows "saving", "saved" or "failed" in the given words, and what there is to say of it.
export const shower = (element, tell) => (state, words, text = "") => {
  element.dataset.state = state;
  if (element.textContent !== words) element.textContent = words;
  tell(text);
};
