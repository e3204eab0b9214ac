/* The live session: takes over the page that the server drew, and keeps it true for hours. */

import { guard } from "../leave.js";
import { adverse } from "./adverse.js";
import { again } from "./again.js";
import { asleep } from "./asleep.js";
import { bar } from "./bar.js";
import { Clock } from "./clock.js";
import { device } from "./device.js";
import { dose } from "./dose.js";
import { drawing } from "./drawing.js";
import { figures } from "./figures.js";
import { keys } from "./keys.js";
import { Line } from "./line.js";
import { log } from "./log.js";
import { write } from "./node.js";
import { onward, pressHere } from "./onward.js";
import { pad } from "./pad.js";
import { Queue } from "./queue.js";
import { risk } from "./risk.js";
import { running } from "./running.js";
import { Session } from "./session.js";
import { missing, sheet } from "./sheet.js";
import { dosesOf, slotsOf } from "./standing.js";
import { strip } from "./strip.js";
import { taps } from "./taps.js";
import { measure, views } from "./views.js";
import { words } from "./words.js";

const SECOND = 1000;

export function start(page) {
  const root = page.querySelector("[data-live]");
  const state = JSON.parse(page.getElementById("live-state").textContent);
  const find = (name) => root.querySelector(`[data-${name}]`);
  const parts = [];
  const room = { root, may: state.may, me: state.me, forms: new Map() };
  const use = (part) => {
    parts.push(part);
    if (part.entry && part.noun) room.forms.set(part.noun, part.entry);
    return part;
  };

  room.clock = new Clock(state.now, state.zone);
  room.session = new Session(state);
  room.line = new Line(room);
  room.queue = new Queue({
    deliver: (post) => room.line.deliver(post),
    rowOf: (key) => room.session.rowOf(key),
    changed: () => room.changed(),
  });

  const said = find("live-said");
  room.say = (sentence) => {
    // The same sentence twice is said twice.
    write(said, said.textContent === sentence ? `${sentence}\u00a0` : sentence);
  };
  room.mark = (post) => (post.state === "aside" ? "needs an answer" : "waiting");
  // What a form still holds may come back to it: it does not count yet.
  const counted = () => room.queue.waiting.filter((post) => !post.isHeld);
  room.doses = () => dosesOf(room.session, counted());
  room.slots = () => slotsOf(room.session, counted(), room.clock.now());
  room.dosedAt = () => room.session.dosedAt ?? room.doses()[0]?.time ?? null;
  /* The alerts to which nobody has said what was done, the gravest first. */
  room.asked = () => {
    const answered = new Set(counted().map((post) => post.fields.about_id).filter(Boolean));
    const ranks = ["urgent", "hold", "warn"];
    return room.session.status.alerts
      .filter((alert) => !alert.is_answered && !answered.has(alert.row))
      .sort((a, b) => ranks.indexOf(a.level) - ranks.indexOf(b.level));
  };
  room.heard = (now, asked, heard) => {
    const off = room.clock.sync(now, asked, heard);
    if (off) room.queue.shift(room.clock.segment, off);
  };
  room.merge = (answer) => {
    const nouns = room.session.merge(answer);
    if (!nouns.size) return;
    chart.touch(nouns);
    room.changed();
  };
  let isStale = false;
  room.changed = () => {
    if (isStale) return;
    isStale = true;
    queueMicrotask(() => {
      isStale = false;
      if (room.isLocked) return;
      for (const part of parts) part.update?.();
    });
  };

  room.risk = risk(room, find("live-risk"));
  room.views = views(room);
  room.device = use(device(room));
  room.figures = use(figures(room));
  use(strip(room, find("live-slots")));
  use(bar(room));
  room.log = use(log(room, find("log")));
  const chart = use(drawing(room, find("live-chart")));
  use(again(room));
  use(onward(room));
  for (const noun of ["arrival", "discharge"]) {
    use(missing(room, root.querySelector(`[data-live-missing="${noun}"]`), noun));
  }
  const work = room.may.record ? startWork(room, use, find) : {};
  for (const [name, part] of Object.entries(work)) {
    if (part.focus) room.views.into(name, part.focus);
  }
  const go = (name) => () => room.views.pane(name);
  keys(room, [
    ...(room.may.record
      ? [
          ["v", "Vitals", go("vitals")],
          ["w", "Quick words", go("words")],
          ["k", "Taps", go("taps")],
          ["d", "Dose", go("dose")],
          ["e", "Adverse event", go("event")],
          ["u", "Undo the last tap", () => work.taps.undo()],
        ]
      : []),
    ["b", "Before the dose", () => room.views.view("before", { focus: true })],
    ["s", "Session", () => room.views.view("during", { focus: true })],
    ["a", "After: recovery and discharge", () => room.views.view("after", { focus: true })],
    ["l", "Log", () => root.querySelector("#log-title").scrollIntoView({ block: "start" })],
    ["t", "Theme", () => room.device.turnTheme()],
    ["m", "Sound on or off", () => room.device.turnSound()],
    ["?", "This list", null],
  ]);
  guard(() => room.queue.all.length > 0);
  pressHere(room);
  measure(room);

  if (!matchMedia("(min-width: 80rem)").matches) find("live-chart-fold").open = false;
  root.dataset.on = "";
  room.views.start(room.session.status.state);
  for (const part of parts) part.update?.();
  const sleep = asleep(room);
  setInterval(() => {
    room.clock.watch();
    if (room.isLocked) sleep.tick();
    else for (const part of parts) part.tick?.();
  }, SECOND);
  room.line.start();
}

function startWork(room, use, find) {
  const { root } = room;
  find("live-does").hidden = false;
  const pane = (name) => root.querySelector(`[data-pane="${name}"]`);
  const parts = {
    vitals: use(pad(room, find("pad"))),
    taps: use(taps(room, pane("taps"))),
    words: words(room, find("words-form")),
    dose: use(dose(room, pane("dose"))),
    event: use(adverse(room, find("adverse"))),
  };
  use(running(room, find("running")));
  for (const form of root.querySelectorAll("[data-sheet]")) use(sheet(room, form));
  return parts;
}
