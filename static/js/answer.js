// Keeps an answer while it is written: a second after the last key, and again when it failed.
const form = document.querySelector("[data-answer-form]");
const state = document.getElementById("save-state");
let timer = 0;
let unsaved = false;

function say(kind, text) {
  state.dataset.state = kind;
  state.textContent = text;
}

async function keep() {
  const sent = form.elements.text.value;
  say("saving", "saving");
  try {
    const answer = await fetch(form.dataset.keepUrl, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const said = await answer.json();
    if (!answer.ok) {
      say("failed", said.title);
      return;
    }
    form.elements.edit.value = said.edit;
    unsaved = form.elements.text.value !== sent;
    say("saved", "saved");
  } catch {
    say("failed", "not saved: no connection, trying again");
    timer = setTimeout(keep, 5000);
  }
}

form?.addEventListener("input", () => {
  unsaved = true;
  clearTimeout(timer);
  timer = setTimeout(keep, 1000);
});
document.addEventListener("submit", () => {
  unsaved = false;
  clearTimeout(timer);
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
