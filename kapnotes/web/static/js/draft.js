/* One draft on its way to the server: what is typed, what is saved, one request at a time.
   It says "saved" only after the server has said so. */

import { body, formOf, substance } from "./answers.js";
import { idleSeconds } from "./lock/idle.js";

const PATIENCE = 15000;
const KEEPALIVE_BYTES = 60000;
const WAITS = [2000, 4000, 8000, 16000, 30000];

export const Outcome = Object.freeze({
  SAVED: "saved",
  CONFLICT: "conflict",
  SIGNED_OUT: "signed out",
  REFUSED: "refused",
  FAILED: "failed",
});

export class Draft {
  #form;
  #saved;
  #version;
  #flight = null;
  #sent = null;

  constructor(form) {
    this.#form = form;
    this.#version = form.dataset.version;
    this.#saved = body(form).toString();
  }

  get changed() {
    return this.#flight !== null || body(this.#form).toString() !== this.#saved;
  }

  get busy() {
    return this.#flight !== null;
  }

  /* Send what stands in the form, after the request under way. Resolves to what came of it. */
  async send() {
    while (this.#flight) await this.#flight;
    const answers = body(this.#form);
    const text = answers.toString();
    if (text === this.#saved) return { outcome: Outcome.SAVED };
    this.#flight = this.#put(answers, text);
    try {
      return await this.#flight;
    } finally {
      this.#flight = null;
    }
  }

  /* Take another version as the base: mine will be written over it. */
  rebase(version) {
    this.#setVersion(version);
    this.#saved = null;
  }

  /* Give up what is unsaved, because a person chose the other text. */
  forget() {
    this.#saved = body(this.#form).toString();
  }

  /* What is remembered of the text, taken out for as long as the page is locked. */
  take() {
    const kept = [this.#saved, this.#sent];
    this.#saved = null;
    this.#sent = null;
    return kept;
  }

  give([saved, sent]) {
    this.#saved = saved;
    this.#sent = sent;
  }

  /* A new token after a new sign-in; true if there was one. */
  async renew() {
    try {
      const response = await fetch("/sign-in/token", { redirect: "manual" });
      if (!response.ok) return false;
      const { csrf } = await response.json();
      if (csrf) this.#setToken(csrf);
      return Boolean(csrf);
    } catch {
      return false;
    }
  }

  async #put(answers, text) {
    const earlier = this.#sent;
    this.#sent = substance(answers);
    const sending = new URLSearchParams(answers);
    sending.append("_version", this.#version);
    const content = sending.toString();
    let response;
    try {
      response = await fetch(this.#form.dataset.autosave, {
        method: "PUT",
        body: content,
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "X-CSRFToken": this.#form.elements.csrf_token?.value ?? "",
          Accept: "application/json",
          "X-Idle": idleSeconds(),
        },
        keepalive: content.length < KEEPALIVE_BYTES,
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const answer = await response.json().catch(() => ({}));
      return this.#judge(response, answer, text, earlier);
    } catch {
      // It may have arrived all the same: only a new save can tell.
      this.#saved = null;
      return { outcome: Outcome.FAILED, reason: "no connection" };
    }
  }

  #judge(response, answer, text, earlier) {
    const { status } = response;
    if (status === 200 && answer.saved_at && answer.version !== undefined) {
      this.#saved = text;
      this.#setVersion(answer.version);
      if (answer.csrf) this.#setToken(answer.csrf);
      return { outcome: Outcome.SAVED, at: answer.saved_at, missing: answer.missing ?? [] };
    }
    if (status === 409 && answer.form_html !== undefined) {
      const theirs = formOf(answer.form_html);
      const other = substance(body(theirs));
      // A save of ours whose answer was lost: no second person, so nothing to choose.
      if (other === earlier || other === this.#sent) {
        this.rebase(answer.version);
        return { outcome: Outcome.FAILED, reason: "the last answer was lost", now: true };
      }
      return { outcome: Outcome.CONFLICT, ...answer, theirs };
    }
    if (answer?.error === "locked") document.dispatchEvent(new CustomEvent("kapnotes:shut"));
    if (status === 401 || response.type === "opaqueredirect") return { outcome: Outcome.SIGNED_OUT };
    if (status === 400) return { outcome: Outcome.FAILED, reason: "the page's token", renew: true };
    if (status === 413) return { outcome: Outcome.REFUSED, reason: "it is longer than can be kept" };
    if ([403, 404, 409, 410, 422].includes(status)) {
      return { outcome: Outcome.REFUSED, reason: answer.message || "it can no longer be changed" };
    }
    return { outcome: Outcome.FAILED, reason: answer.reason || "the server did not take it" };
  }

  #setVersion(version) {
    this.#version = String(version);
    this.#form.dataset.version = this.#version;
    if (this.#form.elements._version) this.#form.elements._version.value = this.#version;
  }

  #setToken(token) {
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = token;
  }
}

/* How long to wait before the next try. */
export function wait(failures) {
  return WAITS[Math.min(failures, WAITS.length) - 1];
}
