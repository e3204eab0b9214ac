/* When a draft is saved: after a pause in typing, on leaving a field or the window, before any
   form of the page is posted. What became of it stands in the saved-at line. */

import { showConflict } from "./conflict.js";
import { Draft, Outcome, wait } from "./draft.js";
import { guard } from "./leave.js";
import { saveLine } from "./saveline.js";

const PAUSE = 3000;
const LONGEST = 10000;
const LEFT_FIELD = 250;
const SIGNED_OUT_WAIT = 30000;
const PATIENCE_AT_LINK = 2500;

export function start(page) {
  for (const form of page.querySelectorAll("form[data-autosave]")) keep(page, form);
}

function keep(page, form) {
  const draft = new Draft(form);
  const line = saveLine(page);
  let timer = 0;
  let due = Infinity;
  let since = null;
  let failures = 0;
  let rebased = 0;
  let trouble = "";
  let panel = null;
  let passing = false;
  let through = null;
  let isLocked = false;
  let wasUnsaved = false;

  const unsaved = () => {
    if (isLocked) return wasUnsaved;
    return !passing && (panel !== null || draft.changed);
  };
  guard(unsaved);

  const later = (delay) => {
    clearTimeout(timer);
    due = Date.now() + delay;
    timer = setTimeout(save, delay);
  };

  /* Save if something changed; true if everything typed is with the server. */
  async function save() {
    clearTimeout(timer);
    due = Infinity;
    if (panel || isLocked) return false;
    if (!draft.changed) {
      since = null;
      return true;
    }
    since = null;
    line.saving();
    const result = await draft.send();
    return panel ? false : told(result);
  }

  async function told(result) {
    trouble = result.outcome === Outcome.SAVED ? "" : result.outcome;
    switch (result.outcome) {
      case Outcome.SAVED:
        return saved(result);
      case Outcome.CONFLICT:
        return conflict(result);
      case Outcome.SIGNED_OUT:
        return leftOut();
      case Outcome.REFUSED:
        line.failed(`NOT saved: ${result.reason}. Copy your text before you leave this window.`);
        return false;
      default:
        return failed(result);
    }
  }

  function saved({ at, missing }) {
    failures = 0;
    rebased = 0;
    if (at === undefined) return true;
    line.saved(at);
    page.dispatchEvent(new CustomEvent("kapnotes:saved", { detail: { at, missing } }));
    if (!draft.changed) return true;
    line.changed();
    if (due === Infinity) later(PAUSE);
    return false;
  }

  async function failed({ reason, now, renew }) {
    if (now && rebased < 3) {
      rebased += 1;
      return save();
    }
    failures += 1;
    if (renew && failures === 1 && (await draft.renew())) return save();
    line.failed(`NOT saved, keep this window open: ${reason}. Trying again by itself.`);
    later(wait(failures));
    return false;
  }

  function leftOut() {
    const link = page.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in a new window";
    line.failed("NOT saved, keep this window open: you are signed out. ", link, ", then come back.");
    later(SIGNED_OUT_WAIT);
    return false;
  }

  function conflict({ version, saved_at: at, by, theirs }) {
    const done = () => {
      panel.remove();
      panel = null;
    };
    panel = showConflict({
      page,
      form,
      theirs,
      by,
      at,
      keep: () => {
        done();
        draft.rebase(version);
        save();
        form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      },
      take: () => {
        draft.forget();
        passing = true;
        location.reload();
      },
    });
    const link = page.createElement("a");
    link.href = "#conflict";
    link.textContent = "Choose which text to keep";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      panel?.scrollIntoView({ block: "start" });
      panel?.querySelector("h2").focus({ preventScroll: true });
    });
    line.failed("NOT saved: this note was changed elsewhere. ", link, ".");
    return false;
  }

  /* The form itself is on its way: what is typed from here on would be lost, so nothing is. */
  function leaving() {
    passing = true;
    setTimeout(() => {
      form.inert = true;
    });
  }

  /* Once signed in again elsewhere, the page needs a new token before it can save. */
  async function back() {
    if (page.visibilityState === "hidden" || !draft.changed || trouble === Outcome.REFUSED) return;
    if (trouble === Outcome.SIGNED_OUT && !(await draft.renew())) return;
    save();
  }

  form.addEventListener("input", () => {
    if (!draft.changed) return;
    line.changed();
    since ??= Date.now();
    // While saving fails, the next try is already set: typing does not put it off.
    if (trouble && due !== Infinity) return;
    later(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  });
  /* A lock saves first; then the form is blank and nothing of it may be sent. */
  page.addEventListener("kapnotes:locking", ({ detail }) => {
    detail.wait(save());
    detail.keep(draft);
  });
  page.addEventListener("kapnotes:locked", () => {
    wasUnsaved = unsaved();
    isLocked = true;
    clearTimeout(timer);
  });
  page.addEventListener("kapnotes:unlocked", () => {
    isLocked = false;
    if (trouble !== Outcome.REFUSED) save();
  });

  for (const event of ["change", "focusout"]) {
    form.addEventListener(event, () => {
      if (!trouble && draft.changed) later(LEFT_FIELD);
    });
  }
  page.addEventListener("visibilitychange", () => {
    if (page.visibilityState === "hidden") save();
  });
  window.addEventListener("pagehide", () => {
    if (!passing) save();
  });
  window.addEventListener("pageshow", () => {
    passing = false;
    form.inert = false;
  });
  window.addEventListener("focus", back);
  window.addEventListener("online", back);
  page.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.code !== "KeyS") return;
    event.preventDefault();
    save();
  });

  /* Nothing is posted before the draft is safe. Another form does not wait for ever: then the
     browser asks. */
  page.addEventListener("submit", async (event) => {
    const posted = event.target;
    if (event.defaultPrevented || posted.method === "dialog") return;
    if (posted === through || !unsaved()) {
      if (posted === form) leaving();
      through = null;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    const safe = await settled(posted === form ? Infinity : PATIENCE_AT_LINK);
    if (posted === form && !safe) return;
    through = posted;
    posted.requestSubmit(submitter);
  });
  page.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || !unsaved()) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    await settled(PATIENCE_AT_LINK);
    location.assign(link.href);
  });

  /* Save until nothing is left to save, or something is in the way; true if all is safe. */
  async function settled(patience) {
    const work = (async () => {
      for (let round = 0; round < 3; round += 1) {
        if (await save()) return true;
        if (trouble) return false;
      }
      return false;
    })();
    if (patience === Infinity) return work;
    return Promise.race([work, new Promise((done) => setTimeout(done, patience, false))]);
  }
}
