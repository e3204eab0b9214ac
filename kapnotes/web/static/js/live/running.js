/* An infusion that runs: how much was given so far, pause, resume, change of rate, stop. */

import { entryForm } from "./entry.js";
import { figure, mark, number, read } from "./fields.js";
import { button, write } from "./node.js";
import { newKey } from "./queue.js";

const THROUGH = "By time and rate the whole amount is in. Stop it once it has run through.";

export function running(room, card) {
  const part = (name) => card.querySelector(`[data-running-${name}]`);
  const rateForm = card.querySelector("[data-rate]");
  const stopForm = card.querySelector("[data-stop]");
  const people = card.querySelector("[data-stop-people]");
  const worked = card.querySelector("[data-stop-worked]");
  let dose = null;

  function show(form, isOpen) {
    form.hidden = !isOpen;
    part(form === rateForm ? "change" : "stop").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) show(form === rateForm ? stopForm : rateForm, false);
  }

  function event(kind, title, fields = {}) {
    room.queue.add({
      key: newKey(),
      act: "record",
      noun: "session_event",
      fields: { kind, ...fields },
      title,
      words: "",
      at: room.clock.stamp(),
      isNow: true,
      segment: room.clock.segment,
    });
    room.say(`${title}.`);
  }

  const rate = entryForm(room, rateForm, {
    noun: "session_event",
    title: "Rate changed",
    read: () => ({ kind: "rate_changed", ...read(rateForm, room.clock) }),
    words: (fields) => `${fields.rate_mg_per_h} mg/h. ${fields.words}`,
    check: ({ rate_mg_per_h: text }) =>
      number(text) > 0 ? {} : { rate_mg_per_h: "Enter the new rate in mg/h." },
    fill: () => {},
    clear: () => rateForm.reset(),
    done: () => show(rateForm, false),
    cancelled: () => show(rateForm, false),
  });

  /* The dose as it stood, with what the stop adds. */
  function stopped() {
    const row = dose.id ? room.session.current(dose.id)?.values : dose.fields;
    const found = read(stopForm, room.clock);
    const changes = [row.changes, found.changes].filter(Boolean).join("\n");
    const at = stop.stamp.read().at;
    return { ...row, ...found, changes, is_running: "false", stopped_at: new Date(at).toISOString() };
  }

  const stop = entryForm(room, stopForm, {
    noun: "dose",
    title: "Dose stopped",
    read: stopped,
    words: (fields) => `${fields.mg} mg given`,
    check: (fields) => (number(fields.mg) > 0 ? {} : { mg: "Enter how much was given, in mg." }),
    target: () => {
      const { id: row = null, key: after = null, time: at } = dose;
      return { act: "stop", row, after, at, isNow: false };
    },
    says: (errors) => {
      if (errors.stopped_at) errors[""] = errors.stopped_at;
      delete errors.stopped_at;
      return mark(stopForm, errors);
    },
    fill: () => {},
    clear: () => stopForm.reset(),
    done: () => show(stopForm, false),
    cancelled: () => show(stopForm, false),
  });

  function openStop() {
    const now = room.clock.now();
    const so = dose.givenAt(now);
    stopForm.elements.mg.value = figure(so ?? Number(dose.mg), 2);
    const row = dose.id ? room.session.current(dose.id)?.values : dose.fields;
    for (const name of ["drawn_mg", "wasted_mg", "wasted_by", "witnessed_by"]) {
      stopForm.elements[name].value = row?.[name] ?? "";
    }
    stop.stamp.set(now);
    show(stopForm, true);
    workOut();
    stopForm.elements.mg.focus();
    stopForm.elements.mg.select();
  }

  function workOut() {
    const value = (name) => number(stopForm.elements[name].value);
    const [mg, drawn, wasted] = ["mg", "drawn_mg", "wasted_mg"].map(value);
    const left = drawn - mg;
    const isLeft = drawn > 0 && mg > 0 && left >= 0;
    people.hidden = !(wasted > 0) && !(isLeft && left > 0);
    const key = `${mg}|${drawn}|${wasted}`;
    if (worked.dataset.key === key) return;
    worked.dataset.key = key;
    const take = () => {
      stopForm.elements.wasted_mg.value = figure(left);
      workOut();
      stopForm.elements.wasted_by.focus();
    };
    const isOffered = isLeft && !(Math.abs(wasted - left) < 0.0005);
    let sentence = "";
    if (isLeft) sentence = `${figure(left)} mg are left to waste. `;
    else if (left < 0) sentence = "More was given than drawn.";
    const marks = { class: "button button-quiet fill" };
    const act = isOffered && button(`Fill in ${figure(left)} mg`, take, marks);
    worked.replaceChildren(...[sentence, act].filter(Boolean));
  }

  part("pause").addEventListener("click", () => event("dose_paused", "Infusion paused"));
  part("resume").addEventListener("click", () => {
    event("dose_resumed", "Infusion resumed", { rate_mg_per_h: dose.rate_mg_per_h ?? "" });
  });
  part("change").addEventListener("click", () => {
    show(rateForm, rateForm.hidden);
    if (!rateForm.hidden) rateForm.elements.rate_mg_per_h.focus();
  });
  part("stop").addEventListener("click", () => (stopForm.hidden ? openStop() : show(stopForm, false)));
  stopForm.addEventListener("input", workOut);

  function tick() {
    if (!dose) return;
    const so = dose.givenAt(room.clock.now());
    write(part("given"), so === null ? `${dose.mg} mg` : `${so.toFixed(1)} mg`);
    write(part("of"), so === null ? "to be given" : `of ${dose.mg} mg so far`);
    const isThrough = so !== null && so >= Number(dose.mg);
    write(part("through"), isThrough ? THROUGH : "");
    const share = so === null ? 0 : Math.round((so / Number(dose.mg)) * 1000) / 10;
    if (part("bar").value !== share) part("bar").value = share;
  }

  return {
    tick,
    update() {
      dose = room.doses().find((one) => one.is_running) ?? null;
      card.hidden = !dose;
      if (!dose) {
        show(stopForm, false);
        show(rateForm, false);
        return;
      }
      part("pause").hidden = Boolean(dose.is_paused);
      part("resume").hidden = !dose.is_paused;
      const rateWords = dose.rate_mg_per_h ? `at ${dose.rate_mg_per_h} mg/h` : "without a rate";
      const how = dose.is_paused ? "Paused" : "Running";
      const waits = dose.key ? " Waiting for the line." : "";
      write(part("rate"), `${how} ${rateWords}; begun at ${room.clock.clock(dose.time)}.${waits}`);
      card.toggleAttribute("data-paused", Boolean(dose.is_paused));
      tick();
    },
  };
}
