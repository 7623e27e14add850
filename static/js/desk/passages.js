// Passages of a turn: from what is selected to a quote with its place, and back to what is shown.
// Offsets count the characters of the turn's text, white space left out, so that they are the same
// however the lines break. A formula that is set counts as its own text.
const BLOCK = "p, li, td, th, pre, h3, h4, h5, h6, blockquote, summary, div";
const squeeze = (text) => text.replace(/\s+/gu, "");

export const turnsOf = (response) => {
  const from = Number(response?.dataset.from ?? 0);
  return [...(response?.querySelectorAll(".turn[data-at]") ?? [])].filter((turn) => Number(turn.dataset.at) >= from);
};

// The texts of a turn in order: a text node, or a formula with the text it was made of.
const pieces = (turn) => {
  const found = [];
  const walk = (element) => {
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) found.push({ node, text: node.data });
      else if (node.nodeType !== Node.ELEMENT_NODE || node.matches(".turn-rest, svg")) continue;
      else if (node.matches(".math[data-set]")) {
        found.push({ node, text: node.querySelector("annotation")?.textContent ?? node.textContent, whole: true });
      } else walk(node);
    }
  };
  const body = turn.querySelector(".turn-body");
  if (body) walk(body);
  return found;
};

const blockOf = ({ node }) => (node.parentElement ?? node).closest(BLOCK);

const partIn = (range, { node, text, whole }) => {
  if (!range.intersectsNode(node)) return "";
  if (whole) return text;
  const from = node === range.startContainer ? range.startOffset : 0;
  const to = node === range.endContainer ? range.endOffset : text.length;
  return text.slice(from, to);
};

// What of the range lies in the turn: the words on one line, and where they stand.
export const quoteIn = (range, turn) => {
  let at = 0;
  let start = null;
  let words = "";
  let block = null;
  for (const piece of pieces(turn)) {
    const part = partIn(range, piece);
    if (squeeze(part)) {
      if (start === null) {
        const before = piece.node === range.startContainer && !piece.whole ? piece.text.slice(0, range.startOffset) : "";
        start = at + squeeze(before).length;
      }
      const here = blockOf(piece);
      words += (block && here !== block ? " " : "") + part;
      block = here;
    } else if (part) words += part;
    at += squeeze(piece.text).length;
  }
  const quote = words.replace(/\s+/gu, " ").trim();
  if (!quote) return null;
  return { quote, turn: Number(turn.dataset.at), start, end: start + squeeze(quote).length };
};

// The place of the nth character that is no white space, as a range takes it.
const pointAt = (all, target, { after }) => {
  let at = 0;
  for (const { node, text, whole } of all) {
    const count = squeeze(text).length;
    if (at + count >= target + (after ? 0 : 1)) {
      if (whole) return after ? [node, node.childNodes.length] : [node, 0];
      for (let index = 0, seen = at; index < text.length; index += 1) {
        if (squeeze(text[index])) {
          if (!after && seen === target) return [node, index];
          seen += 1;
          if (after && seen === target) return [node, index + 1];
        }
      }
    }
    at += count;
  }
  return null;
};

const rangeOf = (all, start, end) => {
  const first = pointAt(all, start, { after: false });
  const last = pointAt(all, end, { after: true });
  if (!first || !last) return null;
  const range = document.createRange();
  range.setStart(...first);
  range.setEnd(...last);
  return range;
};

// Where a quote stands on this page: at its place if it says the same there, else where its words
// occur first. Null when it is not on the page (yet).
export const find = (response, { quote, turn, start, end }) => {
  const words = squeeze(quote);
  const turns = turnsOf(response);
  const own = turns.filter((one) => Number(one.dataset.at) === turn);
  for (const one of own.length ? own : turns) {
    const all = pieces(one);
    const text = squeeze(all.map((piece) => piece.text).join(""));
    const at = own.length && text.slice(start, end) === words ? start : text.indexOf(words);
    if (at >= 0 && words) return rangeOf(all, at, at + words.length);
  }
  return null;
};
