/* The lock of a page: covered first, saved, then emptied of every word; one factor brings back
   exactly what stood there. What could not be saved waits sealed in this page's memory. */

import { Cover } from "./cover.js";
import { Idle } from "./idle.js";
import { lockOf, open, seal } from "./seal.js";
import { Words } from "./words.js";

const SECOND = 1000;
const PATIENCE = 10 * SECOND;
const SAVING = 5 * SECOND;
const SPARE = 20;

export async function start(page) {
  const { lockIdle, lockKey, lockName, lockCode } = page.body.dataset;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("kapnotes") : null;
  const cover = new Cover(page, { name: lockName, code: lockCode === "1" });
  const idle = new Idle({ seconds: Number(lockIdle), channel, report });
  const lock = await lockOf(lockKey);
  let held = null;
  let isLeaving = false;

  async function post(address, fields = {}) {
    try {
      const response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "X-CSRFToken": cover.token(), Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { status: response.status, answer: await response.json().catch(() => ({})) };
    } catch {
      return null;
    }
  }

  async function report(ago) {
    const result = await post("/lock/input", { ago });
    const state = result?.answer.state;
    if (state === "locked" || state === "ended") close(state);
  }

  /* Nobody was here for long. Perhaps somebody is, in another window that this one cannot hear. */
  async function leave() {
    if (isLeaving) return;
    isLeaving = true;
    const result = await post("/lock/input");
    isLeaving = false;
    const { state, left } = result?.answer ?? {};
    if (state === "open" && left > SPARE) idle.learn(left);
    else await close("idle");
  }

  /* Cover, save, tell the server, and take every word out of the page. */
  async function close(why) {
    if (held) return held.done;
    held = { parts: [], words: new Words(page), title: page.title };
    held.done = shut(why);
    return held.done;
  }

  async function shut(why) {
    cover.show(why);
    page.title = "Locked";
    const saves = [];
    const detail = { wait: (work) => saves.push(work), keep: (part) => held.parts.push(part) };
    page.dispatchEvent(new CustomEvent("kapnotes:locking", { detail }));
    const patience = new Promise((done) => setTimeout(done, SAVING));
    await Promise.race([Promise.allSettled(saves), patience]);
    if (why === "idle" || why === "asked") await post("/lock");
    await empty();
    if (why !== "ended") channel?.postMessage("locked");
  }

  async function empty() {
    held.root = page.createElement("div");
    held.root.append(...[...page.body.childNodes].filter((node) => node !== cover.root));
    page.dispatchEvent(new CustomEvent("kapnotes:locked"));
    const parts = held.parts.map((part) => part.take());
    const text = JSON.stringify([held.title, held.words.take(held.root), parts]);
    held.title = "";
    // Every browser that we serve can seal. In any other the text waits outside of the page.
    held.box = await seal(lock, text).catch(() => ({ plain: text }));
    cover.ready();
  }

  /* Put everything back, with the key that the server gives once the sitting is open. */
  async function bring() {
    if (!held) return "";
    await held.done;
    const result = await post("/lock/page", { point: held.box.point ?? "" });
    if (result?.status !== 200) return result ? "ended" : "offline";
    let text;
    try {
      text = held.box.plain ?? (await open(held.box, result.answer.key));
    } catch {
      return "other";
    }
    const [title, said, kept] = JSON.parse(text);
    const { root, words, parts } = held;
    words.give(said);
    parts.forEach((part, at) => part.give(kept[at]));
    page.body.prepend(...root.childNodes);
    page.title = title;
    for (const input of page.querySelectorAll("input[name=csrf_token]")) {
      input.value = result.answer.csrf;
    }
    held = null;
    idle.touch();
    cover.hide();
    words.settle();
    page.dispatchEvent(new CustomEvent("kapnotes:unlocked"));
    return "";
  }

  async function unlock(fields) {
    const result = await post("/unlock", fields);
    if (!result) return cover.say("There is no connection. Nothing is lost; try again.");
    const { state, sentence, code } = result.answer;
    if (state === "ended") return cover.end();
    if (state !== "open") {
      if (code !== undefined) cover.setCode(code);
      return cover.say(sentence || "That did not work. Load the page again if it stays so.");
    }
    channel?.postMessage("open");
    return told(await bring());
  }

  async function back() {
    try {
      const response = await fetch("/sign-in/token", { redirect: "manual" });
      if (response.ok) cover.setToken((await response.json()).csrf);
      else if ((await response.json().catch(() => ({}))).error === "locked") return cover.again();
    } catch {
      return cover.say("There is no connection. Nothing is lost; try again.");
    }
    return told(await bring());
  }

  function told(trouble) {
    if (trouble === "ended") cover.end();
    else if (trouble === "other") cover.say(`Somebody else is signed in. Sign in as ${lockName}.`);
    else if (trouble) cover.say("There is no connection. Nothing is lost; try again.");
  }

  function look() {
    if (held) return;
    if (idle.isOver) leave();
    else idle.tick();
  }

  cover.on({ unlock, back });
  for (const form of page.querySelectorAll("form[data-lock-now]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close("asked");
    });
  }
  for (const form of page.querySelectorAll('form[action="/sign-out"]')) {
    form.addEventListener("submit", () => channel?.postMessage("out"));
  }
  page.addEventListener("kapnotes:cue", ({ detail }) => held && cover.cue(detail));
  /* Another part of the page was answered that the sitting is locked. */
  page.addEventListener("kapnotes:shut", () => close("locked"));
  channel?.addEventListener("message", ({ data }) => {
    if (data === "input") idle.touch(false);
    else if (data === "locked") close("locked");
    else if (data === "out") close("ended");
    else if (data === "open" && held) back();
  });
  idle.watch(page);
  setInterval(look, SECOND);
  page.addEventListener("visibilitychange", () => page.visibilityState === "visible" && look());
  window.addEventListener("pageshow", (event) => {
    // A page that the browser kept may be one of a sitting that has ended since.
    if (event.persisted) location.reload();
  });
}
