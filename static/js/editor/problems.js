// What the server found wrong with a form, each beside its field.
const MARK = "data-found";

export const clearProblems = (form) => {
  for (const line of form.querySelectorAll(`[${MARK}]`)) line.remove();
  for (const field of form.querySelectorAll("[aria-invalid][data-marked]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("data-marked");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("-found"));
    if (described.length) field.setAttribute("aria-describedby", described.join(" "));
    else field.removeAttribute("aria-describedby");
  }
};

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const showProblems = (form, problems) => {
  clearProblems(form);
  for (const { where, message } of problems) {
    const field = where ? form.elements[where] : null;
    const line = document.createElement("p");
    line.className = "field-error";
    line.setAttribute(MARK, "");
    line.textContent = sentence(message);
    if (!field) {
      line.setAttribute("role", "alert");
      form.prepend(line);
      continue;
    }
    line.id = `${field.id}-found`;
    field.setAttribute("aria-invalid", "true");
    field.dataset.marked = "";
    const described = [field.getAttribute("aria-describedby"), line.id].filter(Boolean).join(" ");
    field.setAttribute("aria-describedby", described);
    field.closest(".field").append(line);
    field.closest("details")?.setAttribute("open", "");
  }
};
