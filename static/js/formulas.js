// Sets formulas with KaTeX, which is fetched only where there are some. A formula that cannot be set
// stays what it was: its own text.
const names = document.querySelector("#formulas").dataset;
let setter;

const fetched = () => {
  setter ??= (async () => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: names.style });
    document.head.append(style);
    await import(names.script);
    return globalThis.katex;
  })();
  return setter;
};

const set = (katex, element) => {
  const source = element.textContent;
  // Longer ones could hold the page up.
  if (source.length > 4000) return;
  const draft = document.createElement("span");
  try {
    katex.render(source, draft, {
      displayMode: element.dataset.math === "display",
      throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 40,
    });
  } catch {
    return;
  }
  element.replaceChildren(...draft.childNodes);
  element.dataset.set = "";
};

const setAll = async (root) => {
  const found = [...root.querySelectorAll(".math[data-math]:not([data-set], [data-tried])")];
  if (!found.length) return;
  const katex = await fetched();
  for (const element of found) {
    element.dataset.tried = "";
    set(katex, element);
  }
};

const setShown = () => {
  for (const root of document.querySelectorAll("[data-shows-formulas]")) setAll(root);
};
setShown();
for (const event of ["htmx:afterSwap", "rubricstudio:placed"]) document.addEventListener(event, setShown);
