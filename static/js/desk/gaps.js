// What is left out of a long conversation comes when one gets to it. htmx does that; it is fetched only
// where something is left out, and is told of what was put in place.
const LEFT_OUT = "#content [hx-get]";

// htmx reads its settings when the page is whole; one that comes while the page is read never does.
const whole = () =>
  new Promise((go) => {
    if (document.readyState === "complete") go();
    else addEventListener("load", () => go(), { once: true });
  });

const loaded = (src) =>
  new Promise((go, refuse) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: go, onerror: refuse }));
  });

let fetching = null;

const fetchHtmx = async () => {
  await whole();
  await loaded(document.querySelector("#desk-script").dataset.htmx);
};

const bring = async () => {
  if (!document.querySelector(LEFT_OUT)) return;
  if (globalThis.htmx) {
    globalThis.htmx.process(document.querySelector("#content"));
    return;
  }
  fetching ??= fetchHtmx();
  try {
    await fetching;
  } catch {
    // Until the next try the places are links.
    fetching = null;
  }
};

export const bringGaps = () => {
  if (!globalThis.htmx) bring();
  document.addEventListener("rubricstudio:placed", bring);
  addEventListener("online", bring);
};
