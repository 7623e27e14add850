// What htmx changes on the page is said aloud, and what it could not do is shown.
import { gettext } from "./words.js";

const announcer = document.querySelector("#announcer");
const alerts = document.querySelector("#site-alerts");

const announce = (text) => {
  announcer.textContent = "";
  // a live region only speaks when its text changes after it was emptied
  requestAnimationFrame(() => {
    announcer.textContent = text;
  });
};

const warn = (text) => {
  const body = document.createElement("p");
  body.className = "alert-body";
  body.textContent = text;
  const alert = document.createElement("div");
  alert.className = "alert";
  alert.dataset.tone = "bad";
  alert.append(body);
  alerts.replaceChildren(alert);
};

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const said = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
  if (said) announce(said.dataset.announce);
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 503) return; // the server's own words were swapped in
  const error = detail.xhr.getResponseHeader("X-Error-Id");
  const values = { status: detail.xhr.status };
  const text = detail.requestConfig.verb === "get"
    ? gettext("Part of this page could not be loaded: the server answered {status}. Reload the page and try again.", values)
    : gettext("Nothing was saved: the server answered {status}. Reload the page and try again.", values);
  warn(error ? `${text} ${gettext("Error {error}.", { error })}` : text);
});

document.addEventListener("htmx:sendError", () => {
  warn(gettext("The server cannot be reached. Check the connection; nothing was saved."));
});

// What stood on the page when it came is silent in a live region: it is said once more.
addEventListener("load", () => {
  const text = alerts?.textContent.replace(/\s+/g, " ").trim();
  if (text) announce(text);
});

document.addEventListener("rubricstudio:announce", ({ detail }) => announce(detail));
