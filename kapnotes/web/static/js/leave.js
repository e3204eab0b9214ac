/* Nobody leaves a page with unsaved text unawares. */

const reasons = new Set();

function ask(event) {
  if (![...reasons].some((unsaved) => unsaved())) return;
  event.preventDefault();
  event.returnValue = "";
}

/* Ask before the page is left for as long as `unsaved()` is true; returns how to stop asking. */
export function guard(unsaved) {
  if (reasons.size === 0) window.addEventListener("beforeunload", ask);
  reasons.add(unsaved);
  return () => {
    reasons.delete(unsaved);
    if (reasons.size === 0) window.removeEventListener("beforeunload", ask);
  };
}

/* Forms without autosave, marked data-guard. */
export function start(page) {
  for (const form of page.querySelectorAll("form[data-guard]")) {
    let changed = false;
    form.addEventListener("input", () => {
      changed = true;
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    guard(() => changed);
  }
}
