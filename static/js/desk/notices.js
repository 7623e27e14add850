// What the desk says about saving: one word in the bar, and a sentence above the criteria.
import { around, gettext } from "../words.js";

const link = (href, words, more = {}) => {
  const made = Object.assign(document.createElement("a"), { href, ...more });
  made.textContent = words;
  return made;
};

const sentence = (text, loginUrl) => {
  const words = document.createElement("p");
  words.className = "alert-body";
  if (text === "login") {
    const login = link(loginUrl, gettext("Log in again in another tab"), { target: "_blank", rel: "noopener" });
    words.append(...around(gettext("You are logged out. {link}; your answers are kept here and saved afterwards."), login));
  } else if (text.moved) {
    const on = link(text.moved, gettext("Go on by the new version"));
    words.append(...around(gettext("The rubric has moved on to a newer version. Your answers to what did not change are kept. {link}"), on));
  } else {
    words.textContent = text;
  }
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
  constructor(element) {
    this.element = element;
    this.holds = false;
  }

  show(state, words, text = "") {
    // Why nothing was sent is read until there is a network: a draft that fails as well says less.
    if (this.holds && state === "failed" && !navigator.onLine) return;
    this.holds = false;
    this.element.dataset.state = state;
    this.element.textContent = typeof text === "string" && text && text !== "login" ? `${words}: ${text}` : words;
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
