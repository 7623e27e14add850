// What is said beside the level: how sure one is, and the overall that is said before the criteria.
export const OVERALL = "_overall";

const sureOf = (criterion) => criterion.querySelector("[name^='confidence:']");

export const readSure = (criterion) => sureOf(criterion)?.value ?? "";

export const writeSure = (criterion, value) => {
  const select = sureOf(criterion);
  if (select) select.value = String(value ?? "");
};

export const chooseSure = (criterion, value) => {
  const select = sureOf(criterion);
  if (!select) return false;
  select.value = value;
  select.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
};

// Whether it is still to be said how sure one is. Whoever cannot assess has said so.
export const wantsSure = (criterion, value) =>
  Boolean(sureOf(criterion)) && !readSure(criterion) && value !== "cannot_assess";

// Once a criterion is answered the overall stays as it was said.
export const settleOverall = (all) => {
  const overall = all.find((one) => one.dataset.criterion === OVERALL);
  if (!overall) return;
  const begun = all.some((one) => one !== overall && "answered" in one.dataset);
  overall.disabled = "answered" in overall.dataset && begun;
};

// What is disabled is not sent with a form: before that it is as it was said.
export const sayAll = (form) => {
  for (const settled of form.querySelectorAll("fieldset:disabled")) settled.disabled = false;
};
