// Cards dragged by their handle, within a section and into another; keys and buttons do the same.
const marked = () => document.querySelectorAll("[data-drop]");

const unmark = () => {
  for (const card of marked()) delete card.dataset.drop;
};

export const dragCards = (arranging) => {
  let dragged = null;

  document.addEventListener("pointerdown", ({ target }) => {
    const card = target.closest?.("[data-handle]")?.closest(".draft-card");
    if (card) card.draggable = true;
  });
  document.addEventListener("pointerup", ({ target }) => {
    const card = target.closest?.(".draft-card");
    if (card) card.removeAttribute("draggable");
  });
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".draft-card[draggable]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector(".criterion-name")?.textContent ?? "");
    dragged.dataset.dragged = "";
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("#outline .draft-card");
    if (!dragged || !over) return;
    event.preventDefault();
    unmark();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    over.dataset.drop = event.clientY < top + height / 2 ? "before" : "behind";
  });
  document.addEventListener("drop", (event) => {
    const over = document.querySelector("[data-drop]");
    if (!dragged || !over) return;
    event.preventDefault();
    const next = over.dataset.drop === "before" ? over : over.nextElementSibling ?? firstBehind(over);
    const fields = { beside: over.dataset.pk, ...(next ? { before: next.dataset.pk } : {}) };
    arranging.press(`place:${dragged.dataset.pk}`, fields, dragged.querySelector("[data-edit]"));
  });
  document.addEventListener("dragend", () => {
    unmark();
    dragged?.removeAttribute("draggable");
    if (dragged) delete dragged.dataset.dragged;
    dragged = null;
  });
};

// At the end of a section the next card stands in the section below.
const firstBehind = (card) => {
  const all = [...document.querySelectorAll("#outline .draft-card")];
  return all[all.indexOf(card) + 1];
};

export const showHandles = (root) => {
  for (const handle of root.querySelectorAll("[data-handle][hidden]")) handle.hidden = false;
};
