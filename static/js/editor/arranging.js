// The buttons of the cards without a new page: one small request, then the card goes where it is.
import { REFUSED, send } from "../desk/sending.js";
import { blank, cardOf, cards, draw, focusCard, put, say, tidy } from "./cards.js";
import { gettext } from "../words.js";

export class Arranging {
  constructor(editor, forms, state) {
    Object.assign(this, { editor, forms, state });
    this.url = editor.dataset.arrangeUrl;
    this.form = document.querySelector("#arrange");
  }

  get number() {
    return this.form.elements.number.value;
  }

  // `act` as the button has it; the rest are further fields.
  async press(act, fields = {}, button = document.activeElement) {
    const [name] = act.split(":");
    await this.ask(this.url, { do: act, ...fields }, name, button);
  }

  async rename(form) {
    const { first, heading } = form.elements;
    await this.ask(form.getAttribute("action"), { first: first.value, heading: heading.value }, "rename", null);
  }

  async ask(url, fields, name, button) {
    if (this.busy) return;
    this.busy = true;
    // What is taken back must be on the server first.
    const flushed = ["undo", "redo"].includes(name) ? await this.forms.flush() : true;
    const result = flushed && (await send(url, { number: this.number, ...fields }, { receipt: "done" }));
    this.busy = false;
    if (!flushed) this.state.reply(gettext("A text of yours is not saved yet: see to it first."));
    else if (result.state === "ok") await this.done(name, result.said, button);
    else this.failed(result);
  }

  failed({ state, said, text, status }) {
    const gone = state !== REFUSED && !text ? gettext("The server cannot be reached.") : text;
    this.state.reply(gettext("{why} Nothing was changed.", { why: gone }));
    say(gone);
    if (said?.reload || status === 409) this.forms.reload();
  }

  async done(act, said, button) {
    this.state.reply("");
    this.steps(said);
    if (act === "add") await this.added(said);
    else if (act === "copy") await this.copied(said);
    else if (act === "remove") await this.removed(button);
    else if (said.reload) await this.forms.reload(said.pk);
    else await this.moved(said, button);
    say(said.done);
  }

  // Undoing and redoing say what they would do.
  steps({ undo, redo }) {
    for (const [name, words] of [["undo", undo], ["redo", redo]]) {
      const button = this.editor.querySelector(`[data-${name}]`);
      if (words === undefined) continue;
      button.disabled = !words;
      button.title = words ? (name === "undo" ? gettext("Undo: {change}", { change: words }) : gettext("Redo: {change}", { change: words })) : "";
    }
  }

  async moved({ pk, place }, button) {
    const card = cardOf(pk);
    const focused = card?.contains(document.activeElement) ? document.activeElement : button;
    if (!card || !put(card, place)) {
      await this.forms.reload(pk);
      return;
    }
    (card.contains(focused) ? focused : card.querySelector("[data-edit]"))?.focus();
    card.scrollIntoView({ block: "nearest" });
  }

  async added({ pk, place, form }) {
    const card = blank(pk);
    if (!put(card, place)) {
      await this.forms.reload();
    }
    await this.forms.open(cardOf(pk) ?? card, form);
  }

  async copied({ pk, place, card: url }) {
    const card = blank(pk);
    if (!put(card, place)) {
      await this.forms.reload(pk);
      return;
    }
    await draw(url, card, { swap: "outerHTML" });
    tidy();
    focusCard(cardOf(pk));
  }

  async removed(button) {
    const card = button?.closest(".draft-card");
    const all = cards();
    const next = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
    this.forms.forget(card);
    card?.remove();
    tidy();
    if (!card || !cards().length) await this.forms.reload();
    if (next?.isConnected) focusCard(next);
    else this.editor.querySelector("[data-undo]").focus();
  }
}
