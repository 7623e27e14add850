// Beside the open criterion: what an expert will see of it, drawn again after each save.
import { draw } from "./cards.js";

const wide = matchMedia("(min-width: 1100px)");

export class Preview {
  constructor() {
    document.addEventListener("focusin", ({ target }) => this.look(target));
    wide.addEventListener("change", () => this.look(document.activeElement));
  }

  get place() {
    return document.querySelector("#preview");
  }

  look(target) {
    const form = target?.closest?.("form[data-preview-url]");
    if (form && form.dataset.pk !== this.place.dataset.pk) this.draw(form);
  }

  draw(form) {
    if (!wide.matches || !form.isConnected) return;
    const { response } = this.place.dataset;
    const url = form.dataset.previewUrl + (response ? `?response=${response}` : "");
    draw(url, this.place, { swap: "outerHTML" });
  }

  // Only the criterion that stands there is worth a request.
  saved(form) {
    if (form.dataset.pk && form.dataset.pk === this.place.dataset.pk) this.draw(form);
    else this.look(form);
  }

  clear() {
    this.place.replaceChildren();
    delete this.place.dataset.pk;
  }
}
