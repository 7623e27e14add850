// The cards of the page: finding, numbering, putting one somewhere else.
import { ngettext } from "../words.js";

export const cards = () => [...document.querySelectorAll("#outline .draft-card")];
export const cardOf = (pk) => document.querySelector(`#c-${CSS.escape(String(pk))}`);

export const say = (text) => document.dispatchEvent(new CustomEvent("rubricstudio:announce", { detail: text }));

// What the server draws, put into its place; false when it could not be had. Each place is a source of
// its own: htmx lets requests of one source wait for each other.
export const draw = async (url, target, { verb = "GET", swap = "innerHTML", values } = {}) => {
  const place = typeof target === "string" ? document.querySelector(target) : target;
  try {
    await htmx.ajax(verb, url, { source: place, target: place, swap, values });
    return true;
  } catch {
    return false; // the page's head says so
  }
};

export const focusCard = (card) => {
  (card?.querySelector("[data-edit]") ?? card?.querySelector("textarea"))?.focus();
  card?.scrollIntoView({ block: "nearest" });
};

// Numbers, counts of sections, and headings that nothing stands under any more.
export const tidy = () => {
  const outline = document.querySelector("#outline");
  const first = Number(outline.dataset.first) || 1;
  cards().forEach((card, at) => {
    const number = card.querySelector(".criterion-number");
    if (number) number.textContent = String(first + at);
  });
  for (const section of outline.querySelectorAll("[data-section]")) {
    const count = section.querySelectorAll(".draft-card").length;
    const shown = section.querySelector("[data-section-count]");
    if (shown) shown.textContent = ngettext("{n} criterion", "{n} criteria", count);
    if (!count) section.remove();
  }
};

// Where the server says a criterion stands now; false when only the server can draw that.
export const put = (card, { behind, before }) => {
  const above = behind && cardOf(behind);
  const below = before && cardOf(before);
  const focused = document.activeElement;
  if (above) above.after(card);
  else if (below) below.before(card);
  else return false;
  // What is put elsewhere loses the focus.
  if (card.contains(focused)) focused.focus({ preventScroll: true });
  tidy();
  return true;
};

// Draws nothing for long: what the browser does not show it does not lay out (see the style sheet).
export const blank = (pk) => {
  const card = document.createElement("li");
  card.className = "draft-card";
  card.id = `c-${pk}`;
  card.dataset.pk = pk;
  return card;
};
