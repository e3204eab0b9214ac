/* What the plan comes to at this weight, said above the dose given. It fills nothing in. */

function figure(field) {
  const text = field.value.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
}

export function start(page) {
  const form = page.querySelector("[data-dose-hint]");
  const [planned, weight, given] = ["planned_mg_per_kg", "weight_kg", "mg"].map((name) =>
    page.getElementById(`f-${name}`),
  );
  const hint = page.createElement("p");
  hint.className = "field-help";
  hint.id = "f-mg-plan";
  hint.setAttribute("role", "status");
  given.closest(".with-unit").before(hint);
  given.setAttribute(
    "aria-describedby",
    `${given.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim(),
  );

  function say() {
    const mg = figure(planned) * figure(weight);
    hint.hidden = !(mg > 0);
    hint.textContent = mg > 0 ? `The plan comes to ${Number(mg.toFixed(3))} mg.` : "";
  }

  form.addEventListener("input", say);
  say();
}
