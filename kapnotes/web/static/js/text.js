/* Text areas: as tall as their text, and a count of what is left when little is. */

const NEAR = 0.9;

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

function count(area) {
  const limit = Number(area.dataset.max);
  const line = area.parentElement.querySelector("[data-count]");
  if (!limit || !line) return;
  // A string's length is never below its number of characters, so far from the limit it will do.
  if (area.value.length < limit * NEAR) {
    line.hidden = true;
    return;
  }
  const left = limit - [...area.value].length;
  line.hidden = left > limit * (1 - NEAR);
  line.classList.toggle("count-over", left < 0);
  const figure = Math.abs(left).toLocaleString("en");
  line.textContent =
    left < 0 ? `${figure} characters too many: please shorten` : `${figure} characters left`;
}

export function start(page) {
  const look = (area) => {
    grow(area);
    count(area);
  };
  for (const area of page.querySelectorAll("textarea[data-text]")) look(area);
  page.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-text]")) look(event.target);
  });
}
