/* Quick words: Enter saves, Shift and Enter begin a new line. */

import { entryForm } from "./entry.js";

export function words(room, form) {
  const area = form.elements.words;
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 240)}px`;
  };
  const entry = entryForm(room, form, {
    noun: "session_event",
    title: "Words",
    read: () => ({ kind: "words", words: area.value.trim() }),
    words: (fields) => fields.words,
    check: (fields) => (fields.words ? {} : { words: "Write something first." }),
    says: (errors) => Object.values(errors),
    fill(values) {
      area.value = values.words ?? "";
      grow();
      room.views.pane("words");
    },
    clear() {
      area.value = "";
      grow();
    },
    done: () => area.focus({ preventScroll: true }),
  });
  area.addEventListener("input", grow);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    entry.submit();
  });
  return { entry, noun: "session_event", focus: () => area.focus({ preventScroll: true }) };
}
