/* The line to the server: what is new is asked for by one timer, what waits is sent, and how it
   stands is always known: up, down, out (signed out), other (somebody else signed in), gone, and
   locked with its page. */

import { idleSeconds } from "../lock/idle.js";
import { pageOf } from "./node.js";

const QUICK = 1500;
const SLOW = 5000;
const PATIENCE = 10000;
const CLOSED = new Set(["out", "other", "gone", "locked"]);

export class Line {
  #room;
  #address;
  #timer = 0;
  #asking = false;
  #failures = 0;
  #touched = false;

  state = "up";

  constructor(room) {
    this.#room = room;
    this.#address = `/infusions/${room.root.dataset.infusion}/session`;
  }

  start() {
    const touch = () => {
      this.#touched = true;
    };
    for (const event of ["pointerdown", "keydown", "input"]) {
      document.addEventListener(event, touch, { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.poll();
    });
    window.addEventListener("online", () => this.poll());
    window.addEventListener("offline", () => this.#stand("down"));
    this.#later();
  }

  /* Ask what is new, now. */
  async poll() {
    if (this.#asking || CLOSED.has(this.state)) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const input = this.#touched ? "&input=1" : "";
    this.#touched = false;
    const query = `?after=${this.#room.session.cursor}${input}`;
    const result = await this.#ask(`${this.#address}/entries${query}`, {});
    if (!result && input) this.#touched = true;
    if (result?.status === 200) {
      this.#stand("up");
      this.#room.merge(result.answer);
      this.#room.risk.heard(result.answer.risk);
      this.#room.queue.run();
    } else if (result && [403, 404].includes(result.status)) this.#stand("gone");
    this.#asking = false;
    this.#later();
  }

  /* Send one post; null while it cannot be known to have arrived. */
  async deliver(post) {
    if (CLOSED.has(this.state)) return null;
    const body = new URLSearchParams({
      ...post.fields,
      key: post.key,
      act: post.act,
      noun: post.noun,
      row: post.row ?? "",
      observed_at: new Date(post.at).toISOString(),
    });
    if (post.reason) body.set("_reason", post.reason);
    if (post.why) body.set("_why", post.why);
    const options = { method: "POST", body };
    let result = await this.#ask(`${this.#address}/entries`, options);
    if (result?.status === 400) {
      if ((await this.renew()) !== "up") return null;
      result = await this.#ask(`${this.#address}/entries`, options);
    }
    if (!result) return null;
    this.#stand("up");
    const { status, answer } = result;
    if (status === 200 || status === 201) {
      this.#room.merge({ entries: [answer.entry], status: answer.status, now: answer.now });
    }
    if (status === 409) {
      // What stands in the way may be news: a signature is no entry, so no poll tells of it.
      const whole = await this.#ask(`${this.#address}/entries?after=0`, {});
      if (whole?.status === 200) this.#room.merge(whole.answer);
    }
    if (!answer.sentence && [400, 403, 404, 413].includes(status)) {
      answer.sentence = { 403: "This is not yours to record.", 413: "This is too long to keep." }[status]
        ?? "The server did not take this. Copy it before you close the page.";
    }
    return result;
  }

  /* Post one of the page's own small forms; resolves to whether the server did it. */
  async press(form) {
    const response = await this.#fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
    });
    if (response?.type === "opaqueredirect" || response?.ok) {
      await this.poll();
      return "";
    }
    if (!response) return "There is no connection. Nothing was changed; try again.";
    if (response.status === 400 && (await this.renew()) === "up") return this.press(form);
    const page = pageOf(await response.text());
    return page.querySelector(".lead, main p")?.textContent.trim() || "This could not be done now.";
  }

  /* The chart's drawing as it stands, or null. */
  async drawing() {
    const response = await this.#fetch(`${this.#address}/chart`, {});
    return response?.ok ? response.text() : null;
  }

  /* What holds the session as it stands, or null. */
  async risk() {
    const response = await this.#fetch(`${this.#address}/risk`, {});
    return response?.ok ? response.text() : null;
  }

  /* A new token for this page, if the same person is signed in as before. */
  async renew() {
    const response = await this.#fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!response) this.#stand("down");
    else if (response.type === "opaqueredirect" || response.status === 401) await this.#out(response);
    else if (!response.ok) this.#stand("gone");
    else {
      const page = pageOf(await response.text());
      const isSame = page.querySelector("[data-live]")?.dataset.me === this.#room.me;
      if (isSame) this.#setToken(page.querySelector("input[name=csrf_token]").value);
      this.#stand(isSame ? "up" : "other");
    }
    return this.state;
  }

  #setToken(token) {
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = token;
  }

  async #fetch(address, options) {
    try {
      return await fetch(address, {
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
        ...options,
        headers: {
          Accept: "application/json",
          "X-Idle": idleSeconds(),
          "X-CSRFToken": document.querySelector("input[name=csrf_token]")?.value ?? "",
          ...options.headers,
        },
      });
    } catch {
      return null;
    }
  }

  async #ask(address, options) {
    const asked = performance.now();
    const response = await this.#fetch(address, options);
    if (!response || response.status >= 500 || response.status === 429) {
      this.#failures += 1;
      if (this.#failures > 1 || options.method || !navigator.onLine) this.#stand("down");
      return null;
    }
    this.#failures = 0;
    if (response.status === 401 || response.type === "opaqueredirect") {
      await this.#out(response);
      return null;
    }
    const heard = performance.now();
    const answer = await response.json().catch(() => ({}));
    if (answer.now) this.#room.heard(answer.now, asked, heard);
    return { status: response.status, answer };
  }

  /* Nobody is signed in, or the screen is to be locked first. */
  async #out(response) {
    const { error } = await response.json().catch(() => ({}));
    if (this.state === "locked") return;
    if (error === "locked") document.dispatchEvent(new CustomEvent("kapnotes:shut"));
    this.#stand(error === "locked" ? "locked" : "out");
  }

  #stand(state) {
    if (this.state === "locked" && this.#room.isLocked) return;
    if (state !== "up") this.#room.queue.release();
    if (state === this.state) return;
    this.state = state;
    this.#room.changed();
  }

  #later() {
    clearTimeout(this.#timer);
    const isIdle = document.hidden && !this.#room.queue.waiting.length;
    if (isIdle || CLOSED.has(this.state)) return;
    const pause = this.state === "up" && !document.hidden ? QUICK : SLOW;
    this.#timer = setTimeout(() => this.poll(), pause);
  }

  /* The page is locked: nothing goes either way. */
  close() {
    this.#stand("locked");
    clearTimeout(this.#timer);
  }

  reopen() {
    this.state = "up";
    this.resume();
  }

  /* Signed in again. */
  resume() {
    this.#asking = false;
    this.poll();
  }
}
