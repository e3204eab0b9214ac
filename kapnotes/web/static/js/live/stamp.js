/* When something was: now, some minutes ago, or at a time of the day. */

import { make, write } from "./node.js";

const HALF_DAY = 12 * 3600000;

let count = 0;

/* Put the parts of a stamp into its place. */
function build(root) {
  count += 1;
  root.append(document.getElementById("live-stamp").content.cloneNode(true));
  const find = (mark) => root.querySelector(`[data-stamp-${mark}]`);
  const label = find("label");
  label.textContent = `${root.dataset.stamp}: `;
  label.className = "stampSeen" in root.dataset ? "" : "heard";
  find("choices").id = `live-stamp-${count}`;
  find("open").setAttribute("aria-controls", `live-stamp-${count}`);
  find("at").id = `live-stamp-${count}-at`;
  root.querySelector("label").htmlFor = `live-stamp-${count}-at`;
}

export function stampOf(room, root) {
  build(root);
  const open = root.querySelector("[data-stamp-open]");
  const choices = root.querySelector("[data-stamp-choices]");
  const words = root.querySelector("[data-stamp-words]");
  const exact = root.querySelector("[data-stamp-at]");
  const wrong = root.querySelector("[data-stamp-wrong]");
  let chosen = null;
  let usual = null;

  const show = (isOpen) => {
    choices.hidden = !isOpen;
    open.setAttribute("aria-expanded", String(isOpen));
  };
  const say = () => {
    const ago = chosen === null ? 0 : Math.round((room.clock.now() - chosen) / 60000);
    const near = ago > 0 && ago < 60 ? ` (${ago} min ago)` : "";
    write(words, chosen === null ? "Now" : `At ${room.clock.clock(chosen)}${near}`);
    root.toggleAttribute("data-stamped", chosen !== null);
    wrong.hidden = true;
  };
  const set = (at) => {
    chosen = at;
    if (at === null) exact.value = "";
    say();
  };

  open.addEventListener("click", () => show(choices.hidden));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === exact) {
      event.preventDefault();
      show(false);
      open.focus();
    }
    if (event.key !== "Escape" || choices.hidden) return;
    event.stopPropagation();
    show(false);
    open.focus();
  });
  for (const button of root.querySelectorAll("[data-stamp-ago]")) {
    button.addEventListener("click", () => {
      const minutes = Number(button.dataset.stampAgo);
      set(minutes ? room.clock.now() - minutes * 60000 : null);
      show(false);
      open.focus();
    });
  }
  exact.addEventListener("input", () => {
    if (!exact.value) return;
    const at = room.clock.recent(exact.value);
    if (room.clock.now() - at > HALF_DAY) {
      wrong.hidden = false;
      write(wrong, `${exact.value} has not come yet.`);
      return;
    }
    set(at);
  });

  return {
    /* {at, isNow, segment}: a stamp of now may be mended later, a chosen one stands. */
    read: () => ({ at: chosen ?? room.clock.stamp(), isNow: chosen === null, segment: room.clock.segment }),
    /* What it goes back to: now, or the time of the row that is corrected. */
    rest(at = null) {
      usual = at;
      set(usual);
      show(false);
    },
    set,
    reset() {
      set(usual);
      show(false);
    },
  };
}

/* A stamp that is made while the page runs. */
export function newStamp(room) {
  const root = make("div", { class: "stamp", "data-stamp": "Time", "data-stamp-seen": true });
  return { root, stamp: stampOf(room, root) };
}
