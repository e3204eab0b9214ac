/* A question to be answered in words: a few ready ones to tap, or one's own. */

import { button, make } from "./node.js";

let count = 0;

/* `done(text)` is called with what was said, at once for a ready one. `sentences` stand above. */
export function reason({ title = "", sentences = [], label, chips = [], verb, done, cancel }) {
  count += 1;
  const id = `live-reason-${count}`;
  const field = make("input", { class: "input", id, maxlength: 2000, dir: "auto", autocomplete: "off" });
  const say = () => {
    const text = field.value.trim();
    if (text) done(text);
    else field.focus();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      say();
    } else if (event.key === "Escape" && cancel) {
      event.stopPropagation();
      cancel();
    }
  });
  const chip = (text) => button(text, () => done(text), { class: "button chip" });
  return make(
    "div",
    { class: "reason" },
    title && make("p", { class: "reason-title" }, title),
    sentences.length === 1 && make("p", {}, sentences[0]),
    sentences.length > 1 && make("ul", { class: "reason-list" }, sentences.map((one) => make("li", {}, one))),
    make("label", { class: "reason-label", for: id }, label),
    chips.length && make("div", { class: "chips" }, chips.map(chip)),
    make(
      "div",
      { class: "reason-line" },
      field,
      button(verb, say),
      cancel && button("Cancel", cancel, { class: "button button-quiet" }),
    ),
  );
}
