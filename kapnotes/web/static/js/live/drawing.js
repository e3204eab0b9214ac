/* The chart, drawn anew by the server when what it shows has changed. */

import { start } from "../chart.js";

const NOT_OFTENER = 4000;
const NOUNS = ["vitals", "dose", "adverse_event"];

export function drawing(room, place) {
  let timer = 0;
  let last = -Infinity;
  let isStale = false;

  async function draw() {
    timer = 0;
    // Who reads a value keeps it; the chart is drawn anew when they leave it.
    if (place.contains(document.activeElement) || document.hidden) return;
    isStale = false;
    last = performance.now();
    const html = await room.line.drawing();
    if (html === null) {
      isStale = true;
      return;
    }
    const left = place.querySelector(".chart-scroll")?.scrollLeft ?? 0;
    place.innerHTML = html;
    start(place);
    const scroll = place.querySelector(".chart-scroll");
    if (scroll) scroll.scrollLeft = left;
  }

  function soon() {
    if (!isStale || timer || room.line.state !== "up") return;
    timer = setTimeout(draw, Math.max(150, last + NOT_OFTENER - performance.now()));
  }

  place.addEventListener("focusout", soon);
  document.addEventListener("visibilitychange", soon);

  return {
    /* Something was entered or changed. */
    touch(nouns) {
      isStale ||= NOUNS.some((noun) => nouns.has(noun));
      soon();
    },
    update: soon,
  };
}
