/* What leads on from here, by the state of the infusion: start, complete, write the note. */

import { write } from "./node.js";

const COUNTED = { before: "checks missing", during: "readings to answer", after: "criteria missing" };

/* What depends on the state of the infusion itself: what leads on from here. */
export function onward(room) {
  const { root } = room;
  const leaving = root.querySelector("[data-live-leaving]");
  const ending = root.querySelector("[data-live-ending]");
  const begin = root.querySelector('[data-live-post="start"]');
  const counts = {
    before: () => (room.doses().length ? 0 : room.session.status.missing_arrival.length),
    during: () => room.asked().length,
    after: () => (room.doses().length ? room.session.status.missing_discharge.length : 0),
  };

  function leavingWords(earliest) {
    if (!earliest) return "";
    const at = Date.parse(earliest);
    const clock = room.clock.clock(at);
    return room.clock.now() < at ? `Not before ${clock}` : `Long enough observed since ${clock}`;
  }

  return {
    update() {
      const { state, earliest_leaving: earliest, has_left: hasLeft } = room.session.status;
      root.dataset.state = state;
      root.querySelector("[data-live-locked]").hidden = !room.session.status.is_locked;
      if (begin) begin.hidden = state !== "planned";
      const isDone = state === "completed";
      const mayRun = room.may.run || room.may.complete || room.may.start;
      const mayEnd = mayRun && state === "in_progress" && room.doses().length > 0;
      ending.hidden = !isDone && !mayEnd;
      root.querySelector("[data-live-complete]").hidden = isDone;
      root.querySelector("[data-live-done]").hidden = !isDone;
      write(leaving, hasLeft ? "The patient has left." : leavingWords(earliest));
      for (const [name, count] of Object.entries(counts)) {
        const found = count();
        write(root.querySelector(`[data-view-count="${name}"]`), found ? ` ${found}` : "");
        root.querySelector(`[data-view-count="${name}"]`).title = found ? COUNTED[name] : "";
      }
    },
    tick() {
      const { earliest_leaving: earliest, has_left: hasLeft } = room.session.status;
      if (!hasLeft) write(leaving, leavingWords(earliest));
    },
  };
}

/* Start and Complete stay on the page: leaving it would lose what waits. */
export function pressHere(room) {
  for (const form of room.root.querySelectorAll("[data-live-post]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const says = room.root.querySelector(`[data-live-post-says="${form.dataset.livePost}"]`);
      const pressed = form.querySelector("button");
      pressed.disabled = true;
      const isWaiting = room.queue.waiting.length > 0;
      const wrong = isWaiting ? "Entries wait for the line. Send them first." : await room.line.press(form);
      pressed.disabled = false;
      write(says, wrong);
      if (!wrong && form.dataset.livePost === "start") room.views.view("during", { focus: true });
    });
  }
}
