/* A scale in the patient's hands: each answer is kept as it is given. Nothing stays in the browser. */

const SOON = 400;
const AGAIN = 4000;
const form = document.querySelector("form[data-handed]");
const line = document.querySelector("[data-handed-line]");

function body() {
  const answers = new URLSearchParams(new FormData(form));
  answers.delete("csrf_token");
  return answers;
}

let kept = body().toString();
let timer = 0;
let flight = null;
let over = false;

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function save() {
  if (over) return;
  if (flight) {
    later(SOON);
    return;
  }
  const answers = body();
  const text = answers.toString();
  if (text === kept) return;
  flight = fetch(form.action, {
    method: "PUT",
    body: answers,
    headers: { "X-CSRFToken": form.elements.namedItem("csrf_token").value },
    keepalive: text.length < 60000,
  });
  try {
    const answer = await flight;
    if (answer.ok) {
      kept = text;
      form.elements.namedItem("csrf_token").value = (await answer.json()).csrf;
      line.textContent = "Your answers are kept.";
    } else if (answer.status === 404) {
      location.reload();
    } else {
      line.textContent = "Not kept yet. Trying again.";
      later(AGAIN);
    }
  } catch {
    line.textContent = "Not kept yet: no connection. Trying again.";
    later(AGAIN);
  } finally {
    flight = null;
  }
}

form.addEventListener("input", () => later(SOON));
form.addEventListener("change", () => later(0));
form.addEventListener("submit", () => {
  over = true;
  clearTimeout(timer);
});
/* A page that the browser kept would show answers after it was given back. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
