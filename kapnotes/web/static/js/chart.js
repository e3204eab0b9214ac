/* Reading one value of a drawn chart, by pointer or by arrow keys. */

const IDLE = "Point at a reading, or move between them with the arrow keys.";
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function start(page) {
  for (const chart of page.querySelectorAll("[data-chart]")) read(chart);
}

function read(chart) {
  const spots = [...chart.querySelectorAll(".chart-spot")];
  const reading = chart.querySelector("[data-chart-reading]");
  if (!spots.length || !reading) return;
  reading.textContent = IDLE;

  const say = (spot) => {
    reading.classList.add("chart-reading-value");
    reading.textContent = spot.dataset.words;
  };
  spots.forEach((spot, index) => {
    // One stop for the whole chart; the arrow keys move within it. The spot's own name is read
    // out on focus, so the line below is for the eye.
    spot.setAttribute("tabindex", index === 0 ? "0" : "-1");
    spot.addEventListener("pointerenter", () => say(spot));
    spot.addEventListener("focus", () => say(spot));
    spot.addEventListener("keydown", (event) => {
      const next = spots[index + (STEPS[event.key] ?? NaN)];
      if (!next) return;
      event.preventDefault();
      spot.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}
