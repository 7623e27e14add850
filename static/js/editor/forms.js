// The open forms of the page, each with what saves it; opening, closing, drawing the page anew.
import { cardOf, draw, focusCard, put, say, tidy } from "./cards.js";
import { left, outboxFor } from "./kept.js";
import { Saver } from "./saver.js";
import { gettext } from "../words.js";

const FORM = "form[data-draft-form]";

export class Forms {
  constructor(editor, state) {
    Object.assign(this, { editor, state });
    this.savers = new Map();
    this.strays = document.querySelector("#editor-notices");
    this.onSaved = () => {};
    this.attach(document);
    // A button of a scale has drawn a form anew: its text goes on in the same saver.
    document.addEventListener("htmx:load", ({ target }) => this.attach(target.parentElement ?? target));
  }

  // Logged out: this browser keeps nothing, of forms that are opened later neither.
  loggedOut() {
    this.isClosed = true;
    for (const saver of this.savers.values()) saver.outbox.close();
  }

  whatOf(form) {
    return form.dataset.pk ?? form.dataset.what;
  }

  attach(root) {
    for (const form of root.querySelectorAll(FORM)) {
      const what = this.whatOf(form);
      const saver = this.savers.get(what);
      if (saver?.form === form) continue;
      if (saver) {
        saver.moveTo(form);
        document.getElementById(form.dataset.focus)?.focus();
        if (!form.querySelector("[data-clash]")) saver.changed();
      } else {
        this.make(form, what);
      }
    }
  }

  make(form, what) {
    const { user, rubric } = this.editor.dataset;
    const saver = new Saver(form, outboxFor(user, rubric, what, { keeps: !this.isClosed }), this.state);
    saver.onSaved = (said) => this.saved(saver, said);
    saver.onTaken = () => this.reopen(saver);
    this.savers.set(what, saver);
    return saver;
  }

  // Somebody may write in a form from the moment it is there.
  saverOf(element) {
    const form = element.form ?? element.closest(FORM);
    if (!form?.matches(FORM)) return undefined;
    const what = this.whatOf(form);
    return this.savers.get(what) ?? this.make(form, what);
  }

  saved(saver, said) {
    for (const number of document.querySelectorAll("#arrange [name=number], [data-draft-form] [name=number], .dialog [name=number]")) {
      number.value = said.number;
    }
    const card = saver.form.closest(".draft-card");
    if (said.place && card && !put(card, said.place)) this.isStale = true;
    // The first change has opened the draft: its criteria are other rows now.
    if (said.pk && String(said.pk) !== saver.form.dataset.pk) this.isStale = true;
    this.onSaved(said, saver.form);
  }

  async open(card, url) {
    if (!card) return;
    await draw(url, card);
    this.attach(card);
    const form = card.querySelector(FORM);
    form?.elements.criterion?.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }

  // Saved and back to a card; stays open while something in it is not saved.
  async close(form) {
    const saver = this.saverOf(form);
    // What is just being written is written now.
    if (form.contains(document.activeElement)) document.activeElement.blur();
    if (!(await saver.save())) {
      say(gettext("Not saved yet."));
      form.querySelector("[aria-invalid=true], [data-keep]")?.focus();
      return false;
    }
    const card = form.closest(".draft-card");
    if (!card) return true;
    this.savers.delete(this.whatOf(form));
    if (this.isStale) {
      await this.reload(form.dataset.pk);
      return true;
    }
    const { pk } = card.dataset;
    const drawn = await draw(form.dataset.cardUrl, card, { swap: "outerHTML" });
    if (!drawn) {
      this.attach(card);
      return false;
    }
    tidy();
    focusCard(cardOf(pk));
    return true;
  }

  // Another's text was taken: the form says what they say.
  async reopen(saver) {
    const { form } = saver;
    this.savers.delete(this.whatOf(form));
    const card = form.closest(".draft-card");
    if (!card) {
      location.reload();
      return;
    }
    if (saver.isGone) await this.reload();
    else await this.open(card, form.getAttribute("action"));
  }

  forget(card) {
    const form = card?.querySelector(FORM);
    if (!form) return;
    this.savers.get(this.whatOf(form))?.drop();
    this.savers.delete(this.whatOf(form));
  }

  // True once everything typed is on the server.
  async flush() {
    const saved = await Promise.all([...this.savers.values()].map((one) => one.save()));
    return saved.every(Boolean);
  }

  // The server draws the criteria anew; what is not saved is put back into its forms.
  async reload(pk) {
    await Promise.all([...this.savers.values()].filter((one) => !one.clashes).map((one) => one.save()));
    for (const [what, saver] of this.savers) {
      if (saver.form.closest("#outline")) {
        this.savers.delete(what);
        this.state.forget(saver);
      }
    }
    this.isStale = false;
    await draw(this.address(), "#outline", { swap: "outerHTML" });
    await this.resume();
    if (pk) focusCard(cardOf(pk));
  }

  // The draft's own page, also where the editor stands on another one.
  address() {
    const { editUrl } = this.editor.dataset;
    return location.pathname === editUrl ? editUrl + location.search : editUrl;
  }

  // Text of an earlier page that never reached the server.
  async resume() {
    const { user, rubric } = this.editor.dataset;
    for (const [what, entry] of left(user, rubric)) {
      if (this.savers.get(what)?.pending) continue;
      if (what === "head") this.refill(entry);
      else await this.restore(what, entry);
    }
  }

  refill(entry) {
    const form = document.querySelector("[data-what=head]");
    for (const name of ["title", "description", "seen"]) form.elements[name].value = entry.fields[name] ?? "";
    form.closest("details").open = true;
    this.savers.get("head").resume(entry);
  }

  async restore(what, entry) {
    let card = cardOf(what);
    if (!card) {
      card = document.createElement("div");
      card.className = "draft-card";
      this.strays.append(card);
    }
    await draw(entry.url, card, { verb: "POST", values: { ...entry.fields, do: "show" } });
    const form = card.querySelector(FORM);
    if (!form) {
      card.remove();
      return;
    }
    this.attach(card);
    const saver = this.savers.get(what);
    saver.resume(entry);
    say(gettext("Text of yours that had not been saved is back in its form."));
  }
}
