/* What stands in a form: as a body to send, and in words to compare. */

const NOT_ANSWERS = new Set(["csrf_token", "_version"]);

/* Every answer as it would be posted, without the token and the version. */
export function body(form) {
  const answers = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!NOT_ANSWERS.has(name)) answers.append(name, value);
  }
  return answers;
}

/* The same in a form to compare: blanks do not count. */
export function substance(answers) {
  const lines = [...answers]
    .filter(([, value]) => value.trim() !== "")
    .map(([name, value]) => `${name}=${value.replaceAll("\r\n", "\n")}`);
  return lines.sort().join("\0");
}

function label(control) {
  const name = control.name.split("~")[0];
  const field = control.closest(`[data-field="${CSS.escape(name)}"]`);
  const own = field?.querySelector(".field-label")?.cloneNode(true);
  for (const extra of own?.querySelectorAll(".field-needed, .heard") ?? []) extra.remove();
  const row = control.closest("[data-row]")?.getAttribute("aria-label");
  return [row, own?.textContent.trim() || name].filter(Boolean).join(": ");
}

function words(control) {
  if (control.type === "radio" || control.type === "checkbox") {
    return control.checked ? (control.closest("label")?.textContent.trim() ?? control.value) : "";
  }
  if (control.type === "select-one") {
    return control.value ? control.selectedOptions[0].textContent : "";
  }
  return control.value;
}

/* Each name of the form with its label and its answer as a person reads it. */
export function readings(form) {
  const found = new Map();
  for (const control of form.elements) {
    if (!control.name || control.type === "hidden" || control.type === "submit") continue;
    const reading = found.get(control.name) ?? { label: label(control), words: [] };
    const said = words(control);
    if (said.trim()) reading.words.push(said);
    found.set(control.name, reading);
  }
  return found;
}

/* A form element around HTML that came from the server. It is only read, never shown. */
export function formOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const found = page.querySelector("form");
  if (found) return found;
  const form = page.createElement("form");
  form.append(...page.body.childNodes);
  page.body.append(form);
  return form;
}
