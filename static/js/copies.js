// What this browser keeps of somebody's work lies under keys that name the person. Nobody's keys are
// read by another; whoever logs out takes their own along, in every tab.
const DESK = "rubricstudio-desk";
const EDITOR = "rubricstudio-editor";
const SITTING = "rubricstudio-sitting"; // when it began: no work, but the person's
const UNSENT = "rubricstudio-unsent";
const CHANNEL = "rubricstudio-log-out";

const keys = (start) => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return []; // no storage: nothing was kept
  }
};

export const keysAtDesk = (user) => keys(`${DESK}:${user}:`);

export const keysOf = (user) => [...keysAtDesk(user), ...keys(`${EDITOR}:${user}:`)];

export const forget = (user) => {
  for (const key of [...keysOf(user), ...keys(SITTING).filter((one) => one === `${SITTING}:${user}`)]) localStorage.removeItem(key);
};

// A page that keeps no copy says itself whether something of it is not on the server yet.
export const onAskedWhetherUnsent = (isUnsent) => {
  document.addEventListener(UNSENT, (event) => {
    if (isUnsent()) event.preventDefault();
  });
};

export const isAnythingUnsent = (user) =>
  keysOf(user).length > 0 || !document.dispatchEvent(new CustomEvent(UNSENT, { cancelable: true }));

// This page and other tabs of the person hear of it at once and keep nothing from then on.
export const sayLoggedOut = (user) => {
  document.dispatchEvent(new CustomEvent(CHANNEL));
  if (!globalThis.BroadcastChannel) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(String(user));
  channel.close();
};

export const onLogOut = (user, act) => {
  document.addEventListener(CHANNEL, act);
  if (!globalThis.BroadcastChannel) return;
  new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => {
    if (data === String(user)) act();
  });
};
