// Keeps an answer while it is written: a second after the last key, one request at a time, and again
// until the server has it. No copy stays in the browser.
import { onAskedWhetherUnsent } from "./copies.js";
import { LOGIN, REFUSED, pause, send } from "./desk/sending.js";
import { gettext } from "./words.js";

const WAIT = 1000;
// Forms whose sending means what is written: sent, given up with the item, or by logging out.
const ENDS = "[data-answer-form], [data-answer-back], [data-log-out]";

const form = document.querySelector("[data-answer-form]");
const state = document.getElementById("save-state");
let timer = 0;
let failures = 0;
// What was refused stands in the form, and nowhere else.
let unsaved = Boolean(form && "unsaved" in form.dataset);
let busy = false;
let ended = false;
let way = null;
// Texts whose receipt may have been lost on the way.
const tried = new Set();

// A page from the back-forward cache is older than what the server knows.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const say = (kind, text) => {
  state.dataset.state = kind;
  state.textContent = text;
};

const later = (wait) => {
  clearTimeout(timer);
  if (!ended) timer = setTimeout(keep, wait);
};

const kept = (sent, edit) => {
  failures = 0;
  tried.clear();
  form.elements.edit.value = edit;
  unsaved = form.elements.text.value !== sent;
  if (unsaved) later(0);
  else say("saved", gettext("saved"));
};

const failed = (sent, { state: how, text }) => {
  failures += 1;
  tried.add(sent);
  const why = how === LOGIN ? gettext("you are logged out; log in again in another tab") : text;
  say("failed", gettext("not saved, will retry: {why}", { why }));
  later(pause(failures));
};

// What is stored there is one's own save whose receipt was lost, or a text for the person to see.
const refused = ({ said, text }) => {
  const stored = said.stored?.replaceAll("\r\n", "\n");
  if (tried.has(stored)) kept(stored, said.edit);
  else if (stored === undefined) say("failed", gettext("not saved: {why}", { why: text }));
  else say("failed", gettext("not saved: written at elsewhere too; “Keep for later” shows both texts"));
};

async function keep() {
  if (busy || ended) return;
  busy = true;
  const sent = form.elements.text.value;
  say("saving", gettext("saving"));
  way = new AbortController();
  const result = await send(form.dataset.keepUrl, new FormData(form), { receipt: "edit", unwanted: way.signal });
  busy = false;
  if (ended) return;
  if (result.state === "ok") kept(sent, result.said.edit);
  else if (result.state === REFUSED) refused(result);
  else failed(sent, result);
}

form?.addEventListener("input", () => {
  unsaved = true;
  later(WAIT);
});
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches(ENDS)) return;
  ended = true;
  clearTimeout(timer);
  way?.abort();
});
// Somebody may have written before this script was there.
if (form && form.elements.text.value !== form.elements.text.defaultValue) {
  unsaved = true;
  later(WAIT);
}
onAskedWhetherUnsent(() => unsaved && !ended);
window.addEventListener("beforeunload", (event) => {
  if (unsaved && !ended) event.preventDefault();
});
