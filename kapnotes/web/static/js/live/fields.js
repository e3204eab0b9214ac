/* What stands in a record's form: read as it is posted, filled from a row, marked where wrong. */

import { icon, make } from "./node.js";

const isMoment = (control) => control.classList.contains("input-moment");

function controls(form) {
  return [...form.elements].filter(
    (control) => control.name && control.closest("[data-field]") && control.type !== "submit",
  );
}

/* Name to text; times as instants; what its question hides is left out. */
export function read(form, clock) {
  const found = {};
  for (const control of controls(form)) {
    if (control.closest("[data-field][hidden]")) continue;
    if (control.type === "radio") {
      found[control.name] ??= "";
      if (control.checked) found[control.name] = control.value;
    } else if (isMoment(control) && control.value) {
      const at = clock.instant(control.value);
      found[control.name] = Number.isNaN(at) ? control.value : new Date(at).toISOString();
    } else found[control.name] = control.value.trim();
  }
  return found;
}

/* The text of one control as a row has it. */
function shown(control, value, clock) {
  if (!value) return "";
  return isMoment(control) && value.endsWith("Z") ? clock.wall(Date.parse(value)) : value;
}

/* Fill the named controls, or all of them, and let the page's other scripts see it. */
export function fill(form, values, clock, names = null) {
  for (const control of controls(form)) {
    if (names && !names.has(control.name)) continue;
    const value = values[control.name] ?? "";
    if (control.type === "radio") control.checked = control.value === value;
    else control.value = shown(control, value, clock);
  }
  for (const field of form.querySelectorAll("[data-field]")) {
    field.querySelector("input, select, textarea")?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/* Say beside each field what is wrong; returns the sentences that found no field. */
export function mark(form, errors) {
  const left = [];
  let first = null;
  for (const [name, sentence] of Object.entries(errors)) {
    const field = form.querySelector(`[data-field="${CSS.escape(name)}"]:not([hidden])`);
    const label = field?.querySelector(".field-label");
    const control = field?.querySelector("input, select, textarea");
    if (!label || !control) {
      left.push(sentence);
      continue;
    }
    const id = `${control.id}-wrong`;
    const marks = { class: "field-error", id, "data-wrong": true };
    label.after(make("p", marks, icon("alert"), make("span", {}, sentence)));
    field.classList.add("field-wrong");
    control.setAttribute("aria-invalid", "true");
    control.dataset.described = control.getAttribute("aria-describedby") ?? "";
    control.setAttribute("aria-describedby", `${control.dataset.described} ${id}`.trim());
    field.closest("details")?.setAttribute("open", "");
    first ??= control;
  }
  first?.focus();
  return left;
}

export function unmark(form) {
  for (const said of form.querySelectorAll("[data-wrong]")) said.remove();
  for (const field of form.querySelectorAll(".field-wrong")) field.classList.remove("field-wrong");
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    if (control.dataset.described) control.setAttribute("aria-describedby", control.dataset.described);
    else if (control.dataset.described === "") control.removeAttribute("aria-describedby");
    delete control.dataset.described;
  }
}

/* A second tap on the chosen answer of a question takes it back. */
export function untap(form) {
  let was = null;
  form.addEventListener("pointerdown", (event) => {
    was = event.target.closest("label")?.querySelector("input[type=radio]:checked") ?? null;
  });
  form.addEventListener("click", (event) => {
    if (event.target === was) {
      was.checked = false;
      was.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.target.matches("input")) was = null;
  });
}

/* A number as a person writes it, or NaN. */
export function number(text) {
  const plain = String(text ?? "").trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
}

/* A number without needless zeros, to so many places. */
export function figure(value, places = 3) {
  return String(Number(value.toFixed(places)));
}
