// In the right column: what an expert will see of the criterion at hand, drawn again after each save.
import { draw } from "./cards.js";

const wide = matchMedia("(min-width: 1100px)");
const WAIT = 150;

export class Preview {
  constructor(editor) {
    this.base = editor.dataset.editUrl;
    document.addEventListener("focusin", ({ target }) => this.look(target.closest?.(".draft-card")));
    wide.addEventListener("change", () => this.first());
    this.first();
  }

  get place() {
    return document.querySelector("#preview");
  }

  first() {
    this.look(document.querySelector("#outline .draft-card"));
  }

  look(card) {
    const pk = card?.dataset.pk;
    if (!pk || pk === this.place.dataset.pk || !wide.matches) return;
    // Whoever tabs through the cards asks for none of them.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(pk), WAIT);
  }

  async draw(pk) {
    if (!wide.matches || !document.querySelector(`#c-${CSS.escape(pk)}`)) return;
    this.place.closest("[data-empty]")?.removeAttribute("data-empty");
    const { response } = this.place.dataset;
    await draw(`${this.base}/${pk}/preview${response ? `?response=${response}` : ""}`, this.place, { swap: "outerHTML" });
  }

  // Only the criterion that stands there is worth a request.
  saved(pk) {
    if (pk && pk === this.place.dataset.pk) this.draw(pk);
  }

  // The cards were drawn anew, or one is gone.
  check() {
    const { pk } = this.place.dataset;
    if (!pk || !document.querySelector(`#c-${CSS.escape(pk)}`)) this.first();
  }
}
