// The expert's desk. The page works without any of this; here it becomes fast and keeps drafts.
import "./announce.js";
import "./navigation.js";
import { onLogOut } from "./copies.js";
import { bringGaps } from "./desk/gaps.js";
import { showQuoted } from "./desk/evidence.js";
import { sendLeftovers, settle } from "./desk/leftovers.js";
import { put, sayPlaced, shownAt } from "./desk/place.js";
import { Session } from "./desk/session.js";
import { gettext } from "./words.js";

let session = null;
let shown = shownAt();

// A page from the back-forward cache is older than what the server knows.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const leave = (url) => {
  session?.end();
  session = null;
  location.assign(url);
};

const open = (desk) => {
  session = new Session(desk, { onDone: goOn, onLeave: leave });
  session.begin();
};

// After a receipt: the next response here, or wherever the server says.
const goOn = ({ next, page }) => {
  session?.end();
  if (!page || !put(page, next)) {
    leave(next);
    return;
  }
  shown = shownAt();
  const desk = document.querySelector("[data-desk]");
  open(desk);
  sayPlaced(desk);
};

// Back and forward among pages that were put in place: the server's page of that address.
addEventListener("popstate", async () => {
  if (shownAt() === shown) return; // a link within the page
  await session?.drafts.save();
  if (session?.unsent) {
    history.pushState({ desk: true }, "", shown);
    session.tell(gettext("Your answers are not saved yet. Stay here until they are; then go back."));
    return;
  }
  session?.end();
  session = null;
  location.reload();
});

addEventListener("beforeunload", (event) => {
  if (session?.atRisk) event.preventDefault();
});

const desk = document.querySelector("[data-desk]");
if (desk) open(desk);
bringGaps();
const submitted = document.querySelector("[data-submitted]");
if (submitted) showQuoted([...submitted.querySelectorAll("[data-criterion]")]);
if (submitted) settle(submitted);
// The keys that submitted lead on from what is read afterwards.
submitted?.ownerDocument.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  if (event.target.form || event.target.closest(".drawer")) return;
  submitted.querySelector(".desk-foot [data-kind='primary']").click();
});
const place = desk ?? submitted ?? document.querySelector("[data-desk-list]");
if (place) {
  const { user, seat } = place.dataset;
  onLogOut(user, () => session?.loggedOut());
  sendLeftovers(user, seat, document.querySelector("#desk-notices, #site-alerts"));
}
