/* One row of the log: what, when, by whom, whether it is saved; what it said before. */

import { minuteOf } from "./clock.js";
import { icon, make } from "./node.js";

const LEVELS = { warn: ["wait", "Watch"], hold: ["bad", "Hold the dose"], urgent: ["bad", "Urgent"] };
const ACTS = { correct: "Correction: ", strike: "Strike out: ", stop: "" };
const LATE = 90000;

/* What a row is drawn from, so that it is drawn again only if that changed. */
export function faceOf(room, item) {
  const { entry, post } = item;
  if (post) {
    return { id: `post:${post.key}`, time: post.at, post, mark: room.mark(post), dosedAt: room.dosedAt() };
  }
  return {
    id: entry.id,
    time: entry.time,
    entry,
    mark: entry.is_struck ? "struck" : "saved",
    before: room.session.before(entry).map((one) => one.id),
    alerts: room.session.status.alerts.filter((alert) => alert.row === entry.id),
    dosedAt: room.dosedAt(),
  };
}

function badge(level, words = "") {
  const [tone, said] = LEVELS[level] ?? LEVELS.warn;
  return make("span", { class: `badge tone-${tone}` }, icon("alert"), make("span", {}, words || said));
}

function said(entry) {
  const words = entry.words && make("span", { dir: "auto", class: "kept" }, entry.words);
  return [make("strong", {}, entry.title), words && [" ", words]];
}

function by(room, entry) {
  const recorded = Date.parse(entry.recorded_at);
  const isLate = Math.abs(recorded - entry.time) > LATE && entry.act !== "moved";
  const parts = [entry.by, entry.mine ? "saved" : "", isLate ? `recorded ${room.clock.clock(recorded)}` : ""];
  if (entry.replaces) parts.push("corrected");
  return parts.filter(Boolean).join(" · ");
}

function earlier(room, entry) {
  const old = room.session.before(entry);
  if (!old.length) return null;
  const why = (one) => (one.why ? `. Corrected: ${one.why}` : "");
  const line = (one) => make("li", {}, make("s", {}, said(one)), ` ${one.by}, ${one.clock}${why(one)}`);
  const summary = make("summary", {}, `Before it was corrected (${old.length})`);
  return make("details", { class: "log-before" }, summary, make("ul", {}, old.map(line)));
}

function struck(entry) {
  const who = entry.struckBy ? ` by ${entry.struckBy}` : "";
  const why = entry.why ? `: ${entry.why}` : "";
  return make("p", { class: "log-why" }, `Struck out${who}${why}`);
}

function asks({ level, sentence, is_answered: isAnswered }) {
  return make("li", {}, badge(level), " ", make("span", {}, sentence), isAnswered && " Answered.");
}

function saved(room, { entry, alerts }) {
  const what = said(entry);
  return [
    make("p", { class: "log-words" }, entry.is_struck ? make("s", {}, what) : what),
    entry.is_struck && struck(entry),
    entry.caution && make("p", { class: "log-why" }, `Stands because: ${entry.caution}`),
    alerts.length && !entry.is_struck && make("ul", { class: "log-alerts" }, alerts.map(asks)),
    make("p", { class: "log-by" }, by(room, entry)),
    earlier(room, entry),
  ];
}

function waiting(room, { post, mark }) {
  const drawing = post.state === "aside" ? "alert" : "hourglass";
  const words = post.words && [" ", make("span", { dir: "auto", class: "kept" }, post.words)];
  return [
    make("p", { class: "log-words" }, make("strong", {}, `${ACTS[post.act] ?? ""}${post.title}`), words),
    make("p", { class: "log-by" }, icon(drawing), make("span", {}, ` ${room.me} · ${mark}`)),
  ];
}

export function newRow(face) {
  const place = (name, ...inside) => make("div", { class: `log-${name}` }, ...inside);
  return make(
    "li",
    { class: "log-row", "data-row": face.id },
    make("p", { class: "log-when" }),
    place("what", place("face"), place("asks"), place("tail")),
    place("does"),
  );
}

export function drawRow(room, node, face) {
  const { entry, post, mark, before, alerts, dosedAt } = face;
  const key = JSON.stringify([entry ?? post.state, mark, before, alerts, dosedAt]);
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.dataset.mark = face.mark;
  node.dataset.noun = face.entry?.noun ?? face.post.noun;
  const worst = (face.alerts ?? []).some((one) => one.level !== "warn" && !one.is_answered);
  node.toggleAttribute("data-urgent", worst);
  const clock = face.entry?.clock ?? room.clock.clock(face.time);
  node.querySelector(".log-when").replaceChildren(
    make("time", { datetime: new Date(face.time).toISOString() }, clock),
    make("span", { class: "log-minute" }, minuteOf(face.time, face.dosedAt)),
  );
  const parts = face.post ? waiting(room, face) : saved(room, face);
  node.querySelector(".log-face").replaceChildren(...parts.flat(3).filter(Boolean));
}
