// Active time: the tab is visible, and there was input within a minute, or within the time that the
// text takes to read: who reads a long page to its end need not touch anything meanwhile.
import { gettext } from "../words.js";

const IDLE = 60_000;
const LONGEST = 10 * 60_000;
const READ_A_MINUTE = 1_000; // characters, about 200 words

export const idleAfter = (characters) => Math.min(LONGEST, Math.max(IDLE, (characters / READ_A_MINUTE) * 60_000));

const keyOf = (seat) => `rubricstudio-active:${seat}`;

const keep = (key, ms) => {
  try {
    sessionStorage.setItem(key, String(ms));
  } catch {
    // counted from this page on
  }
};

export class Clock {
  constructor(seat, shown, signal) {
    this.key = keyOf(seat);
    this.shown = shown;
    this.lastInput = performance.now();
    this.ms = Number(this.stored()) || 0;
    this.read = [...document.querySelectorAll(".desk-response, .grid-response")];
    for (const event of ["pointermove", "pointerdown", "keydown", "scroll", "wheel"]) {
      addEventListener(event, () => { this.lastInput = performance.now(); }, { passive: true, capture: true, signal });
    }
    const ticking = setInterval(() => this.tick(), 1000);
    signal.addEventListener("abort", () => clearInterval(ticking));
    this.write();
  }

  get characters() {
    return this.read.reduce((sum, { textContent }) => sum + textContent.length, 0);
  }

  // Side by side each seat gets its even part, from which a correction of it goes on.
  share(seats) {
    for (const seat of seats) keep(keyOf(seat), Math.floor(this.ms / seats.length));
  }

  tick() {
    if (document.visibilityState !== "visible" || performance.now() - this.lastInput > idleAfter(this.characters)) return;
    this.ms += 1000;
    this.write();
  }

  write() {
    const seconds = Math.floor(this.ms / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.shown.textContent = gettext("{time} active", { time });
    keep(this.key, this.ms);
  }

  stored() {
    try {
      return sessionStorage.getItem(this.key);
    } catch {
      return null;
    }
  }
}
