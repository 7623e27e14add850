// The editor of a draft. Every page of it works without this; here it saves itself, moves cards in
// place, and keeps what could not be saved.
import { onLogOut } from "./copies.js";
import { Arranging } from "./editor/arranging.js";
import { cards, focusCard } from "./editor/cards.js";
import { dragCards, showHandles } from "./editor/dragging.js";
import { entryFor, writeCheatSheet } from "./editor/keymap.js";
import { Forms } from "./editor/forms.js";
import { Preview } from "./editor/preview.js";
import { SaveState } from "./editor/state.js";

const FORM = "form[data-draft-form]";

// A page from the back-forward cache is older than what the server knows.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const suggestPoints = (select) => {
  const suggested = JSON.parse(select.dataset.suggests ?? "{}");
  const points = select.form.elements.points;
  // Points that somebody chose by hand stay.
  if (select.value && (!points.value || Object.values(suggested).includes(points.value))) {
    points.value = suggested[select.value];
  }
};

const listen = (editor, forms, arranging) => {
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-suggests]")) suggestPoints(target);
    if (target.matches("select[name=type]")) return; // its form comes anew
    if (!target.matches("[data-whole]")) forms.saverOf(target)?.changed();
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-whole]")) target.dataset.was = target.value;
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-whole]")) return;
    delete target.dataset.was;
    forms.saverOf(target)?.changed();
  });
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.id === "arrange" && submitter) {
      event.preventDefault();
      arranging.press(submitter.value, {}, submitter);
    } else if (form.matches(FORM) && !submitter?.hasAttribute("hx-post")) {
      event.preventDefault();
      forms.close(form);
    } else if (form.matches("[data-new-section]")) {
      event.preventDefault();
      const heading = form.elements.heading.value;
      form.closest("[popover]").hidePopover();
      form.reset();
      arranging.press("add", { heading });
    } else if (form.matches("[data-section-form]")) {
      event.preventDefault();
      form.closest("[popover]").hidePopover();
      arranging.rename(form);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const edit = event.target.closest("[data-edit]");
    const close = event.target.closest("[data-close]");
    if (edit) {
      event.preventDefault();
      forms.open(edit.closest(".draft-card"), edit.href);
    } else if (close) {
      event.preventDefault();
      forms.close(close.closest(FORM));
    }
  });
};

const listenToKeys = (editor, forms, arranging) => {
  const current = () => document.activeElement?.closest(".draft-card");
  const acts = {
    move: ({ value }) => {
      const all = cards();
      const at = current() ? all.indexOf(current()) + value : 0;
      focusCard(all[Math.max(0, Math.min(all.length - 1, at))]);
    },
    edit: () => current()?.querySelector("[data-edit]")?.click(),
    press: ({ value }) => {
      const card = current();
      if (card) arranging.press(`${value}:${card.dataset.pk}`, {}, card.querySelector(`[value^="${value}:"]`));
    },
    add: () => editor.querySelector("[data-add]").click(),
    undo: () => editor.querySelector("[data-undo]").click(),
    close: () => {
      const form = document.activeElement?.closest(".criterion-form");
      if (form) forms.close(form);
    },
    keys: () => document.querySelector("#keys").togglePopover(),
  };
  document.addEventListener("keydown", (event) => {
    const entry = entryFor(event);
    if (!entry || event.repeat) return;
    if (entry.action === "close" && !event.target.closest?.(".criterion-form")) return;
    event.preventDefault();
    acts[entry.action](entry);
  });
};

const watchLeaving = (forms) => {
  const all = () => [...forms.savers.values()];
  addEventListener("pagehide", () => all().forEach((one) => one.flush()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") all().forEach((one) => one.flush());
  });
  addEventListener("online", () => all().forEach((one) => one.save()));
  addEventListener("beforeunload", (event) => {
    if (all().some((one) => one.atRisk)) event.preventDefault();
  });
};

const open = async (editor) => {
  const state = new SaveState(
    document.querySelector("#save-state"),
    document.querySelector("#editor-notices"),
    editor.dataset.loginUrl,
  );
  const forms = new Forms(editor, state);
  const arranging = new Arranging(editor, forms, state);
  const preview = new Preview(editor);
  document.addEventListener("htmx:load", ({ target }) => target.id === "outline" && preview.check());
  forms.onSaved = (said, form) => {
    preview.saved(form.dataset.pk);
    arranging.steps({ undo: said.undo, redo: "" });
    document.dispatchEvent(new CustomEvent("rubricstudio:draft-saved", { detail: { ...said, shown: form.dataset.pk } }));
  };
  listen(editor, forms, arranging);
  listenToKeys(editor, forms, arranging);
  dragCards(arranging);
  showHandles(document);
  document.addEventListener("htmx:load", ({ target }) => showHandles(target));
  watchLeaving(forms);
  onLogOut(editor.dataset.user, () => forms.loggedOut());
  writeCheatSheet(document.querySelector("[data-keys]"));
  document.querySelector("[data-keys-button]").hidden = false;
  await forms.resume();
  editor.dataset.ready = "";
};

const editor = document.querySelector("[data-editor]");
if (editor) open(editor);
