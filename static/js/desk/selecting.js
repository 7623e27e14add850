// Evidence by selecting: what is selected in a response goes to the criterion one is at there, by a
// key or by the button that appears beside it.
import { addEvidence, lightEvidence, responseOf, showEvidence } from "./evidence.js";
import { quoteIn, turnsOf } from "./passages.js";
import { gettext } from "../words.js";

const say = (text) => document.dispatchEvent(new CustomEvent("rubricstudio:announce", { detail: text }));

const makeButton = () => {
  const made = Object.assign(document.createElement("button"), { type: "button", hidden: true });
  made.className = "button evidence-take";
  made.dataset.size = "small";
  return made;
};

const takesEvidence = (criterion) => criterion.querySelector("[name^='evidence:']");

export class Selecting {
  // `asked` are the criteria of each response of the page.
  constructor(asked, signal) {
    this.asked = asked;
    this.button = makeButton();
    // A press would take the selection away before the click.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.take());
    const offer = () => this.offer();
    document.addEventListener("selectionchange", offer, { signal });
    addEventListener("resize", offer, { signal });
    addEventListener("scroll", offer, { signal, passive: true, capture: true });
    for (const { box, all } of asked) {
      box.addEventListener("input", ({ target }) => {
        if (target.name?.startsWith("evidence:")) this.refresh(target.closest("[data-criterion]"));
      });
      for (const hint of box.querySelectorAll(".criterion-select")) hint.hidden = false;
      all.forEach(showEvidence);
    }
    const light = () => this.light();
    requestAnimationFrame(light);
    // More of a long response has come, or its formulas were set.
    document.addEventListener("htmx:afterSettle", light, { signal });
  }

  light() {
    lightEvidence(this.asked.flatMap(({ all }) => all));
  }

  refresh(criterion) {
    showEvidence(criterion);
    this.light();
  }

  // The passage that is selected in one turn of a response, and the criterion it is for; or null.
  selected() {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    for (const criteria of this.asked) {
      const response = responseOf(criteria.box);
      const aim = [criteria.current, ...criteria.all].find(takesEvidence);
      for (const turn of aim ? turnsOf(response) : []) {
        const passage = range.intersectsNode(turn) && quoteIn(range, turn);
        if (passage) return { criteria, aim, response, range, passage };
      }
    }
    return null;
  }

  offer() {
    const found = this.selected();
    this.button.hidden = !found;
    if (!found) return;
    const { criteria, aim, response, range } = found;
    // Among what is read, and so next to it for whoever goes by Tab.
    if (this.button.parentElement !== response) response.append(this.button);
    const name = criteria.name(aim.dataset.criterion);
    this.button.textContent = criteria.titled(gettext("Evidence for “{name}” (e)", { name: name.length > 40 ? `${name.slice(0, 39)}…` : name }));
    const box = range.getBoundingClientRect();
    const { width, height } = this.button.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), document.documentElement.clientWidth - width - 8);
    const top = Math.min(Math.max(8, box.bottom + 6), document.documentElement.clientHeight - height - 8);
    Object.assign(this.button.style, { insetInlineStart: "auto", left: `${left}px`, top: `${top}px` });
  }

  // True when something was selected and is evidence now.
  take() {
    const found = this.selected();
    if (!found) return false;
    const { criteria, aim, passage } = found;
    addEvidence(aim, passage);
    getSelection().removeAllRanges();
    const name = criteria.name(aim.dataset.criterion);
    say(criteria.titled(gettext("Quoted for {name}: {quote}", { name, quote: passage.quote })));
    return true;
  }
}
