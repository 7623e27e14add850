// The next response takes the place of the last one without a new page. The way back is the server's:
// it shows what was submitted.
import { gettext } from "../words.js";

const content = () => document.querySelector("#content");

export const shownAt = () => location.pathname + location.search;

// True when the page was put in place; a page without a desk is not.
export const put = (page, url) => {
  const parsed = new DOMParser().parseFromString(page, "text/html");
  if (!parsed.querySelector("[data-desk]")) return false;
  content().replaceChildren(...parsed.body.childNodes);
  document.querySelector("#site-alerts")?.replaceChildren();
  history.pushState({ desk: true }, "", url);
  scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("rubricstudio:placed"));
  return true;
};

export const sayPlaced = (desk) => {
  const progress = desk.querySelector(".desk-progress a")?.textContent ?? "";
  document.dispatchEvent(new CustomEvent("rubricstudio:announce", { detail: `${gettext("Submitted. The next response.")} ${progress}` }));
};
