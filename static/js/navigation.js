import { forget, isAnythingUnsent, sayLoggedOut } from "./copies.js";
import { keepFormsValid } from "./csrf.js";
import { gettext } from "./words.js";

// On a narrow screen the project's tabs scroll: the one of this page must be in sight.
const tabs = document.querySelector(".site-nav ul.tabs");
const current = tabs?.querySelector("[aria-current]");
if (current) tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;

keepFormsValid();

// Whoever logs out leaves nothing of their work behind in this browser. What the server does not have
// yet would be lost by that, so it is said once before.
const warning = () => {
  const body = Object.assign(document.createElement("p"), { className: "alert-body" });
  body.textContent = gettext(
    "Something you wrote is not on the server yet, and logging out removes it from this browser. Wait until it is saved, or log out once more to give it up.",
  );
  const alert = Object.assign(document.createElement("div"), { className: "alert" });
  alert.dataset.tone = "warn";
  alert.append(document.createElement("span"), body);
  return alert;
};

let warned = false;
const logOut = document.querySelector("#account-menu form[data-log-out]");
logOut?.addEventListener("submit", (event) => {
  const { user } = logOut.dataset;
  if (isAnythingUnsent(user) && !warned) {
    event.preventDefault();
    warned = true;
    document.querySelector("#account-menu").hidePopover();
    document.querySelector("#site-alerts").replaceChildren(warning());
    return;
  }
  forget(user);
  sayLoggedOut(user);
});
