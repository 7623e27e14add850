// The rubric's form works by itself. This packs its many fields into one, so that a long rubric
// stays below the server's limit of fields, and asks before unsaved text is left behind.

const UNPACKED = new Set(["csrfmiddlewaretoken", "do"]);

function pack(data) {
  const pairs = [...data].filter(([name, value]) => !UNPACKED.has(name) && typeof value === "string");
  for (const [name] of pairs) data.delete(name);
  data.set("fields", JSON.stringify(pairs));
}

const isEditor = (element) => element instanceof HTMLFormElement && "rubricEditor" in element.dataset;
let unsaved = false;

// On document: htmx replaces the form, and it reads forms through FormData, which tells us too.
document.addEventListener("formdata", (event) => {
  if (isEditor(event.target)) pack(event.formData);
});
document.addEventListener("input", (event) => {
  if (isEditor(event.target.form)) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (isEditor(event.target)) unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
