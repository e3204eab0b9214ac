/* The bar: time since the dose, what is next, how the line stands. */

import { hms, ms, span } from "./clock.js";
import { make, notice, write } from "./node.js";
import { nextOf } from "./standing.js";

const MINUTE = 60000;
const SOON = 300;
const OVER = { completed: "Session ended", cancelled: "Cancelled" };

export function bar(room) {
  const { root } = room;
  const part = (name) => root.querySelector(`[data-live-${name}]`);
  const clock = part("clock");
  const clockWords = part("clock-words");
  const next = part("next");
  const line = part("line");
  const lineWords = part("line-words");
  const cue = part("vitals-cue");
  const vitals = root.querySelector(".does-vitals");
  const notices = part("notices");
  const offline = make("div", { role: "status" });
  const skewed = make("div", { role: "status" });
  const asked = make("div", {});
  notices.append(offline, skewed, asked);
  line.hidden = false;
  let told = "";
  let sending = 0;

  function tickClock(now) {
    const dosedAt = room.dosedAt();
    const wall = room.clock.clock(now);
    const isOver = ["completed", "cancelled"].includes(room.session.status.state);
    const leftAt = Date.parse(room.session.only("discharge")?.values.left_at);
    if (dosedAt !== null && leftAt > dosedAt) {
      write(clock, hms(leftAt - dosedAt));
      write(clockWords, "from first dose to leaving");
    } else if (dosedAt === null || isOver) {
      write(clock, wall);
      write(clockWords, dosedAt === null ? "no dose yet" : "the session is over");
    } else {
      write(clock, hms(now - dosedAt));
      write(clockWords, `since first dose · ${wall}`);
    }
  }

  function nameOf({ minutes, label }) {
    if (minutes === null) return "Vitals at discharge";
    return minutes ? `Vitals, ${label}` : "Vitals before the dose";
  }

  function nextWords(slot, now) {
    const name = nameOf(slot);
    if (slot.state === "open") return ["", "To take", name];
    const late = now - slot.due;
    if (slot.state === "late") return ["late", late < MINUTE ? "Late" : `Late by ${span(late)}`, name];
    if (slot.state === "due") return ["due", "Due now", name];
    if (slot.due === null) return ["later", "Later", name];
    return ["later", `In ${ms(slot.due - now)}`, name];
  }

  function tickNext(now) {
    const isOpen = ["planned", "in_progress"].includes(room.session.status.state);
    const slot = isOpen ? nextOf(room.slots()) : null;
    const [state, words, about] = slot
      ? nextWords(slot, now)
      : ["", isOpen ? "All taken" : OVER[room.session.status.state], isOpen ? "Vitals of the schedule" : ""];
    if (next.dataset.cue !== state) next.dataset.cue = state;
    write(next.firstElementChild, words);
    write(next.lastElementChild, about);
    if (vitals && vitals.dataset.cue !== state) vitals.dataset.cue = state;
    write(cue, slot ? words.toLowerCase().replace("late by", "late") : "");
    tell(slot, state, about);
  }

  /* Said once when it becomes due and once when it is late. */
  function tell(slot, state, about) {
    const key = slot && ["due", "late"].includes(state) ? `${slot.label} ${state}` : "";
    if (key && key !== told && told !== null) {
      room.say(`${about}: ${state === "due" ? "due now" : "late"}.`);
      room.device.sound(state);
    }
    told = key;
  }

  function tickSkew() {
    const skew = room.clock.skew();
    const isOff = Math.abs(skew) > MINUTE;
    const title = `This device's clock is ${span(skew)} ${skew > 0 ? "ahead" : "behind"}.`;
    const more = room.clock.isSure
      ? "The session runs by the server's time, so nothing is lost by it."
      : "It was asleep, or its clock was set. Times entered since are checked when the server is heard.";
    const key = isOff ? title + more : "";
    if (skewed.dataset.key === key) return;
    skewed.dataset.key = key;
    skewed.replaceChildren(...(isOff ? [notice("info", title, make("p", {}, more))] : []));
  }

  function lineState() {
    const { waiting, aside } = room.queue;
    const count = waiting.filter((post) => !post.isHeld || room.line.state !== "up").length;
    const left = count ? `, ${count} waiting` : "";
    switch (room.line.state) {
      case "down":
        return ["down", `Offline${left}`];
      case "out":
        return ["down", `Signed out${left}`];
      case "other":
        return ["down", `Somebody else is signed in${left}`];
      case "gone":
        return ["down", `Closed to you${left}`];
      default:
        if (waiting.length) return ["saving", "Saving…"];
        if (aside.length) return ["down", `${aside.length} to answer`];
        return ["saved", "All saved"];
    }
  }

  function showLine() {
    const [state, words] = lineState();
    clearTimeout(sending);
    const show = () => {
      if (line.dataset.liveLine !== state) line.dataset.liveLine = state;
      write(lineWords, words);
    };
    // Told only if it takes a while.
    const isSoon = state === "saving" && line.dataset.liveLine === "saved";
    if (isSoon) sending = setTimeout(() => lineState()[0] === "saving" && show(), SOON);
    else show();
    showOffline();
  }

  function showOffline() {
    const count = room.queue.waiting.length;
    const isDown = room.line.state === "down";
    const isGone = room.line.state === "gone";
    const more = [
      "Go on as usual: entries wait in this page with their true time until the line is back.",
      "1 entry waits in this page with its true time. Closing this page would lose it.",
    ][count] ?? `${count} entries wait in this page with the true time. Closing this page would lose them.`;
    const gone = "This session is out of your reach now. Write down what waits before you leave.";
    const key = isDown ? more : isGone ? gone : "";
    if (offline.dataset.key === key) return;
    offline.dataset.key = key;
    const title = isDown ? "No connection to the server" : "This session is closed to you";
    offline.replaceChildren(...(key ? [notice("wait", title, make("p", {}, key))] : []));
  }

  /* A reading that asks what was done is named here, in case the log is out of view. */
  function showAsked() {
    const open = room.asked();
    const key = open.map((one) => one.row).join();
    if (asked.dataset.key === key) return;
    asked.dataset.key = key;
    if (!open.length) {
      asked.replaceChildren();
      return;
    }
    const [first] = open;
    const level = { warn: "wait", hold: "bad", urgent: "bad" }[first.level] ?? "wait";
    const go = (event) => {
      event.preventDefault();
      room.log.goTo(first.row);
    };
    const more = open.length > 1 ? ` And ${open.length - 1} more.` : "";
    const link = make("a", { href: "#log-title", onclick: go }, "Say what was done");
    const words = make("p", {}, `${first.sentence}${more} `, room.may.record && link);
    asked.replaceChildren(notice(level, "", words));
  }

  function tick() {
    const now = room.clock.now();
    tickClock(now);
    tickNext(now);
    tickSkew();
  }

  function update() {
    tick();
    showLine();
    showAsked();
  }

  return { tick, update };
}
