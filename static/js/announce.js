// What htmx changes on the page is said aloud, and what it could not do is shown.
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
  const lost = detail.requestConfig.verb === "get" ? "Part of this page could not be loaded" : "Nothing was saved";
  warn(`${lost}: the server answered ${detail.xhr.status}. Reload the page and try again.${error ? ` Error ${error}.` : ""}`);
});

document.addEventListener("htmx:sendError", () => {
  warn("The server cannot be reached. Check the connection; nothing was saved.");
});

document.addEventListener("rubricstudio:announce", ({ detail }) => announce(detail));
