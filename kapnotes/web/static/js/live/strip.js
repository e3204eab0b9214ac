/* The schedule of vitals as a strip. It changes its words and its tone, never its place. */

import { make, write } from "./node.js";
import { nextOf } from "./standing.js";

export function strip(room, list) {
  const span = (name, text) => make("span", { class: `slot-${name}` }, text);
  let nodes = [];
  let shown = -1;

  function words(slot) {
    const taken = slot.taken_at && room.clock.clock(Date.parse(slot.taken_at));
    switch (slot.state) {
      case "done":
        return `${slot.waits ? "waiting" : "done"} ${taken}`;
      case "late":
        return taken ? `late, ${taken}` : "late";
      case "open":
        return "to take";
      case "due":
        return "due now";
      case "missed":
        return "missed";
      default:
        return slot.due === null ? "later" : room.clock.clock(slot.due);
    }
  }

  /* Where the strip is longer than its place, what comes next is in view. */
  function bring(slots) {
    const place = slots.indexOf(nextOf(slots));
    if (place < 0 || place === shown || list.matches(":focus")) return;
    shown = place;
    const node = nodes[place];
    list.scrollLeft = node.offsetLeft - list.offsetLeft - (list.clientWidth - node.offsetWidth) / 2;
  }

  function tick() {
    const slots = room.slots();
    if (nodes.length !== slots.length) {
      nodes = slots.map((slot) =>
        make("li", { class: "slot" }, span("label", slot.label), " ", span("words")),
      );
      list.replaceChildren(...nodes);
    }
    slots.forEach((slot, place) => {
      const state = slot.state === "late" && slot.taken_at ? "done-late" : slot.state;
      if (nodes[place].dataset.slot !== state) nodes[place].dataset.slot = state;
      write(nodes[place].lastElementChild, words(slot));
    });
    bring(slots);
  }

  return { tick, update: tick };
}
