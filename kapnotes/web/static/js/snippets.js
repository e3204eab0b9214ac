/* `.word` and a space, Enter or Tab becomes the text that a person keeps under that word. */

const ENDS = new Set([" ", "Enter", "Tab"]);
const WORD = /(^|\s)\.([\p{L}\p{N}_-]+)$/u;

function insert(area, from, to, text) {
  area.setSelectionRange(from, to);
  // execCommand keeps the browser's own undo; where it is gone, setRangeText does the rest.
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function start(page) {
  const kept = JSON.parse(page.getElementById("snippets").textContent);
  const texts = new Map(kept.map(({ word, text }) => [word.toLowerCase(), text]));

  page.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!ENDS.has(event.key) || event.isComposing || !area.matches?.("textarea")) return;
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    const end = area.selectionEnd;
    if (end !== area.selectionStart) return;
    const found = WORD.exec(area.value.slice(Math.max(0, end - 80), end));
    const text = found && texts.get(found[2].toLowerCase());
    if (text === null || text === undefined) return;
    event.preventDefault();
    insert(area, end - found[2].length - 1, end, text);
  });
}
