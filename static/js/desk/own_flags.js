// What became of one's last flags, looked for each time one flags.
import { gettext } from "../words.js";

const asked = async (url) => {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(20_000) });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
};

const problem = () =>
  Object.assign(document.createElement("p"), {
    className: "soft",
    textContent: gettext("Your last flags could not be loaded. Close this and open it again to try once more."),
  });

// `place` names the address; side by side there is none.
export const showOwnFlags = async (place) => {
  if (!place) return;
  const page = await asked(place.dataset.ownFlags);
  if (page === null) place.replaceChildren(problem());
  else place.replaceChildren(...new DOMParser().parseFromString(page, "text/html").body.childNodes);
};
