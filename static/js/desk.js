// The expert's desk. The page works without any of this; here it becomes fast and keeps drafts.
import { Clock } from "./desk/clock.js";
import { askWhichToKeep } from "./desk/conflict.js";
import { showQuoted } from "./desk/evidence.js";
import { Criteria } from "./desk/criteria.js";
import { Drafts } from "./desk/drafts.js";
import { Flagging } from "./desk/flagging.js";
import { entryFor, writeCheatSheet } from "./desk/keymap.js";
import { Outbox } from "./desk/outbox.js";
import { suggestBreak } from "./desk/pausing.js";
import { Selecting } from "./desk/selecting.js";
import { Submission } from "./desk/submission.js";

// A page from the back-forward cache is older than what the server knows.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

const notice = (loginUrl) => {
  const box = document.querySelector("#desk-notices");
  return (text) => {
    box.querySelector("[data-live]")?.remove();
    if (!text) return;
    const alert = document.createElement("div");
    alert.className = "alert";
    alert.dataset.tone = "warn";
    alert.dataset.live = "";
    alert.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.className = "alert-body";
    if (text === "login") {
      const link = Object.assign(document.createElement("a"), { href: loginUrl, target: "_blank", rel: "noopener" });
      link.textContent = "Log in again in another tab";
      words.append("You are logged out. ", link, "; your answers are kept here and saved afterwards.");
    } else if (text.moved) {
      const link = Object.assign(document.createElement("a"), { href: text.moved });
      link.textContent = "Go on by the new version";
      words.append("The rubric has moved on to a newer version. Your answers to what did not change are kept. ", link);
    } else {
      words.textContent = text;
    }
    alert.append(document.createElement("span"), words);
    box.append(alert);
  };
};

const shower = (tell) => {
  const element = document.querySelector("#save-state");
  return (state, words, text = "") => {
    element.dataset.state = state;
    if (element.textContent !== words) element.textContent = words;
    tell(text);
  };
};

const resume = (desk, outbox, drafts, submission) => {
  const entry = outbox.read();
  if (!entry?.pending) return;
  const older = (entry.submit ?? entry).version !== Number(desk.dataset.version);
  if (entry.submit && !("corrects" in desk.dataset)) {
    // Whether it was received is the server's to say; a form of another version cannot show it.
    if (!older) submission.criteria.write(entry.answers);
    submission.go(entry.submit);
    return;
  }
  if (older && !entry.submit && "version" in entry) {
    drafts.handOver(entry);
    return;
  }
  const reached = entry.writer === desk.dataset.writer && entry.seq <= Number(desk.dataset.seq);
  if (reached || entry.submit) outbox.clear();
  else drafts.restore(entry);
};

// Without a selection the passage is written by hand.
const writeEvidence = (criterion) => {
  const area = criterion.querySelector("[name^='evidence:']");
  area?.closest("details")?.setAttribute("open", "");
  area?.focus();
};

const listen = (desk, criteria, submission) => {
  const selecting = new Selecting(criteria);
  const acts = {
    choose: (entry, key) => criteria.chooseDigit(Number(key)),
    aside: ({ value }) => criteria.chooseAside(value),
    move: ({ value }) => criteria.move(value),
    rationale: () => criteria.current.querySelector("[name^='why:']").focus(),
    evidence: () => selecting.take() || writeEvidence(criteria.current),
    sure: ({ value }) => criteria.sure(value),
    open: ({ value }) => document.getElementById(value)?.togglePopover(),
    undo: () => document.querySelector("#undo")?.requestSubmit(),
    submit: () => submission.form.requestSubmit(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("#rating textarea, #rating [name^='number:']")) {
      criteria.focus(criteria.current);
      return;
    }
    // Ctrl+Enter sends what one is writing: the rating, or the form of the dialog one is in.
    const asked = event.target.closest?.(".dialog form");
    if (asked && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      asked.requestSubmit();
      return;
    }
    const entry = entryFor(event);
    if (!entry || (event.repeat && entry.action !== "move")) return;
    event.preventDefault();
    acts[entry.action](entry, event.key);
  });
};

const open = (desk) => {
  const form = document.querySelector("#rating");
  const outbox = new Outbox(desk.dataset.user, desk.dataset.seat);
  const criteria = new Criteria(form);
  const tell = notice(desk.dataset.loginUrl);
  const show = shower(tell);
  const clock = new Clock(desk.dataset.seat, desk.querySelector("[data-active-time]"));
  const drafts = new Drafts(desk, criteria, outbox, show);
  const submission = new Submission(desk, form, { criteria, outbox, drafts, clock, show });
  // A correction is not drafted: the rating it corrects is safe already.
  if ("corrects" in desk.dataset) drafts.stop();

  drafts.onSubmitted = (url) => {
    outbox.clear();
    location.assign(url);
  };
  drafts.onMoved = (url) => tell({ moved: url });
  drafts.onConflict = (said) => askWhichToKeep(criteria, said, (choice) => {
    if (choice === "stored") criteria.write(said.stored);
    drafts.adopt(said.stored_edit);
  });
  form.addEventListener("input", () => drafts.changed());
  addEventListener("pagehide", () => drafts.flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") drafts.flush();
  });
  addEventListener("online", () => drafts.save());
  // A long read keeps its place as long as somebody is there.
  let active = clock.ms;
  setInterval(() => {
    if (clock.ms > active && !drafts.pending && !drafts.stopped) drafts.changed();
    active = clock.ms;
  }, 5 * 60_000);

  const flag = document.querySelector("#flag[popover]");
  if (flag) new Flagging(flag, criteria, desk.querySelector("[data-flag-sent]"));
  writeCheatSheet(document.querySelector("[data-keys]"));
  document.querySelector("[data-keys-button]").hidden = false;
  listen(desk, criteria, submission);
  const undo = form.querySelector("[data-undo]");
  if (undo) {
    setTimeout(() => {
      undo.remove();
      document.querySelector("#undo").remove();
    }, Number(undo.dataset.undo) * 1000);
  }
  resume(desk, outbox, drafts, submission);
  criteria.focus(criteria.all.find((one) => "problem" in one.dataset) ?? criteria.current);
  suggestBreak(desk.dataset);
  desk.dataset.ready = "";
};

const desk = document.querySelector("[data-desk]");
if (desk) open(desk);
const submitted = document.querySelector("[data-submitted]");
if (submitted) showQuoted([...submitted.querySelectorAll("[data-criterion]")]);
if (submitted) new Outbox(submitted.dataset.user, submitted.dataset.seat).clear();
