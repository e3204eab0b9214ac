/* A radio button cannot be unpressed; these buttons take an answer back. */

function look(field) {
  const button = field.querySelector("[data-clear]");
  if (button) button.hidden = !field.querySelector("input[type=radio]:checked");
}

export function start(page) {
  for (const field of page.querySelectorAll("[data-field]:has(> fieldset)")) look(field);
  page.addEventListener("change", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) look(field);
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    const field = button.closest("[data-field]");
    const chosen = field.querySelector("input[type=radio]:checked");
    if (!chosen) return;
    chosen.checked = false;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    field.querySelector("input[type=radio]").focus();
  });
}
