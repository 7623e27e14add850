// Asks before text that was not saved is left behind. The form works without it.
let unsaved = false;

document.addEventListener("input", ({ target }) => {
  if (target.form && "unsaved" in target.form.dataset) unsaved = true;
});
document.addEventListener("submit", () => { unsaved = false; });
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
