/* The log: everything of the session, newest first. A bounded number of rows stands in the page;
   older ones are pages of it. */

import { button, make, write } from "./node.js";
import { newKey } from "./queue.js";
import { reason } from "./reason.js";
import { drawRow, faceOf, newRow } from "./row.js";
import { newStamp } from "./stamp.js";

const PAGE = 250;
const SHEETS = new Map([["arrival", "before"], ["discharge", "after"]]);
const NONE = "What is recorded will stand here, the newest first.";
const MISTAKES = ["Entered by mistake", "Entered twice", "Belongs to another patient"];
const CORRECTED = ["Words added", "Typing error", "Wrong time"];
const ANSWERS = ["Measured again in 5 minutes", "Medical professional told", "Observed, nothing needed"];

export function log(room, list) {
  const count = room.root.querySelector("[data-log-count]");
  const pages = room.root.querySelector("[data-log-pages]");
  const nodes = new Map();
  let page = 0;
  let tail = { id: "", kind: "" };
  list.replaceChildren();
  // Where the log has a window of its own, keys can scroll it.
  const own = matchMedia("(min-width: 80rem) and (min-height: 40rem)");
  const reach = () => (own.matches ? list.setAttribute("tabindex", "0") : list.removeAttribute("tabindex"));
  own.addEventListener("change", reach);
  reach();

  function items() {
    const posts = room.queue.all.filter((post) => !post.isHeld).map((post) => ({ time: post.at, post }));
    const rows = room.session.rows.map((entry) => ({ time: entry.time, entry }));
    if (!posts.length) return rows;
    return [...posts, ...rows].sort((a, b) => b.time - a.time);
  }

  function update() {
    const all = items();
    const shown = all.slice(page * PAGE, (page + 1) * PAGE);
    const faces = shown.map((item) => faceOf(room, item));
    const kept = new Set(faces.map((face) => face.id));
    for (const [id, node] of nodes) {
      if (kept.has(id)) continue;
      node.remove();
      nodes.delete(id);
      if (tail.id === id) tail = { id: "", kind: "" };
    }
    let place = list.firstElementChild;
    for (const face of faces) {
      const node = nodeOf(face);
      if (node === place) place = place.nextElementSibling;
      else list.insertBefore(node, place);
      drawRow(room, node, face);
      drawAsks(node, face);
      drawDoes(node, face);
    }
    if (!all.length && !list.childElementCount) list.append(make("li", { class: "log-none" }, NONE));
    if (all.length) list.querySelector(".log-none")?.remove();
    write(count, all.length ? String(all.length) : "");
    drawPages(all.length);
  }

  function nodeOf(face) {
    if (!nodes.has(face.id)) nodes.set(face.id, newRow(face));
    return nodes.get(face.id);
  }

  function drawPages(total) {
    const key = `${page}|${Math.ceil(total / PAGE)}`;
    if (pages.dataset.key === key) return;
    pages.dataset.key = key;
    const turn = (to) => () => {
      page = to;
      update();
      room.root.querySelector(".log").scrollIntoView({ block: "start" });
    };
    const more = total > (page + 1) * PAGE && button("Show earlier", turn(page + 1));
    const back = page > 0 && button("Back to the newest", turn(0));
    pages.replaceChildren(...[back, more].filter(Boolean));
  }

  /* A reading that asks what was done is asked about in its own row. */
  function drawAsks(node, { entry, alerts = [] }) {
    const root = node.querySelector(".log-asks");
    const isAsked = (id) => room.asked().some((alert) => alert.row === id);
    const isOpen = room.may.record && entry && alerts.length && isAsked(entry.id);
    if (Boolean(root.childElementCount) === Boolean(isOpen)) return;
    if (!isOpen) {
      root.replaceChildren();
      return;
    }
    const done = (words) => {
      room.queue.add({
        key: newKey(),
        act: "record",
        noun: "session_event",
        fields: { kind: "level_answered", words, about_id: entry.id },
        title: "What was done",
        words,
        at: room.clock.stamp(),
        isNow: true,
        segment: room.clock.segment,
      });
      room.say("Saved what was done.");
    };
    root.replaceChildren(reason({ label: "What was done?", chips: ANSWERS, verb: "Save", done }));
  }

  function mayChange(face) {
    if (face.post) return face.post.state === "aside";
    const isOpen = room.may.record && !room.session.status.is_locked;
    return isOpen && !face.entry.is_struck && face.entry.act !== "moved";
  }

  function drawDoes(node, face) {
    const root = node.querySelector(".log-does");
    const does = mayChange(face) ? (face.post ? "answer" : "change") : "";
    if (root.dataset.does === does) return;
    root.dataset.does = does;
    const name = face.entry?.title ?? face.post.title;
    const open = () => openTail(face.id, tail.id === face.id ? "" : does);
    const words = does === "answer" ? "Answer" : "Change";
    const marks = { class: "button button-quiet", "aria-expanded": "false" };
    const about = make("span", { class: "heard" }, ` ${name}`);
    root.replaceChildren(...(does ? [button([words, about], open, marks)] : []));
    if (does === "answer") openTail(face.id, "answer");
  }

  function openTail(id, kind) {
    const old = nodes.get(tail.id);
    if (old) {
      old.querySelector(".log-tail").replaceChildren();
      old.querySelector(".log-does .button")?.setAttribute("aria-expanded", "false");
    }
    tail = { id: kind ? id : "", kind };
    const node = nodes.get(id);
    if (!kind || !node) return;
    node.querySelector(".log-does .button")?.setAttribute("aria-expanded", "true");
    const item = items().find((one) => (one.entry?.id ?? `post:${one.post.key}`) === id);
    node.querySelector(".log-tail").replaceChildren(...TAILS[kind](item));
    if (kind !== "answer") node.querySelector(".log-tail :is(button, input, textarea)")?.focus();
  }

  function close(id) {
    openTail(id, "");
    nodes.get(id)?.querySelector(".log-does .button")?.focus();
  }

  const TAILS = {
    change: ({ entry }) => {
      const isSheet = SHEETS.has(entry.noun);
      const strike = () => openTail(entry.id, "strike");
      return [
        make(
          "div",
          { class: "tail-does" },
          button(isSheet ? "Open" : "Correct", () => correct(entry)),
          !isSheet && button("Strike out", strike, { class: "button button-danger" }),
          button("Close", () => close(entry.id), { class: "button button-quiet" }),
        ),
      ];
    },
    strike: ({ entry }) => [
      reason({
        label: "Why is it struck out? It stays in the history.",
        chips: MISTAKES,
        verb: "Strike out",
        cancel: () => close(entry.id),
        done: (why) => follow(entry, "strike", { why, fields: {} }),
      }),
    ],
    words: ({ entry }) => wordsTail(entry),
    answer: ({ post }) => answerTail(post),
  };

  function follow(entry, act, more) {
    const { noun, id: row, time: at, title } = entry;
    room.queue.add({ key: newKey(), act, noun, row, at, title, words: "", ...more });
    close(entry.id);
  }

  function correct(entry) {
    const form = room.forms.get(entry.noun);
    if (SHEETS.has(entry.noun)) {
      room.views.view(SHEETS.get(entry.noun), { focus: true });
      close(entry.id);
    } else if (form) {
      openTail(entry.id, "");
      form.correct(entry);
    } else openTail(entry.id, "words");
  }

  /* An event is corrected in its row: its words and its time. */
  function wordsTail(entry) {
    const { root, stamp } = newStamp(room);
    stamp.rest(entry.time);
    const id = `live-words-${entry.id}`;
    const area = make("textarea", { class: "input", id, rows: 2, maxlength: 4000, dir: "auto" });
    area.value = entry.values.words ?? "";
    const cancel = () => close(entry.id);
    const done = (why) => {
      const { observed_at: dropped, ...values } = entry.values;
      const words = area.value.trim();
      follow(entry, "correct", { why, at: stamp.read().at, fields: { ...values, words }, words });
    };
    return [
      make("label", { class: "reason-label", for: id }, `Words for: ${entry.title}`),
      area,
      root,
      reason({ label: "Why is it corrected?", chips: CORRECTED, verb: "Save", done, cancel }),
    ];
  }

  /* What the server did not take: mended in its form, given a reason, or given up. */
  function answerTail(post) {
    const { errors = {}, cautions = [], sentence = "" } = post.answer ?? {};
    const said = [sentence, ...Object.values(errors)].filter(Boolean);
    const form = room.forms.get(post.noun);
    const canMend = form && ["record", "correct"].includes(post.act) && post.fields.kind === undefined;
    const again = (more) => {
      room.queue.take(post);
      room.queue.add({ ...post, answer: null, ...more });
    };
    const done = (text) => again({ reason: text });
    const give = make("div", { class: "tail-does" });
    const first = () => give.replaceChildren(
      canMend && button("Mend it", () => {
        room.queue.take(post);
        form.reopen(post);
      }),
      !cautions.length && button("Send again", () => again({})),
      button("Give it up", sure, { class: "button button-danger" }),
    );
    const sure = () => give.replaceChildren(
      make("span", {}, "It was never recorded and will be gone."),
      button("Give it up for good", () => room.queue.remove(post), { class: "button button-danger" }),
      button("Keep it", first),
    );
    give.replaceChildren();
    first();
    for (const blank of [...give.childNodes]) if (blank.nodeType === Node.TEXT_NODE) blank.remove();
    return [
      make("div", { class: "says" }, said.length ? said.join(" ") : "The server asks about this entry."),
      cautions.length &&
        reason({ sentences: cautions, label: "If it stands, say why.", verb: "Save with this", done }),
      give,
    ].filter(Boolean);
  }

  return {
    update,
    /* Bring a row into view, and the question in it under the hand. */
    goTo(id) {
      room.views.view("during");
      page = 0;
      update();
      const node = nodes.get(id);
      node?.scrollIntoView({ block: "center" });
      node?.querySelector("input, button")?.focus({ preventScroll: true });
    },
  };
}
