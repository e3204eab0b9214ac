/* Keys for what is on the page: an element with data-shortcut="mod+enter" is pressed by them.
   Always with a modifier, so that nothing typed or dictated sets one off. */

const NAMES = { mod: "Ctrl", alt: "Alt", shift: "Shift", enter: "Enter", arrowdown: "↓", arrowup: "↑" };
const STANDING = [["alt+/", "This list"]];

function pressed(event) {
  const keys = [];
  if (event.ctrlKey || event.metaKey) keys.push("mod");
  if (event.altKey) keys.push("alt");
  if (event.shiftKey) keys.push("shift");
  keys.push(event.code === "Slash" ? "/" : event.code.replace(/^(Key|Digit)/, "").toLowerCase());
  return keys.join("+");
}

function inWords(keys) {
  return keys.split("+").map((key) => {
    const cap = document.createElement("kbd");
    cap.className = "key";
    cap.textContent = NAMES[key] ?? key.toUpperCase();
    return cap;
  });
}

function line(keys, words) {
  const row = document.createElement("div");
  const what = document.createElement("dt");
  const how = document.createElement("dd");
  what.textContent = words;
  how.append(...inWords(keys).flatMap((cap) => [cap, " "]));
  row.append(what, how);
  return row;
}

function open(page) {
  const dialog = page.createElement("dialog");
  dialog.className = "shortcuts";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  const title = page.createElement("h2");
  title.id = "shortcuts-title";
  title.textContent = "Keyboard shortcuts";
  const rows = page.createElement("dl");
  rows.className = "facts";
  const found = [...page.querySelectorAll("[data-shortcut]")].map((element) => [
    element.dataset.shortcut,
    element.dataset.shortcutWords ?? element.textContent.trim(),
  ]);
  for (const element of page.querySelectorAll("[data-key][data-key-words]")) {
    found.push([element.dataset.key, element.dataset.keyWords]);
  }
  if (page.querySelector("[data-sections]")) {
    found.push(["alt+arrowdown", "Next section"], ["alt+arrowup", "Section before"]);
  }
  if (page.querySelector("form[data-autosave]")) found.push(["mod+s", "Save now"]);
  rows.append(...[...found, ...STANDING].map(([keys, words]) => line(keys, words)));
  const close = page.createElement("button");
  close.className = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, rows, close);
  dialog.addEventListener("close", () => dialog.remove());
  page.body.append(dialog);
  dialog.showModal();
}

export function start(page) {
  const button = page.querySelector("[data-shortcuts-open]");
  button.hidden = false;
  button.addEventListener("click", () => open(page));
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || page.querySelector("dialog[open]")) return;
    if (!event.ctrlKey && !event.metaKey && !event.altKey) return;
    const keys = pressed(event);
    if (keys === "alt+/") {
      event.preventDefault();
      open(page);
      return;
    }
    const target = [...page.querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut === keys && element.checkVisibility(),
    );
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });
}
