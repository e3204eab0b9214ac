/* The line that says where a draft stands. It never says "saved" by itself. */

const SOON = 300;

export function saveLine(page) {
  const line = page.querySelector("[data-save]");
  const words = line?.querySelector("[data-save-words]");
  const said = page.querySelector("[data-save-said]");
  let waiting = 0;

  /* `parts` are texts and elements, shown in a row. */
  const show = (state, ...parts) => {
    clearTimeout(waiting);
    if (!line) return;
    line.dataset.save = state;
    words.replaceChildren(...parts);
  };
  const failed = () => line?.dataset.save === "failed";

  return {
    changed() {
      if (!failed()) show("changed", "Not saved yet");
    },
    /* Told only if it takes a while, and never over a failure that is not yet mended. */
    saving() {
      if (failed()) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => show("saving", "Saving…"), SOON);
    },
    saved(at) {
      const mended = failed();
      show("saved", `Saved ${at}`);
      if (said) said.textContent = mended ? `Saved again at ${at}.` : "";
    },
    failed(...parts) {
      const before = words?.textContent;
      show("failed", ...parts);
      if (said && words.textContent !== before) said.textContent = words.textContent;
    },
  };
}
