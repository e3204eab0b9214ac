/* Questions that depend on others: shown and hidden as the answers change. What stands in a
   hidden question stays in it. The server decides again; this only spares the reader. */

const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

function comparable(text) {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed.replace(",", ".")) : trimmed;
}

function answers(form, name) {
  const found = form.elements.namedItem(name);
  if (!found) return [];
  const controls = found instanceof RadioNodeList ? [...found] : [found];
  return controls
    .filter((control) => !control.closest("[data-when][hidden]"))
    .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
    .map((control) => control.value)
    .filter((value) => value.trim() !== "");
}

function compare(operator, value, wanted) {
  const left = comparable(value);
  const right = comparable(wanted);
  switch (operator) {
    case "=":
      return left === right;
    case ">":
      return left > right;
    case "<":
      return left < right;
    case ">=":
      return left >= right;
    case "<=":
      return left <= right;
    default:
      return false;
  }
}

export function holds(form, { name, op, value }) {
  const given = answers(form, name);
  if (op === "exists") return given.length > 0 === (String(value) !== "false");
  if (op === "!=") return given.length > 0 && given.every((one) => !compare("=", one, String(value)));
  return given.some((one) => compare(op, one, String(value)));
}

function look(form) {
  const fields = [...form.querySelectorAll("[data-when]")];
  // A question shown may show another: at most as many rounds as there are questions.
  for (let round = 0; round <= fields.length; round += 1) {
    let moved = false;
    for (const field of fields) {
      const { any, when } = JSON.parse(field.dataset.when);
      const tests = when.map((condition) => holds(form, condition));
      const shown = any ? tests.some(Boolean) : tests.every(Boolean);
      if (field.hidden === shown) {
        field.hidden = !shown;
        moved = true;
      }
    }
    if (!moved) return;
  }
}

export function start(page) {
  for (const form of page.querySelectorAll("form:has([data-when], [data-rows])")) {
    form.addEventListener("input", () => look(form));
    form.addEventListener("change", () => look(form));
    look(form);
  }
}
