/* What lies over a locked page: opaque, above everything, and nothing of the page in it. */

import { answer } from "../passkey.js";

const WORDS = {
  idle: "nobody was here for a while.",
  asked: "you locked this screen.",
  locked: "this screen is locked.",
};
const KEPT = "Your page comes back as it was.";

export class Cover {
  #page;
  #name;
  #hasCode;
  #on = {};
  #form;
  #before = [];

  constructor(page, { name, code }) {
    this.#page = page;
    this.#name = name;
    this.#hasCode = code;
    const stock = page.getElementById("lock-overlay");
    this.root = stock.content.firstElementChild.cloneNode(true);
    this.#form = this.#find("form");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.#send();
    });
    // What is typed here is no shortcut of the page below.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.#find("passkey")
      ?.querySelector("button")
      .addEventListener("click", () => this.#busy(() => this.#usePasskey()));
    this.#find("back").addEventListener("click", () => this.#busy(() => this.#on.back()));
  }

  #find(name) {
    return this.root.querySelector(`[data-lock-${name}]`);
  }

  on(acts) {
    this.#on = acts;
  }

  token() {
    return this.#form.elements.csrf_token.value;
  }

  setToken(token) {
    this.#form.elements.csrf_token.value = token;
  }

  setCode(hasCode) {
    this.#hasCode = hasCode;
    this.#find("with-code").hidden = !hasCode;
  }

  show(why) {
    const page = this.#page;
    const known = page.querySelector("input[name=csrf_token]");
    if (known) this.setToken(known.value);
    page.documentElement.dataset.locked = "";
    this.#before = [...page.body.children].filter((one) => !one.inert);
    for (const one of this.#before) one.inert = true;
    this.#find("words").textContent = `${this.#name}, ${WORDS[why] ?? WORDS.locked} ${KEPT}`;
    page.body.append(this.root);
    this.root.showPopover?.();
    if (why === "ended") this.end();
    else this.again();
  }

  /* The page is emptied: now it may be opened. */
  ready() {
    this.root.dataset.lockReady = "";
    this.#focus();
  }

  again() {
    this.#form.hidden = false;
    this.#find("ended").hidden = true;
    this.setCode(this.#hasCode);
    this.say("");
    this.#focus();
  }

  /* The sitting is over: it takes a new sign-in, in another window. */
  end() {
    this.#form.hidden = true;
    this.#find("ended").hidden = false;
    this.say("");
    this.#find("words").textContent =
      `You are signed out. Sign in as ${this.#name} in a new window, then come back: ${KEPT.toLowerCase()}`;
    this.root.querySelector("[data-lock-ended] a").focus();
  }

  hide() {
    for (const one of this.#before) one.inert = false;
    this.#before = [];
    this.#form.reset();
    this.cue("");
    delete this.root.dataset.lockReady;
    delete this.#page.documentElement.dataset.locked;
    this.root.hidePopover?.();
    this.root.remove();
  }

  say(sentence) {
    this.#find("said").textContent = sentence;
    this.root.querySelector("#lock-said").hidden = !sentence;
  }

  /* A line about the session that names nobody. */
  cue(words) {
    const line = this.#find("cue");
    line.hidden = !words;
    if (line.textContent !== words) line.textContent = words;
  }

  #focus() {
    if (!this.#form.hidden) this.#find(this.#hasCode ? "code" : "password").focus();
  }

  #send() {
    const [code, password] = [this.#find("code"), this.#find("password")];
    const fields = this.#hasCode && code.value ? { unlock_code: code.value } : { password: password.value };
    this.say("");
    this.#busy(async () => {
      await this.#on.unlock(fields);
      code.value = "";
      password.value = "";
      if (this.root.isConnected) this.#focus();
    });
  }

  async #usePasskey() {
    const part = this.#find("passkey");
    part.dataset.token = this.token();
    this.say("");
    let passkey;
    try {
      passkey = await answer(part);
    } catch {
      this.say("Your passkey did not answer. Try again, or use your password.");
      return;
    }
    await this.#on.unlock({ passkey });
  }

  async #busy(work) {
    const buttons = this.root.querySelectorAll("button");
    for (const one of buttons) one.disabled = true;
    try {
      await work();
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }
}
