/* The review by keyboard: single keys, never while somebody types, and off for who wants none.
   An element with data-key="c" is pressed by it; a field or a fold is gone to instead. */

const YEAR = 31536000;
const FIELDS = "input:not([type=hidden], [type=checkbox]), textarea, select";

function isOn(page) {
  return !/(?:^|; )keys=off(?:;|$)/.test(page.cookie);
}

function isTyping(element) {
  return element.matches?.(`${FIELDS}, [contenteditable]`) ?? false;
}

/* Go to the field of a part of the page, unfolding what it stands in. */
function enter(part) {
  const field = part.matches(FIELDS) ? part : part.querySelector(FIELDS);
  if (!field) return false;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
  field.focus();
  field.scrollIntoView({ block: "nearest" });
  return true;
}

function press(page, key) {
  const target = page.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  const here = page.activeElement?.closest("[data-review-section]");
  if (key === "r" && here && enter(here)) return true;
  if (!enter(target)) target.click();
  return true;
}

/* The sections of a note, or the lines of the queue, one after another. */
function move(page, step) {
  const places = [...page.querySelectorAll("[data-review-section], [data-row]")];
  if (!places.length) return false;
  const here = places.findIndex((place) => place.contains(page.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : places.length - 1) : here + step;
  const place = places[Math.min(Math.max(next, 0), places.length - 1)];
  const stop = place.matches("[data-row]") ? place.querySelector(".table-act a") : place;
  stop.focus({ preventScroll: true });
  place.scrollIntoView({ block: place.matches("[data-row]") ? "nearest" : "start" });
  return true;
}

/* Out of a field: back to the section that it stands in, or to the page. */
function leave(page, field) {
  const section = field.closest("[data-review-section]");
  field.blur();
  (section ?? page.querySelector("#main")).focus({ preventScroll: true });
}

function typed(page, event) {
  if (event.key === "Escape") {
    leave(page, event.target);
    event.preventDefault();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
}

function fitSwitch(page) {
  const bar = page.querySelector("[data-review-keys]");
  const button = bar.querySelector("[data-review-keys-switch]");
  const list = bar.querySelector("[data-review-keys-list]");
  const show = () => {
    button.setAttribute("aria-pressed", String(isOn(page)));
    button.textContent = isOn(page) ? "Turn these keys off" : "Turn single keys on";
    list.hidden = !isOn(page);
  };
  button.addEventListener("click", () => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = isOn(page) ? YEAR : 0;
    page.cookie = `keys=off; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    show();
  });
  bar.hidden = false;
  show();
}

export function start(page) {
  fitSwitch(page);
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || page.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      typed(page, event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !isOn(page)) return;
    const key = event.key.toLowerCase();
    const steps = { j: 1, k: -1 };
    if (key in steps ? move(page, steps[key]) : /^[a-z]$/.test(key) && press(page, key)) {
      event.preventDefault();
    }
  });
}
