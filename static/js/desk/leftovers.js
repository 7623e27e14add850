// What earlier pages of this person could not send: submissions and drafts of other seats are sent
// when there is a way; what the server will not take is shown until the person has seen it.
import { keysAtDesk } from "../copies.js";
import { readAnswers } from "./criteria.js";
import { alertOf } from "./notices.js";
import { REFUSED, send } from "./sending.js";
import { Outbox } from "./outbox.js";
import { around, gettext } from "../words.js";

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const seatOf = (key) => key.slice(key.lastIndexOf(":") + 1);

const deliver = async (key, entry) => {
  const { url, pending, earlier, submit, ...draft } = entry;
  const result = await send(url, submit ?? draft, { receipt: submit ? "receipt" : "edit" });
  // The page of that seat may have written anew meanwhile, in another tab.
  if (result.state === "ok" && JSON.stringify(read(key)) === JSON.stringify(entry)) localStorage.removeItem(key);
  return result.state;
};

const doorTo = (url) => {
  const words = document.createElement("p");
  words.className = "alert-body";
  const link = Object.assign(document.createElement("a"), { href: url.replace(/[a-z]+$/, "") });
  link.textContent = gettext("Open it");
  words.append(...around(gettext("Your answers to another response are not on the server yet. {link}."), link));
  return alertOf(words);
};

// Seats other than the one on this page, of this person alone.
export const sendLeftovers = async (user, seat, box) => {
  for (const key of keysAtDesk(user)) {
    const entry = read(key);
    if (seatOf(key) === seat || !entry?.pending || !entry.url?.startsWith("/desk/seat/")) continue;
    if ((await deliver(key, entry)) !== "ok" && localStorage.getItem(key)) box?.append(doorTo(entry.url));
  }
};

const inWords = (answers) =>
  Object.entries(answers).map(([key, one]) => [key, one.value, one.rationale, [one.evidence ?? []].flat().map((quoted) => quoted.quote ?? quoted)].flat().filter(Boolean).join(": "));

const showNotTaken = (page, outbox, answers) => {
  const words = document.createElement("div");
  words.className = "alert-body";
  const title = Object.assign(document.createElement("p"), { className: "alert-title" });
  title.textContent = gettext("Written in this browser and not taken: this response was rated already");
  const list = document.createElement("ul");
  for (const line of inWords(answers)) {
    const row = document.createElement("li");
    row.dir = "auto";
    row.textContent = line;
    list.append(row);
  }
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
  button.textContent = gettext("Discard them");
  words.append(title, list, button);
  const alert = alertOf(words);
  button.addEventListener("click", () => {
    outbox.clear();
    alert.remove();
  });
  page.querySelector(".desk-form").prepend(alert);
};

// On the page of a rating: a correction that was on its way is sent, other answers are shown.
export const settle = async (page) => {
  const outbox = new Outbox(page.dataset.user, page.dataset.seat);
  const entry = outbox.read();
  if (!entry?.pending) return;
  if (entry.submit && entry.url) {
    const result = await send(entry.url, entry.submit, { receipt: "receipt" });
    if (result.state === "ok") {
      outbox.clear();
      if (entry.submit.corrects) location.reload();
    }
    if (result.state !== REFUSED) return;
  }
  const given = readAnswers([...page.querySelectorAll("[data-criterion]")]);
  const differs = Object.entries(entry.answers ?? {}).some(([key, one]) => JSON.stringify(one) !== JSON.stringify(given[key]));
  if (differs) showNotTaken(page, outbox, entry.answers);
  else outbox.clear();
};
