/* The session while its page is locked: nothing is asked, shown or sent; what waits is sealed with
   the page. Only a clock and the next vitals go on, which name nobody. */

import { hms, ms } from "./clock.js";
import { nextOf } from "./standing.js";

export function asleep(room) {
  let dosedAt = null;
  let next = null;
  let told = "";

  const kept = {
    take: () => [room.session.hide(), room.queue.hide()],
    give([session, queue]) {
      room.session.show(session);
      room.queue.show(queue);
    },
  };

  document.addEventListener("kapnotes:locking", ({ detail }) => detail.keep(kept));
  document.addEventListener("kapnotes:locked", () => {
    const isRunning = room.session.status.state === "in_progress";
    dosedAt = isRunning ? room.dosedAt() : null;
    next = isRunning ? (nextOf(room.slots())?.due ?? null) : null;
    told = "";
    room.isLocked = true;
    room.line.close();
  });
  document.addEventListener("kapnotes:unlocked", () => {
    room.isLocked = false;
    room.line.reopen();
    room.changed();
  });

  function vitals(now) {
    if (next === null) return "";
    return now < next ? `Vitals in ${ms(next - now)}.` : `Vitals due since ${ms(now - next)}.`;
  }

  return {
    /* Each second while it is locked. */
    tick() {
      const now = room.clock.now();
      const since = dosedAt === null ? "" : `${hms(now - dosedAt)} since the first dose.`;
      const detail = [since, vitals(now)].filter(Boolean).join(" ");
      document.dispatchEvent(new CustomEvent("kapnotes:cue", { detail }));
      if (next !== null && now >= next && !told) {
        told = "due";
        room.device.sound("due");
      }
    },
  };
}
