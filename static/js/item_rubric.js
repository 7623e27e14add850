// The editor of a draft on the page of its item: fetched when it is asked for, then begun.
document.addEventListener("htmx:afterSettle", async ({ target }) => {
  if (target.id !== "own-rubric-body" || !target.querySelector("[data-editor]")) return;
  for (const link of document.querySelectorAll("[data-edit-here]")) link.remove();
  for (const link of document.querySelectorAll("[data-publish]")) link.hidden = false;
  await import("./rubric_editor.js");
  target.querySelector("[data-edit], [data-add]")?.focus();
});
