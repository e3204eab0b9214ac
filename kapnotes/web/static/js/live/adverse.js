/* An adverse event, recorded inline. */

import { entryForm } from "./entry.js";
import { fill, read } from "./fields.js";

export function adverse(room, form) {
  const entry = entryForm(room, form, {
    noun: "adverse_event",
    title: "Adverse event",
    read: () => read(form, room.clock),
    words: (fields) => form.querySelector(`option[value="${fields.kind}"]`)?.textContent ?? "",
    fill(values) {
      fill(form, values, room.clock);
      room.views.pane("event");
    },
    clear: () => fill(form, {}, room.clock),
    done: () => room.views.rest("event"),
  });
  const first = form.querySelector("select, input:not([type=time])");
  return { entry, noun: "adverse_event", focus: () => first.focus({ preventScroll: true }) };
}
