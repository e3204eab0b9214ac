/* What people entered, on its way to the server: in order, each until it was answered.
   It lives in this page's memory and nowhere else. */

const HOLD = 1500;
const ENTERED = ["fields", "title", "words", "reason", "why", "answer"];

/* A name for a post by which the server knows it again. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Queue {
  #posts = [];
  #busy = false;
  #deliver;
  #rowOf;
  #changed;
  #hidden = [];

  /* `deliver(post)` resolves to {status, answer}, or to null while the line is down. */
  constructor({ deliver, rowOf, changed }) {
    this.#deliver = deliver;
    this.#rowOf = rowOf;
    this.#changed = changed;
  }

  get all() {
    return this.#posts;
  }

  get waiting() {
    return this.#posts.filter((post) => post.state !== "aside");
  }

  get aside() {
    return this.#posts.filter((post) => post.state === "aside");
  }

  /* Put a post in the row. A post is {key, act, noun, at, fields, title, words}, with `row` or
     `after` (the key of the post whose row it is about), `reason` and `why`. */
  add(post) {
    post.state = "waiting";
    post.outcome = new Promise((resolve) => {
      post.settle = resolve;
    });
    this.#posts.push(post);
    this.#changed();
    this.run();
    return post;
  }

  /* The same for a form that keeps what was typed until it is answered, or until it has waited
     long enough. Resolves to {saved}, {refused} or {waiting}. */
  async hold(post) {
    post.isHeld = true;
    this.add(post);
    let timer;
    const patience = new Promise((resolve) => {
      post.release = () => resolve({ waiting: post });
      timer = setTimeout(post.release, HOLD);
    });
    const outcome = await Promise.race([post.outcome, patience]);
    clearTimeout(timer);
    post.isHeld = false;
    if (outcome.waiting) this.#changed();
    return outcome;
  }

  /* The line is down: no form waits for it. */
  release() {
    for (const post of this.#posts) post.release?.();
  }

  /* Take a post out: its form has it again, or a person gave it up. */
  remove(post) {
    const later = this.#posts.filter((one) => one.after === post.key);
    this.#posts = this.#posts.filter((one) => one !== post);
    for (const one of later) this.remove(one);
    this.#changed();
  }

  /* Take a post out of the row to change it; those that follow it stay. */
  take(post) {
    this.#posts = this.#posts.filter((one) => one !== post);
    this.#changed();
  }

  /* The device had slept: move what was stamped meanwhile. */
  shift(segment, by) {
    for (const post of this.#posts) {
      if (post.segment === segment && post.isNow) post.at += by;
    }
  }

  /* What people entered, taken out while the page is locked. */
  hide() {
    this.#hidden = [...this.#posts];
    return this.#hidden.map((post) => {
      const kept = Object.fromEntries(ENTERED.map((name) => [name, post[name]]));
      Object.assign(post, Object.fromEntries(ENTERED.map((name) => [name, undefined])), { fields: {} });
      return kept;
    });
  }

  show(kept) {
    this.#hidden.forEach((post, at) => Object.assign(post, kept[at]));
    this.#hidden = [];
  }

  async run() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let post = this.#next(); post; post = this.#next()) {
        post.state = "sending";
        const result = await this.#deliver(post);
        post.state = "waiting";
        if (!result) {
          this.release();
          break;
        }
        this.#judge(post, result);
      }
    } finally {
      this.#busy = false;
    }
  }

  #next() {
    return this.#posts.find((post) => post.state === "waiting" && this.#isReady(post));
  }

  #isReady(post) {
    if (!post.after) return true;
    const row = this.#rowOf(post.after);
    if (row) post.row = row.id;
    return Boolean(row) && !this.#posts.some((one) => one.key === post.after);
  }

  #judge(post, { status, answer }) {
    const isSaved = status === 200 || status === 201;
    if (isSaved || post.isHeld) this.#posts = this.#posts.filter((one) => one !== post);
    else Object.assign(post, { state: "aside", answer });
    post.settle(isSaved ? { saved: answer.entry } : { refused: answer });
    this.#changed();
  }
}
