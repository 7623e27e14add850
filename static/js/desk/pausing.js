// A break, suggested where this person's own agreement has been seen to fall: once a sitting.
import { gettext } from "../words.js";

const GAP = 30 * 60_000; // a pause of half an hour ends a sitting, as in the statistics
const EVERY = 30_000;
let watching = false;

const kept = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
};

const keep = (key, sitting) => {
  try {
    localStorage.setItem(key, JSON.stringify(sitting));
  } catch {
    // without storage the sitting begins with the page
  }
  return sitting;
};

const goOn = (sitting, now) => (now - (sitting.last ?? 0) > GAP ? { began: now, last: now } : { ...sitting, last: now });

const ask = async (url) => {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return answer.ok ? (await answer.json()).after : null;
  } catch {
    return null;
  }
};

const tell = (minutes, after) => {
  const box = document.querySelector("#desk-notices");
  if (!box) return false;
  const alert = Object.assign(document.createElement("div"), { className: "alert" });
  alert.setAttribute("role", "status");
  alert.dataset.break = "";
  const words = Object.assign(document.createElement("p"), { className: "alert-body" });
  const said = gettext("You have worked for {minutes} minutes. In batches that are closed you agreed less with the others from minute {after} of a sitting on: a short break may help.", { minutes, after });
  words.textContent = `${said} `;
  const dismiss = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: gettext("Go on") });
  dismiss.dataset.size = "small";
  dismiss.addEventListener("click", () => alert.remove());
  words.append(dismiss);
  alert.append(document.createElement("span"), words);
  box.append(alert);
  return true;
};

export const suggestBreak = async ({ user, breakUrl }) => {
  if (watching || !breakUrl) return;
  watching = true;
  const key = `rubricstudio-sitting:${user}`;
  let sitting = keep(key, goOn(kept(key), Date.now()));
  if (!("after" in sitting)) sitting = keep(key, { ...kept(key), after: await ask(breakUrl) });
  const look = () => {
    if (document.visibilityState !== "visible") return;
    const before = kept(key);
    const now = goOn(before.began ? before : sitting, Date.now());
    sitting = keep(key, "after" in now ? now : { ...now, after: sitting.after });
    const minutes = Math.floor((sitting.last - sitting.began) / 60_000);
    if (sitting.after === null || sitting.told || minutes < sitting.after) return;
    if (tell(minutes, sitting.after)) sitting = keep(key, { ...sitting, told: true });
  };
  look();
  setInterval(look, EVERY);
};
