/* Vitals by number pad. The keys on the page and those of a keyboard do the same: digits fill a
   value, a value that can hold no more leads to the next, Enter or Save ends it. */

import { entryForm } from "./entry.js";
import { untap } from "./fields.js";
import { write } from "./node.js";

const CHIPS = ["Measured twice", "Measured by hand", "Known for this patient"];
const UNITS = { spo2: " %" };
const WORDS = {
  heart_rate: "heart rate",
  spo2: "SpO₂",
  respiratory_rate: "breaths",
  sedation: "sedation",
  distress: "distress",
  nausea: "nausea",
};

/* One line for the log, as the server would have it. */
function inWords(fields) {
  const parts = fields.systolic ? [`${fields.systolic}/${fields.diastolic} mmHg`] : [];
  for (const [name, words] of Object.entries(WORDS)) {
    if (fields[name]) parts.push(`${words} ${fields[name]}${UNITS[name] ?? ""}`);
  }
  return [...parts, fields.comment].filter(Boolean).join(", ");
}

export function pad(room, form) {
  const inputs = [...form.querySelectorAll(".pad-input")];
  const scales = [...form.querySelectorAll("[data-scale]")];
  const steps = [...inputs, ...scales];
  const comment = form.elements.comment;
  let active = inputs[0];

  const nameOf = (step) => step.name || step.dataset.scale;
  const chosen = (scale) => scale.querySelector("input:checked");
  const valueOf = (step) => (step.matches("input") ? step.value : (chosen(step)?.value ?? ""));

  function impossible(input) {
    const { least, most, words } = input.dataset;
    if (!input.value) return "";
    const isWithin = /^\d+$/.test(input.value) && +input.value >= +least && +input.value <= +most;
    return isWithin ? "" : `${words} lies between ${least} and ${most}.`;
  }

  /* Whether one more digit could still make a value that can be true. */
  function isFull(text, most) {
    return text !== "" && (Number(text) === 0 || Number(text) * 10 > most);
  }

  function focus(step) {
    active = step;
    const target = step.matches("input") ? step : (chosen(step) ?? step.querySelector("input"));
    target.focus({ preventScroll: true });
    if (step.matches("input")) step.select();
    if (step.getBoundingClientRect().bottom > innerHeight) step.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const next = steps[steps.indexOf(active) + by];
    if (next) focus(next);
  }

  function mark(input) {
    const sentence = impossible(input);
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return sentence;
  }

  function say(sentence) {
    entry.refused({ sentence });
  }

  /* After a digit: lead on, or say at once that this cannot be. */
  function typed(input) {
    if (!isFull(input.value, Number(input.dataset.most))) return;
    const sentence = mark(input);
    if (sentence) {
      say(sentence);
      input.select();
    } else move(1);
  }

  function set(scale, value) {
    const radio = scale.querySelector(`input[value="${value}"]`);
    if (!radio) return false;
    radio.checked = true;
    return true;
  }

  function digit(key) {
    if (!active.matches("input")) {
      // The row of the scale has a 10 of its own, so on the pad a 1 is a 1.
      if (set(active, key)) move(1);
      return;
    }
    const whole = active.selectionStart === 0 && active.selectionEnd === active.value.length;
    if (!whole && active.value.length > 2) return;
    active.value = whole ? key : active.value + key;
    active.setSelectionRange(active.value.length, active.value.length);
    active.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function back() {
    if (!active.matches("input")) {
      if (chosen(active)) chosen(active).checked = false;
      else move(-1);
    } else if (active.value) {
      active.value = active.value.slice(0, -1);
      active.setSelectionRange(active.value.length, active.value.length);
      active.dispatchEvent(new Event("input", { bubbles: true }));
    } else move(-1);
  }

  function wipe() {
    if (active.matches("input")) {
      active.value = "";
      active.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (chosen(active)) chosen(active).checked = false;
    focus(active);
  }

  function clear() {
    for (const input of inputs) {
      input.value = "";
      input.removeAttribute("aria-invalid");
    }
    for (const scale of scales) {
      if (chosen(scale)) chosen(scale).checked = false;
    }
    comment.value = "";
    [active] = inputs;
  }

  function check(fields) {
    const wrong = {};
    for (const input of inputs) {
      const sentence = mark(input);
      if (sentence) wrong[input.name] = sentence;
    }
    if (Object.keys(wrong).length) return wrong;
    const { systolic, diastolic } = fields;
    if (!Object.values(fields).some(Boolean)) return { systolic: "Enter at least one reading." };
    if (Boolean(systolic) !== Boolean(diastolic)) {
      return { [systolic ? "diastolic" : "systolic"]: "Enter both pressures, or neither." };
    }
    if (systolic && Number(diastolic) >= Number(systolic)) {
      return { diastolic: "Diastolic is not below systolic." };
    }
    return {};
  }

  const entry = entryForm(room, form, {
    noun: "vitals",
    title: "Vitals",
    chips: CHIPS,
    words: inWords,
    check,
    clear,
    read: () => ({
      ...Object.fromEntries(steps.map((step) => [nameOf(step), valueOf(step)])),
      comment: comment.value.trim(),
    }),
    fill(values) {
      for (const input of inputs) input.value = values[input.name] ?? "";
      for (const scale of scales) {
        clearScale(scale);
        if (values[scale.dataset.scale]) set(scale, values[scale.dataset.scale]);
      }
      comment.value = values.comment ?? "";
      form.querySelector(".pad-more").open = Boolean(comment.value);
      room.views.pane("vitals");
      focus(inputs[0]);
    },
    says(errors) {
      const wrong = inputs.filter((input) => errors[input.name]);
      for (const input of wrong) input.setAttribute("aria-invalid", "true");
      if (wrong.length) focus(wrong[0]);
      return Object.values(errors);
    },
    done: () => room.views.rest("vitals"),
  });

  function clearScale(scale) {
    if (chosen(scale)) chosen(scale).checked = false;
  }

  form.addEventListener("focusin", (event) => {
    const step = event.target.closest(".pad-input, [data-scale]");
    if (step) active = step;
    for (const one of steps) one.closest("[data-field]").toggleAttribute("data-active", one === active);
  });
  for (const input of inputs) {
    input.addEventListener("input", () => {
      const digits = input.value.replace(/\D/g, "").replace(/^0+/, "").slice(0, 3);
      if (digits !== input.value) input.value = digits;
      input.removeAttribute("aria-invalid");
      entry.calm();
      typed(input);
    });
    input.addEventListener("blur", () => {
      const sentence = form.contains(document.activeElement) || !input.value ? "" : mark(input);
      if (sentence) input.setAttribute("aria-invalid", "true");
    });
  }
  form.addEventListener("keydown", (event) => {
    const scale = event.target.closest("[data-scale]");
    if (event.key === "Backspace" && event.target.matches(".pad-input") && !event.target.value) {
      event.preventDefault();
      move(-1);
    } else if (scale && /^\d$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      typeInto(scale, event.key);
    } else if (scale && ["Backspace", "Delete"].includes(event.key)) {
      event.preventDefault();
      back();
    }
  });

  /* A keyboard has no 10: a 1 waits for its 0 or for what comes next. */
  function typeInto(scale, key) {
    const most = scale.querySelectorAll("input").length - 1;
    const before = chosen(scale)?.value;
    const text = before === "1" && key === "0" && most === 10 ? "10" : key;
    if (!set(scale, text)) return;
    if (isFull(text, most)) move(1);
    else chosen(scale).focus({ preventScroll: true });
  }

  // What is pressed on the page leaves the focus where it is typed.
  const keys = form.querySelector("[data-pad-keys]");
  keys.addEventListener("pointerdown", (event) => {
    if (event.target.closest("[data-pad-key]")) event.preventDefault();
  });
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("[data-pad-key]")?.dataset.padKey;
    if (!key) return;
    if (!form.contains(document.activeElement) || !active.contains(document.activeElement)) focus(active);
    if (key === "back") back();
    else if (key === "clear") wipe();
    else if (key === "next") move(1);
    else digit(key);
  });
  untap(form);

  return {
    entry,
    noun: "vitals",
    focus: () => focus(active),
    /* Under each value what it was before the dose, and last. */
    update() {
      const { baseline, last } = room.figures.vitals();
      for (const hint of form.querySelectorAll("[data-pad-last]")) {
        const name = hint.dataset.padLast;
        hint.dataset.unit ??= hint.textContent;
        const newest = last?.values[name];
        const first = last === baseline ? "" : baseline?.values[name];
        write(hint, newest || hint.dataset.unit);
        write(hint.previousElementSibling, newest && first ? `${first} → ` : "");
      }
    },
  };
}
