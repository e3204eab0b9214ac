/* The arrival check and the discharge: one sheet each, which several people go on with. What
   somebody else filled in meanwhile comes in by itself; what is typed here stays. */

import { entryForm } from "./entry.js";
import { fill, read, untap } from "./fields.js";
import { button, icon, make, write } from "./node.js";

const COMPLETE = {
  arrival: "Every check before the dose is recorded.",
  discharge: "Every criterion for leaving is recorded.",
};
const KEPT = "Yours stays here, and is saved over it when you save.";
const CHIPS = { arrival: [], discharge: ["Agreed with the medical professional"] };
const TITLES = { arrival: "Arrival check", discharge: "Recovery and discharge" };

export function sheet(room, form) {
  const noun = form.dataset.sheet;
  const says = form.querySelector("[data-sheet-says]");
  const changed = form.querySelector("[data-sheet-changed]");
  let row = room.session.only(noun);
  let seen = row?.id ?? "";
  let base = read(form, room.clock);
  let theirs = {};

  /* A row's value as this form would read it. */
  function plain(name, values) {
    const value = values[name] ?? "";
    if (!/^\d{4}-.*T.*Z$/.test(value)) return value;
    return new Date(room.clock.instant(room.clock.wall(Date.parse(value)))).toISOString();
  }

  const mine = () => room.queue.all.filter((post) => post.noun === noun && !post.isHeld).at(-1);

  function dirty(now = read(form, room.clock)) {
    return Object.keys(now).filter((name) => now[name] !== (base[name] ?? ""));
  }

  function label(name) {
    return form.querySelector(`[data-field="${name}"] .field-label`)?.textContent.trim() ?? name;
  }

  /* Take in a newer row: untouched fields follow it, touched ones stay and are named. */
  function take(newer) {
    const now = read(form, room.clock);
    const names = Object.keys(now);
    const touched = new Set(dirty(now));
    fill(form, newer.values, room.clock, new Set(names.filter((name) => !touched.has(name))));
    theirs = {};
    for (const name of touched) {
      const value = plain(name, newer.values);
      const isTheirs = value !== now[name] && value !== (base[name] ?? "") && !newer.mine;
      if (isTheirs) theirs[name] = newer.values[name] ?? "";
    }
    base = Object.fromEntries(names.map((name) => [name, plain(name, newer.values)]));
    row = newer;
    seen = newer.id;
    showTheirs();
  }

  function showTheirs() {
    const names = Object.keys(theirs);
    changed.hidden = !names.length;
    if (!names.length) return;
    const takeThem = () => {
      fill(form, theirs, room.clock, new Set(names));
      theirs = {};
      changed.hidden = true;
      update();
    };
    const who = make("strong", {}, `${row.by} changed this meanwhile: `);
    changed.replaceChildren(
      make("p", {}, who, `${names.map(label).join(", ")}. ${KEPT}`),
      button("Take theirs", takeThem),
    );
  }

  const entry = entryForm(room, form, {
    noun,
    title: TITLES[noun],
    chips: CHIPS[noun],
    isContinued: true,
    read: () => read(form, room.clock),
    words: () => "",
    fill(values) {
      fill(form, values, room.clock);
      room.views.view(noun === "arrival" ? "before" : "after");
    },
    clear: () => {},
    done: () => update(),
    target() {
      const before = mine();
      const time = entry.stamp.read();
      const at = row && noun === "arrival" && time.isNow ? { at: row.time, isNow: false } : {};
      if (before) return { act: "correct", row: null, after: before.key, ...at };
      return row ? { act: "correct", row: row.id, ...at } : { act: "record" };
    },
  });

  function say() {
    const waits = mine();
    const names = dirty();
    const isWaiting = waits && names.every((name) => read(form, room.clock)[name] === waits.fields[name]);
    let words = "Nothing recorded yet";
    if (row) words = `Saved by ${row.by}, ${room.clock.clock(Date.parse(row.recorded_at))}`;
    if (isWaiting) words = "Waiting for the line";
    else if (names.length) words = "Not saved yet";
    form.toggleAttribute("data-dirty", words === "Not saved yet");
    write(says, words);
  }

  function update() {
    const newer = room.session.only(noun);
    if (newer && newer.id !== seen) take(newer);
    say();
  }

  untap(form);
  form.addEventListener("input", say);
  form.addEventListener("change", say);
  for (const now of form.querySelectorAll("[data-sheet-now]")) {
    now.addEventListener("click", () => {
      const name = now.dataset.sheetNow;
      fill(form, { [name]: new Date(room.clock.now()).toISOString() }, room.clock, new Set([name]));
      say();
    });
  }

  return { entry, noun, update };
}

/* What is missing, beside the sheet that it is missing from. */
export function missing(room, box, noun) {
  return {
    update() {
      const list = room.session.status[`missing_${noun}`];
      const key = list.join("|");
      if (box.dataset.key === key) return;
      box.dataset.key = key;
      const title = `Still missing before ${noun === "arrival" ? "a dose" : "leaving"}`;
      const items = list.map((sentence) => make("li", {}, sentence));
      box.replaceChildren(
        ...(items.length
          ? [make("p", { class: "missing-title" }, title), make("ul", {}, items)]
          : [make("p", { class: "missing-none" }, icon("check"), make("span", {}, COMPLETE[noun]))]),
      );
    },
  };
}
