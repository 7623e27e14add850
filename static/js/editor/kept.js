// Text of a draft that is not on the server yet: kept in this browser for one user and one rubric.
import { Outbox } from "../desk/outbox.js";

export const PREFIX = "rubricstudio-editor";

export const outboxFor = (user, rubric, what, options) => new Outbox(user, `${rubric}:${what}`, PREFIX, options);

// Everything of this rubric that an earlier page could not save.
export const left = (user, rubric) => {
  const mine = `${PREFIX}:${user}:${rubric}:`;
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(mine))
      .map((key) => [key.slice(mine.length), JSON.parse(localStorage.getItem(key))])
      .filter(([, entry]) => entry?.pending);
  } catch {
    return []; // no storage, or not ours
  }
};
