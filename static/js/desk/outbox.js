// What is not on the server yet, kept in this browser for one user and one seat (or one draft's text).
const PREFIX = "rubricstudio-desk";

export class Outbox {
  constructor(user, seat, prefix = PREFIX) {
    this.key = `${prefix}:${user}:${seat}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null; // no storage, or not ours: the server's draft is what there is
    }
  }

  // False when the browser keeps nothing (private mode, full): the page then says so.
  write(entry) {
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
}
