/* A menu behind one word closes with Escape, and with a click beside it. Without scripts it stays
   what it is, a part of the page that opens. */

export function start(page) {
  const menu = page.querySelector("[data-menu]");

  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  page.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
