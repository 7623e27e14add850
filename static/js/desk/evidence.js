// The evidence of a criterion: its passages as chips, each with the place it was taken from. The
// text area is what holds them, one a line; the places are kept beside it.
import { find } from "./passages.js";
import { gettext } from "../words.js";

const places = new WeakMap();
const line = (text) => text.replace(/\s+/gu, " ").trim();
const words = (one) => line(typeof one === "string" ? one : (one?.quote ?? ""));

const areaOf = (criterion) => criterion.querySelector("[name^='evidence:']");

// The places that the server's page brought with its chips.
const placesOf = (area) => {
  if (!places.has(area)) {
    const kept = new Map();
    for (const chip of area.closest("[data-evidence]").querySelectorAll("[data-place]")) {
      const place = JSON.parse(chip.dataset.place);
      kept.set(words(place), place);
    }
    places.set(area, kept);
  }
  return places.get(area);
};

// What is quoted for a criterion: texts, or texts with their place.
export const readEvidence = (criterion) => {
  const area = areaOf(criterion);
  if (!area) return [];
  const kept = placesOf(area);
  return area.value.split("\n").map(line).filter(Boolean).map((text) => kept.get(text) ?? text);
};

export const writeEvidence = (criterion, evidence) => {
  const area = areaOf(criterion);
  if (!area) return;
  const given = typeof evidence === "string" ? evidence.split("\n") : evidence;
  const kept = placesOf(area);
  for (const one of given) if (one?.turn !== undefined) kept.set(words(one), one);
  area.value = given.map(words).filter(Boolean).join("\n");
  showEvidence(criterion);
};

const changed = (area) => area.dispatchEvent(new Event("input", { bubbles: true }));

export const addEvidence = (criterion, passage) => {
  const area = areaOf(criterion);
  placesOf(area).set(words(passage), passage);
  const before = area.value.split("\n").map(line).filter(Boolean);
  area.value = [...new Set([...before, words(passage)])].join("\n");
  changed(area);
};

const removeEvidence = (criterion, text) => {
  const area = areaOf(criterion);
  area.value = area.value.split("\n").filter((one) => line(one) !== text).join("\n");
  changed(area);
  const left = criterion.querySelector(".evidence button") ?? criterion.querySelector("[data-evidence] summary");
  left?.focus();
};

const chip = (criterion, one) => {
  const text = words(one);
  const made = document.createElement("li");
  const show = Object.assign(document.createElement("button"), { type: "button", title: gettext("Show it in the response") });
  show.className = "evidence-show";
  const quote = Object.assign(document.createElement("q"), { dir: "auto", textContent: text });
  show.append(quote);
  show.addEventListener("click", () => reveal(criterion, one));
  made.append(show);
  if (!areaOf(criterion).readOnly) {
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    remove.className = "evidence-remove";
    remove.setAttribute("aria-label", gettext("Remove the quote “{text}”", { text }));
    remove.addEventListener("click", () => removeEvidence(criterion, text));
    made.append(remove);
  }
  return made;
};

export const showEvidence = (criterion) => {
  const list = criterion.querySelector("[data-quotes]");
  if (list) list.replaceChildren(...readEvidence(criterion).map((one) => chip(criterion, one)));
};

// The response that stands beside what is asked of it.
export const responseOf = (asked) => asked.closest("[data-seat]").querySelector("[data-from]");

const placeOf = (criterion, one) => find(responseOf(criterion), typeof one === "string" ? { quote: one } : one);

const reveal = (criterion, one) => {
  const range = placeOf(criterion, one);
  if (!range) return;
  let inside = range.startContainer.parentElement;
  for (; inside; inside = inside.parentElement) if (inside.matches?.("details")) inside.open = true;
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
  light("evidence-now", [range]);
};

const light = (name, ranges) => {
  if (globalThis.Highlight && CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges.filter(Boolean)));
};

// All passages quoted by these criteria, marked in the response of each.
export const lightEvidence = (criteria) => {
  light("evidence", criteria.flatMap((criterion) => readEvidence(criterion).map((one) => placeOf(criterion, one))));
  light("evidence-now", []);
};

// A page that is only read: chips that lead to their place, and the places marked.
export const showQuoted = (criteria) => {
  for (const one of criteria) showEvidence(one);
  requestAnimationFrame(() => lightEvidence(criteria));
};
