// Sentences in the reader's language: those of the code, or what the page brought in their place.
const brought = document.querySelector("#words");
const { texts = {}, plural = "" } = brought ? JSON.parse(brought.textContent) : {};

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

export const gettext = (text, values = {}) => filled(texts[text] || text, values);

// Which form a number takes is told for 0 to 199; after that it repeats by the hundred.
export const ngettext = (one, many, n, values = {}) => {
  const form = plural[n < 200 ? n : 100 + (n % 100)];
  return filled(texts[one]?.[form] || (n === 1 ? one : many), { n, ...values });
};

// A sentence with a link in it: what stands before, the link, and what stands after.
export const around = (text, link) => {
  const [before, after = ""] = text.split("{link}");
  return [before, link, after];
};
