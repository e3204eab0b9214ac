/* Big taps for what happens often: stamped at the tap, in the log at once. */

import { button, make } from "./node.js";
import { newKey } from "./queue.js";
import { reason } from "./reason.js";
import { stampOf } from "./stamp.js";

const BOUNCE = 400;
const MISTAKES = ["Tapped by mistake", "Wrong button", "Did not happen"];

export function taps(room, pane) {
  const box = pane.querySelector("[data-tapped]");
  const stamp = stampOf(room, pane.querySelector("[data-stamp]"));
  let last = null;
  let asking = "";
  let shown = "";
  let tappedAt = -Infinity;

  function tap(code, label) {
    const isBounce = last?.fields.kind === code && performance.now() - tappedAt < BOUNCE;
    tappedAt = performance.now();
    if (isBounce) return;
    last = room.queue.add({
      key: newKey(),
      act: "record",
      noun: "session_event",
      fields: { kind: code },
      title: label,
      words: "",
      ...stamp.read(),
    });
    stamp.reset();
    asking = "";
    room.say(`${label}, ${room.clock.clock(last.at)}.`);
    update();
  }

  function follow(act, more, fields = {}) {
    room.queue.add({
      key: newKey(),
      act,
      noun: "session_event",
      after: last.key,
      at: last.at,
      fields: { ...last.fields, ...fields },
      title: last.title,
      words: fields.words ?? "",
      ...more,
    });
    asking = "";
    update();
    box.querySelector("button")?.focus();
  }

  function undo(text = MISTAKES[0]) {
    if (last) follow("strike", { why: text });
  }

  /* By hand a ready answer is nearest, by keys the words are. */
  function ask(what, into = ".chip") {
    asking = what;
    update();
    (box.querySelector(into) ?? box.querySelector(".reason input"))?.focus();
  }

  function question() {
    const cancel = () => ask("");
    if (asking === "words") {
      const done = (words) => follow("correct", { why: "Words added" }, { words });
      return reason({ label: `Words for: ${last.title}`, verb: "Save", done, cancel });
    }
    const label = `Strike out: ${last.title}. Why?`;
    return reason({ label, chips: MISTAKES, verb: "Strike out", done: undo, cancel });
  }

  function update() {
    if (!last) return;
    const row = room.session.rowOf(last.key);
    const waits = room.queue.all.filter((post) => [post.key, post.after].includes(last.key));
    const isStruck = row?.is_struck || waits.some((post) => post.act === "strike");
    const mark = waits.length ? room.mark(waits[0]) : "saved";
    const words = row?.words ?? "";
    const state = [last.key, isStruck, mark, asking, words].join("|");
    if (state === shown) return;
    shown = state;
    const line = make(
      "p",
      { class: "tapped-line" },
      make("strong", {}, last.title),
      ` ${room.clock.clock(last.at)} · ${isStruck ? "struck out, " : ""}${mark}`,
      words && make("span", { class: "tapped-words", dir: "auto" }, words),
    );
    const does = make(
      "div",
      { class: "tapped-does" },
      !isStruck && [
        button("Add words", () => ask("words"), { class: "button button-quiet" }),
        button("Undo", () => ask("undo"), { class: "button button-quiet", "data-tap-undo": true }),
      ],
    );
    box.replaceChildren(...(asking ? [question()] : [line, does]));
  }

  pane.querySelector("[data-taps]").addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-tap]");
    if (pressed) tap(pressed.dataset.tap, pressed.textContent);
  });

  return {
    update,
    undo: () => last && ask("undo", ".reason input"),
    focus: () => pane.querySelector("[data-tap]")?.focus(),
  };
}
