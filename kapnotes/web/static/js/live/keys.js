/* Single keys, while no field has the focus; and the list of them. They can be turned off, for
   those whose voice or switch types letters. */

import { button, make, remember, remembers, write } from "./node.js";

const FIELDS = "input, textarea, select, [contenteditable]";

/* `keys` are [key, words, what to do]. */
export function keys(room, list) {
  const known = new Map(list.map(([key, , act]) => [key, act]));
  let isOn = !remembers("keys", "off");

  function cap(key) {
    return make("kbd", { class: "key" }, key === " " ? "Space" : key.toUpperCase());
  }

  function open() {
    const title = make("h2", { id: "live-keys-title" }, "Keys");
    const state = make("p", { class: "quiet", role: "status" });
    const turn = button("", () => {
      isOn = !isOn;
      remember("keys", isOn ? "on" : "off");
      show();
    });
    const show = () => {
      write(turn, isOn ? "Turn single keys off" : "Turn single keys on");
      write(state, isOn
        ? "One key is enough while no field has the focus; Escape leaves a field."
        : "Single keys are off on this device. Buttons and Tab do all of it.");
    };
    const rows = list.filter(([, words]) => words).map(([key, words]) =>
      make("div", {}, make("dt", {}, words), make("dd", {}, cap(key))));
    const pad = [
      ["Vitals: digits, then", "Enter"],
      ["Back to the value before", "Backspace"],
      ["Quick words: save", "Enter"],
    ].map(([words, key]) => make("div", {}, make("dt", {}, words), make("dd", {}, cap(key))));
    const dialog = make("dialog", { class: "shortcuts", "aria-labelledby": "live-keys-title" }, title, state,
      make("dl", { class: "facts" }, rows, pad),
      make("div", { class: "actions" }, button("Close", () => dialog.close()), turn));
    dialog.addEventListener("close", () => dialog.remove());
    show();
    room.root.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const isField = event.target.matches(FIELDS);
    if (event.key === "Escape" && isField) {
      event.target.blur();
      return;
    }
    if (isField || !isOn || event.repeat) return;
    const act = event.key === "?" ? open : known.get(event.key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act();
  });
  room.root.querySelector("[data-live-keys]").addEventListener("click", open);
}
