// Evidence by selecting: what is selected in the response goes to the current criterion by a key or
// by the button that appears beside it.
import { addEvidence, lightEvidence, showEvidence } from "./evidence.js";
import { quoteIn, turnsOf } from "./passages.js";
import { gettext } from "../words.js";

const say = (text) => document.dispatchEvent(new CustomEvent("rubricstudio:announce", { detail: text }));

const makeButton = () => {
  const made = Object.assign(document.createElement("button"), { type: "button", hidden: true });
  made.className = "button evidence-take";
  made.dataset.size = "small";
  return made;
};

export class Selecting {
  constructor(criteria, signal) {
    this.criteria = criteria;
    this.response = document.querySelector(".desk-response");
    this.button = makeButton();
    this.response.append(this.button);
    // A press would take the selection away before the click.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.take());
    document.addEventListener("selectionchange", () => this.offer(), { signal });
    this.response.addEventListener("scroll", () => this.offer(), { signal, passive: true });
    criteria.box.addEventListener("input", ({ target }) => {
      if (target.name?.startsWith("evidence:")) this.refresh(target.closest("[data-criterion]"));
    });
    for (const hint of criteria.box.querySelectorAll(".criterion-select")) hint.hidden = false;
    for (const one of criteria.all) showEvidence(one);
    this.later = requestAnimationFrame(() => lightEvidence(criteria.all));
    // More of a long response has come, or its formulas were set.
    document.addEventListener("htmx:afterSettle", () => lightEvidence(criteria.all), { signal });
  }

  refresh(criterion) {
    showEvidence(criterion);
    lightEvidence(this.criteria.all);
  }

  // The passage that is selected in one turn of the response, or null.
  selected() {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const turn = turnsOf(this.response).find((one) => range.intersectsNode(one) && quoteIn(range, one));
    const passage = turn && quoteIn(range, turn);
    return passage ? { passage, range } : null;
  }

  get aim() {
    const { current } = this.criteria;
    if (current.querySelector("[name^='evidence:']")) return current;
    return this.criteria.all.find((one) => one.querySelector("[name^='evidence:']"));
  }

  offer() {
    const found = this.selected();
    this.button.hidden = !found || !this.aim;
    if (this.button.hidden) return;
    const name = this.aim.querySelector(".criterion-name").textContent;
    this.button.textContent = gettext("Evidence for “{name}” (e)", { name: name.length > 40 ? `${name.slice(0, 39)}…` : name });
    const box = found.range.getBoundingClientRect();
    const { width, height } = this.button.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - width - 8);
    const top = Math.min(Math.max(8, box.bottom + 6), document.documentElement.clientHeight - height - 8);
    Object.assign(this.button.style, { insetInlineStart: "auto", left: `${left}px`, top: `${top}px` });
  }

  // True when something was selected and is evidence now.
  take() {
    const found = this.selected();
    const { aim } = this;
    if (!found || !aim) return false;
    addEvidence(aim, found.passage);
    getSelection().removeAllRanges();
    const name = aim.querySelector(".criterion-name").textContent;
    say(gettext("Quoted for {name}: {quote}", { name, quote: found.passage.quote }));
    return true;
  }
}
