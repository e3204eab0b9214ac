/* Starts what a page needs: each module by the mark in the page that asks for it. */

const rooms = [
  ["[data-lock-key]", "./lock/lock.js"],
  ["[data-themes]", "./theme.js"],
  ["[data-passkey]", "./passkey.js"],
  ["[data-menu]", "./menu.js"],
  ["[data-text], [data-rows]", "./text.js"],
  ["[data-clear], [data-rows]", "./choices.js"],
  ["[data-rows]", "./rows.js"],
  ["[data-when], [data-rows]", "./conditions.js"],
  ["#snippets", "./snippets.js"],
  ["form[data-autosave]", "./autosave.js"],
  ["form[data-guard]", "./leave.js"],
  ["form[data-search]", "./search.js"],
  ["[data-sections]", "./sections.js"],
  ["[data-since], [data-clock]", "./clock.js"],
  ["[data-dose-hint]", "./dose.js"],
  ["[data-chart]", "./chart.js"],
  ["[data-error-summary]", "./errors.js"],
  ["[data-shortcuts-open]", "./shortcuts.js"],
  ["[data-review-keys]", "./review.js"],
  ["[data-live]", "./live/live.js"],
  ["[data-board]", "./live/board.js"],
];

const wanted = rooms.filter(([mark]) => document.querySelector(mark));
await Promise.allSettled(
  wanted.map(async ([, address]) => (await import(address)).start(document)),
);
document.documentElement.dataset.started = "";
