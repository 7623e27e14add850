// A submission can be taken back for as long as its page says.
export const undo = () => document.querySelector("#undo")?.requestSubmit();

// Then the way to take it back goes; where there is one, the way to correct it comes.
export const endUndo = (signal) => {
  const offer = document.querySelector("[data-undo]");
  if (!offer) return;
  const ended = setTimeout(() => {
    document.querySelector("#undo").remove();
    offer.querySelector("[data-undo-now]").remove();
    const later = offer.querySelector("[data-undo-later]");
    if (later) later.hidden = false;
  }, Number(offer.dataset.undo) * 1000);
  signal?.addEventListener("abort", () => clearTimeout(ended));
};
