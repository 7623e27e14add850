// The criteria of the page: reading and writing answers, the current one, moving between them.
import { chooseSure, readSure, settleOverall, wantsSure, writeSure } from "./beside.js";
import { readEvidence, writeEvidence } from "./evidence.js";
import { gettext } from "../words.js";

const NUMBER = "number";
// So many faults are named above the criteria; each stands at its criterion anyway.
const SAID = 3;

// What stands on the given criteria, of a form or of a page that is only read.
export const readAnswers = (all) => {
  const answers = {};
  for (const one of all) {
    const checked = one.querySelector("input[type=radio]:checked")?.value ?? "";
    const number = one.querySelector("[name^='number:']")?.value.trim() ?? "";
    const rationale = one.querySelector("[name^='why:']")?.value ?? "";
    const quoted = readEvidence(one);
    const sure = readSure(one);
    const beside = { ...(quoted.length && { evidence: quoted }), ...(sure && { confidence: sure }) };
    const value = checked === NUMBER ? number : checked;
    if (value || rationale || quoted.length || sure) answers[one.dataset.criterion] = { value, rationale, ...beside };
  }
  return answers;
};

export class Criteria {
  constructor(form, signal) {
    this.form = form;
    this.box = form.querySelector("[data-criteria]");
    this.all = [...form.querySelectorAll("[data-criterion]")];
    this.box.dataset.compact = "";
    // A criterion that opened between press and release would slip away under the pointer, and the
    // click would miss: a press opens it with the click, keys open it with the focus.
    let pressed = false;
    this.box.addEventListener("mousedown", () => { pressed = true; });
    for (const event of ["mouseup", "keydown"]) addEventListener(event, () => { pressed = false; }, { capture: true, signal });
    this.box.addEventListener("focusin", ({ target }) => {
      if (!pressed) this.makeCurrent(target.closest("[data-criterion]"));
    });
    this.box.addEventListener("click", ({ target }) => this.makeCurrent(target.closest("[data-criterion]")));
    this.box.addEventListener("input", ({ target }) => {
      if (target.name?.startsWith("number:") && target.value) {
        this.radio(target.closest("[data-criterion]"), NUMBER).checked = true;
      }
      // What was wrong is being mended; the next submission tells whether it is.
      this.showProblem(target.closest("[data-criterion]"), "");
      this.mark();
    });
    this.mark();
  }

  get current() {
    return this.all.find((one) => "current" in one.dataset) ?? this.all[0];
  }

  makeCurrent(criterion) {
    if (!criterion || criterion === this.current) return;
    for (const one of this.all) delete one.dataset.current;
    criterion.dataset.current = "";
  }

  radio(criterion, value) {
    return [...criterion.querySelectorAll("input[type=radio]")].find((one) => one.value === value);
  }

  // Focus on the checked answer, else on the first, so that arrows and digits work at once.
  focus(criterion, { still = false } = {}) {
    this.makeCurrent(criterion);
    const radios = [...criterion.querySelectorAll("input[type=radio]")];
    (radios.find((one) => one.checked) ?? radios[0])?.focus({ preventScroll: true });
    if (!still) criterion.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const at = this.all.indexOf(this.current) + step;
    if (this.all[at]) this.focus(this.all[at]);
  }

  nextOpen() {
    const at = this.all.indexOf(this.current);
    const after = [...this.all.slice(at + 1), ...this.all.slice(0, at)];
    const open = after.find((one) => !("answered" in one.dataset));
    if (open) this.focus(open);
    else this.form.querySelector(".desk-foot [type=submit]").focus();
  }

  choose(radio) {
    if (!radio) return;
    const criterion = radio.closest("[data-criterion]");
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    if (radio.value === NUMBER) criterion.querySelector("[name^='number:']").focus();
    else if (!wantsSure(criterion, radio.value)) this.nextOpen();
  }

  chooseDigit(digit) {
    const shown = [...this.current.querySelectorAll(".levels .level > .level-label > .key")];
    const level = shown.find((key) => key.textContent === String(digit))?.closest(".level");
    this.choose(level?.querySelector("input:enabled"));
  }

  // How sure one is of the current answer; with both said, on to the next.
  sure(value) {
    const { current } = this;
    if (chooseSure(current, value) && "answered" in current.dataset) this.nextOpen();
  }

  chooseAside(value) {
    this.choose(this.radio(this.current, value));
  }

  mark() {
    for (const one of this.all) {
      one.toggleAttribute("data-answered", Boolean(one.querySelector("input[type=radio]:checked")));
    }
    settleOverall(this.all);
    const count = this.form.querySelector("[data-answered-count]");
    if (count) count.textContent = this.all.filter((one) => "answered" in one.dataset).length;
  }

  read() {
    return readAnswers(this.all);
  }

  write(answers) {
    for (const one of this.all) {
      const { value = "", rationale = "", evidence = [], confidence } = answers[one.dataset.criterion] ?? {};
      const number = one.querySelector("[name^='number:']");
      const aside = [...one.querySelectorAll(".levels-aside input")].some((radio) => radio.value === value);
      if (number) number.value = aside ? "" : value;
      for (const radio of one.querySelectorAll("input[type=radio]")) {
        radio.checked = radio.value === (number && value && !aside ? NUMBER : value);
      }
      const why = one.querySelector("[name^='why:']");
      if (why) why.value = rationale;
      writeEvidence(one, evidence);
      writeSure(one, confidence);
    }
    this.mark();
  }

  showProblem(criterion, message) {
    const line = criterion?.querySelector(".criterion-error");
    if (!line) return;
    criterion.toggleAttribute("data-problem", Boolean(message));
    criterion.ariaInvalid = message ? "true" : null;
    line.hidden = !message;
    line.textContent = message.charAt(0).toUpperCase() + message.slice(1);
  }

  // What the server found wrong, each at its criterion; the first one gets the focus.
  showProblems(problems) {
    const wrong = new Map(problems.map(({ where, message }) => [where.split(".")[0], message]));
    for (const one of this.all) {
      this.showProblem(one, wrong.get(one.dataset.criterion) ?? "");
    }
    const first = this.all.find((one) => "problem" in one.dataset);
    if (first) this.focus(first);
  }

  // The same as one sentence, by the names that people know; nothing where it is about something else.
  inWords(problems) {
    const isAbout = ({ where }) => this.all.some((one) => one.dataset.criterion === where.split(".")[0]);
    if (!problems.every(isAbout)) return "";
    const named = problems.map(({ where, message }) => [this.name(where.split(".")[0]), message]);
    const said = named.map(([name, message]) => (message.includes(name) ? message : `${name} ${message}`));
    const n = said.length - SAID;
    if (n < 2) return `${said.join("; ")}.`;
    const some = said.slice(0, SAID).join("; ");
    return gettext("{some}; and {n} more.", { some, n });
  }

  name(key) {
    return this.all.find((one) => one.dataset.criterion === key)?.querySelector(".criterion-name").textContent ?? key;
  }

  // What is said of it, with the response named where there are several.
  titled(text) {
    return text;
  }

  label(key, value) {
    const criterion = this.all.find((one) => one.dataset.criterion === key);
    const radio = criterion && this.radio(criterion, value);
    return radio ? radio.closest("label").querySelector(".level-label").lastChild.textContent.trim() : value;
  }
}
