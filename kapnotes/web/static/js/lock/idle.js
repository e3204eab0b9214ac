/* Whether somebody is there. What people do counts, in any window of this browser; what a page does
   by itself does not. Twice a minute, while somebody is there, the server is told. */

const SECOND = 1000;
const REPORT = 30 * SECOND;
/* No pointer that is merely moved over: a browser says that too when the page moves below it. */
const TOUCHES = ["pointerdown", "keydown", "input", "wheel", "touchmove"];

let watched = null;

/* For how many seconds nobody has done anything here, as a request says it; "" where none watches. */
export function idleSeconds() {
  return watched ? String(Math.round(watched.since / SECOND)) : "";
}

export class Idle {
  #limit;
  #margin;
  #at = Date.now();
  #ran = performance.now();
  #reported = 0;
  #isTold = false;
  #channel;

  /* `seconds`: the server's limit. This page locks a little sooner, so that it still may save. */
  constructor({ seconds, channel, report }) {
    this.#limit = seconds * SECOND;
    this.#margin = Math.min(10 * SECOND, this.#limit / 6);
    this.#channel = channel;
    this.report = report;
  }

  watch(page) {
    watched = this;
    for (const name of TOUCHES) {
      page.addEventListener(name, (event) => event.isTrusted && this.touch(), {
        passive: true,
        capture: true,
      });
    }
    this.#reported = Date.now();
  }

  /* Somebody did something, here or in another window. */
  touch(isHere = true) {
    const now = Date.now();
    if (isHere && now - this.#at > SECOND) this.#channel?.postMessage("input");
    this.#at = now;
    this.#ran = performance.now();
    if (isHere) this.#isTold = false;
  }

  /* How long nobody was there; a clock that was turned back does not make it less. */
  get since() {
    return Math.max(Date.now() - this.#at, performance.now() - this.#ran);
  }

  get isOver() {
    return this.since >= this.#limit - this.#margin;
  }

  /* The server knows better how long is left, from another window or device. */
  learn(left) {
    this.#at = Date.now() - Math.max(0, this.#limit - left * SECOND);
    this.#ran = performance.now() - Math.max(0, this.#limit - left * SECOND);
  }

  /* Tell the server if there is something to tell. */
  tick() {
    const now = Date.now();
    if (this.#isTold || Math.abs(now - this.#reported) < REPORT || !navigator.onLine) return;
    this.#reported = now;
    this.#isTold = true;
    this.report(Math.round(this.since / SECOND));
  }
}
