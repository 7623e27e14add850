// What is not on the server yet, kept in this browser for one user and one seat (or one draft's text).
const PREFIX = "rubricstudio-desk";

export class Outbox {
  // Without `keeps` nothing is ever written: the project's admin has switched copies off.
  constructor(user, seat, prefix = PREFIX, { keeps = true } = {}) {
    this.key = `${prefix}:${user}:${seat}`;
    this.keeps = keeps;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null; // no storage, or not ours: the server's draft is what there is
    }
  }

  // False when the browser keeps nothing (private mode, full, switched off): the page then says so.
  write(entry) {
    if (!this.keeps) return false;
    try {
      localStorage.setItem(this.key, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept there either
    }
  }

  // Whoever logged out leaves nothing behind, and nothing is added.
  close() {
    this.keeps = false;
    this.clear();
  }
}
