// What the lint finds, while one types: asked for at every rest of the keys, and put beside the
// criterion it is about, whether that is a card or an open form. Without this there is the list.
import { fieldsOf } from "./editor/saver.js";

const WAIT = 300;
const FORM = "form[data-draft-form][data-what=criterion]";
const lint = document.querySelector("#lint");
// Of the whole page, and of the criterion that is being typed.
const all = lint?.querySelector("#lint-findings");
const one = lint?.querySelector("#lint-typed");
let timer;
let typed = null;
let busy = false;
const wanted = { all: false, one: false };

const page = () => new URLSearchParams(location.search).get("page") ?? "";
const isAnswering = () => lint.querySelector("[popover]:popover-open") !== null;
const named = (name) => document.querySelector(`[data-finding="${CSS.escape(name)}"] button`);

const cardFor = ({ dataset }) =>
  document.querySelector(`#c-${CSS.escape(dataset.pk ?? "")}`) ??
  document.querySelector(`.draft-card[data-key="${CSS.escape(dataset.lintFor)}"]`);

// In a form right under the words, in a card beside them.
const put = (section) => {
  const card = section.dataset.lintFor && cardFor(section);
  if (!card) return;
  const field = card.querySelector(FORM)?.elements.criterion?.closest(".field");
  section.dataset.placed = "";
  if (field) field.after(section);
  else card.append(section);
};

const drop = (elements) => {
  for (const element of elements) element.remove();
};

// What was there before: all of it, or what is said anew of one criterion and of the whole.
const clear = (into) => {
  if (into === all) {
    drop(document.querySelectorAll(".lint[data-placed]"));
    one.replaceChildren();
    return;
  }
  drop(typed?.closest(".draft-card")?.querySelectorAll(".lint[data-placed]") ?? []);
  drop(all.querySelectorAll('[data-lint-for=""]'));
  for (const form of one.querySelectorAll("[data-lint-forms] > [id]")) {
    drop(all.querySelectorAll(`#${CSS.escape(form.id)}`));
  }
};

// What somebody has unfolded stays so, and the focus where it was.
let kept = { unfolded: new Set(), focused: null };
const foldOf = (details) => `${details.closest("[data-lint-for]").dataset.lintFor} ${details.dataset.more}`;
const folds = (state = "") => [...document.querySelectorAll(`.lint [data-more]${state}`)];

const keep = () => {
  const focused = document.activeElement?.closest(".lint [data-finding]")?.dataset.finding ?? null;
  kept = { unfolded: new Set(folds("[open]").map(foldOf)), focused };
};

const show = (into) => {
  const { unfolded, focused } = kept;
  clear(into);
  for (const section of into.querySelectorAll("[data-lint-for]")) put(section);
  for (const details of folds()) if (unfolded.has(foldOf(details))) details.open = true;
  if (focused && !document.activeElement?.closest("[data-finding]")) named(focused)?.focus();
  const sum = into.querySelector("[data-lint-sum]");
  const total = lint.querySelector("[data-lint-total]");
  if (sum && total.textContent !== sum.textContent) total.textContent = sum.textContent;
  sum?.remove();
  underline();
};

// The very words, underlined in the card's own text where the browser can do that.
const underline = () => {
  if (!globalThis.CSS?.highlights) return;
  const ranges = { error: [], warning: [] };
  for (const finding of document.querySelectorAll(".draft-card > .lint .finding[data-spans]")) {
    const card = finding.closest(".draft-card");
    // A criterion without a name of its own stands in the heading.
    const text = (card.querySelector(".criterion-text") ?? card.querySelector(".criterion-name"))?.firstChild;
    if (text?.nodeType !== Node.TEXT_NODE || !ranges[finding.dataset.severity]) continue;
    for (const span of finding.dataset.spans.split(" ")) {
      const [start, end] = span.split("-").map(Number);
      if (end > text.length) continue;
      const range = new Range();
      range.setStart(text, start);
      range.setEnd(text, end);
      ranges[finding.dataset.severity].push(range);
    }
  }
  for (const [name, found] of Object.entries(ranges)) CSS.highlights.set(`lint-${name}`, new Highlight(...found));
};

// What does not come stays as it was; the page's own alert says why.
const post = (into, values, url = lint.dataset.lintUrl) =>
  htmx.ajax("POST", url, { target: into, swap: "innerHTML", values }).catch(() => {});

const ask = async () => {
  // A reason that is being written is not taken away.
  if (busy || isAnswering()) return;
  busy = true;
  if (wanted.all) {
    wanted.all = false;
    await post(all, { page: page() });
    // That was the text as it is saved.
    wanted.one = true;
  }
  if (wanted.one) {
    wanted.one = false;
    if (typed?.isConnected) await post(one, { ...fieldsOf(typed), pk: typed.dataset.pk });
  }
  busy = false;
  if (wanted.all || wanted.one) await ask();
};

const soon = (what) => {
  wanted[what] = true;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
};

const answer = async (form) => {
  form.closest("[popover]")?.hidePopover();
  const values = { ...Object.fromEntries(new FormData(form)), page: page() };
  await post(all, values, form.action);
  const refused = all.querySelector("[data-lint-refused]")?.dataset.lintRefused;
  const button = named(refused ?? values.finding);
  if (refused) button?.click();
  else (button ?? lint.querySelector("a")).focus();
};

if (lint) {
  lint.addEventListener("htmx:beforeSwap", keep);
  lint.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target === all || target === one) show(target);
  });
  document.addEventListener("input", ({ target }) => {
    if (!target.form?.matches(FORM)) return;
    typed = target.form;
    soon("one");
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-lint-form]")) return;
    event.preventDefault();
    answer(event.target);
  });
  // Cards and forms come and go: they are asked about anew.
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.closest?.("#outline, .draft-card")) soon("all");
  });
  lint.addEventListener("toggle", () => soon("one"), true);
  wanted.all = true;
  ask();
}
