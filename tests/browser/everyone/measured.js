// What is measured on a page as it stands. Each is a function that a test has the browser run.

// Bars that stay while the page scrolls.
const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length;
const bars = () => [...document.querySelectorAll("body *")].filter((one) =>
  ["sticky", "fixed"].includes(getComputedStyle(one).position) && shown(one) && !one.matches("[popover], .skip"));

// The share of the window that bars which stay cover, in the middle of the page.
const covered = () => {
  scrollTo(0, document.documentElement.scrollHeight / 2);
  const lines = new Set();
  for (const bar of bars()) {
    const { top, bottom, width } = bar.getBoundingClientRect();
    if (width < innerWidth / 2) continue;
    for (let y = Math.max(0, Math.ceil(top)); y < Math.min(innerHeight, bottom); y += 1) lines.add(y);
  }
  scrollTo(0, 0);
  return lines.size / innerHeight;
};

// How many pixels of what has the focus are seen, and how many (24 at most) there are to be seen.
const focus = () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  if (at.matches(".skip")) return { words: at.innerText, tag: at.tagName, seen: 24, most: 24 }; // above all bars
  const label = at.matches("[type=radio], [type=checkbox]") ? at.closest("label") ?? at : at;
  const box = label.getBoundingClientRect();
  let [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  for (let inside = label.parentElement; inside; inside = inside.parentElement) {
    if (!/auto|scroll|hidden/.test(getComputedStyle(inside).overflowY) || inside === document.body) continue;
    const { top: above, bottom: below } = inside.getBoundingClientRect();
    [top, bottom] = [Math.max(top, above), Math.min(bottom, below)];
  }
  for (const bar of bars().filter((one) => !one.contains(label))) {
    const over = bar.getBoundingClientRect();
    if (over.right <= box.left || over.left >= box.right || over.bottom <= top || over.top >= bottom) continue;
    if (over.top <= top) top = over.bottom;
    else bottom = over.top;
  }
  const words = (label.innerText || at.ariaLabel || at.name || at.tagName).trim().slice(0, 40);
  return { words, tag: at.tagName, seen: bottom - top, most: Math.min(24, box.height) };
};

// Texts cut off in a way that nothing on the page gives back.
const cut = () => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  if (!one.checkVisibility({ visibilityProperty: true }) || style.clipPath !== "none" || one.matches("textarea, select, input")) return false;
  if (!/hidden|clip/.test(`${style.overflowX} ${style.overflowY}`) || style.textOverflow === "ellipsis") return false;
  return one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);

// Texts that end beyond the window, where nothing scrolls.
const spilled = () => [...document.querySelectorAll("button, a, label, p, h1, h2, h3, li, summary, legend, dt, dd")].filter((one) => {
  if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("pre, table, .call-gist, .tabs, .site-project")) return false;
  const style = getComputedStyle(one);
  if (style.clipPath !== "none" || style.textOverflow === "ellipsis" || one.closest(".visually-hidden")) return false;
  const box = one.getBoundingClientRect();
  return box.right > innerWidth + 1 && !one.closest(".table-scroll, .grid-scroll, .sitting-marks");
}).map((one) => `${one.tagName}: ${one.textContent.trim().slice(0, 40)}`);

// WCAG 2.5.8: 24 by 24 px, or a circle of 24 px around its middle that meets no other; a link in a
// sentence is as high as the sentence.
const small = () => {
  scrollTo(0, 0);
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length)
    .filter((one) => !one.matches(".skip") && getComputedStyle(one).clipPath === "none" && !one.closest(".visually-hidden"));
  const boxOf = (one) => (one.matches("[type=radio], [type=checkbox]") ? one.closest("label") ?? one : one).getBoundingClientRect();
  const boxes = all.map(boxOf);
  const inSentence = (one) => one.matches("a") && getComputedStyle(one).display === "inline"
    && one.parentElement.textContent.trim().length > one.textContent.trim().length;
  const tight = (at) => boxes.some((box, other) => {
    if (other === at || all[other].contains(all[at]) || all[at].contains(all[other])) return false;
    const [x, y] = [boxes[at].left + boxes[at].width / 2, boxes[at].top + boxes[at].height / 2];
    const away = [Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)];
    return Math.hypot(...away) < 12;
  });
  return all.filter((one, at) => (boxes[at].width < 23.9 || boxes[at].height < 23.9) && !inSentence(one) && tight(at))
    .map((one) => `${one.tagName} ${(one.innerText || one.ariaLabel || one.name || "").trim().slice(0, 30)} ${Math.round(boxes[all.indexOf(one)].width)}x${Math.round(boxes[all.indexOf(one)].height)}`);
};

// WCAG 1.4.12: what readers may set.
const spaced = () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }");
  document.adoptedStyleSheets = [sheet];
};

// A system colour as the browser shows it here.
const system = (name) => {
  const made = document.body.appendChild(document.createElement("i"));
  made.style.setProperty("border-top", `1px solid ${name}`);
  const shown = getComputedStyle(made).borderTopColor;
  made.remove();
  return shown;
};

// Where the focus is not drawn; a level is drawn around its radio.
const undrawn = () => {
  const at = document.activeElement;
  if (at === document.body) return null; // past the end of the page
  const drawn = (one) => one && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 1;
  return drawn(at) || drawn(at.closest("label")) ? null : `${at.tagName} ${(at.innerText || at.name || "").slice(0, 30)}`;
};

// Every change that is not at once, on elements and beside them.
const moving = () => {
  const seconds = (list) => Math.max(...list.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
  const found = new Set();
  for (const one of document.querySelectorAll("*")) for (const part of [null, "::before", "::after", "::-webkit-progress-value"]) {
    const style = getComputedStyle(one, part);
    const most = Math.max(seconds(style.transitionDuration), style.animationName === "none" ? 0 : seconds(style.animationDuration));
    if (most > 0.01 || style.scrollBehavior === "smooth") found.add(`${one.tagName}.${one.className} ${most}`);
  }
  for (const one of document.getAnimations()) if (one.effect?.getTiming().duration > 10) found.add(String(one.animationName));
  return [...found];
};
