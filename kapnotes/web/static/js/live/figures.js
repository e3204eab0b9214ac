/* How it stands, in figures: the last reading beside the one before the dose, and what was given. */

import { span } from "./clock.js";
import { make, write } from "./node.js";

const NAMES = [
  ["heart_rate", "Heart rate", ""],
  ["spo2", "SpO₂", " %"],
  ["respiratory_rate", "Breaths", ""],
  ["sedation", "Sedation", ""],
  ["distress", "Distress", ""],
  ["nausea", "Nausea", ""],
];

function delta(now, before) {
  if (now === undefined || before === undefined || now === "" || before === "") return "";
  const by = Number(now) - Number(before);
  return by ? `${by > 0 ? "+" : "−"}${Math.abs(by)}` : "";
}

export function figures(room) {
  const root = room.root;
  const list = root.querySelector("[data-figures-vitals]");
  const when = root.querySelector("[data-figures-when]");
  const given = root.querySelector("[data-figures-given]");
  const dose = root.querySelector("[data-figures-dose]");
  const before = root.querySelector("[data-live-baseline]");
  let shown = "";

  /* The last reading, and the last one before the dose. */
  function vitals() {
    const rows = room.session.stands("vitals");
    const dosedAt = room.dosedAt();
    const first = dosedAt === null ? rows : rows.filter((row) => row.time <= dosedAt);
    return { last: rows[0] ?? null, baseline: first[0] ?? null };
  }

  function tile(words, value, change) {
    const heard = change && make("span", { class: "heard" }, ` ${change} against before the dose`);
    const seen = change && make("span", { class: "figure-delta", "aria-hidden": "true" }, change);
    return make("div", {}, make("dt", {}, words), make("dd", {}, value, seen, heard));
  }

  function tiles(last, baseline) {
    const base = baseline && baseline !== last ? baseline.values : {};
    const { values } = last;
    const both = ["systolic", "diastolic"];
    const moved = both.map((name) => delta(values[name], base[name]));
    const change = moved.some(Boolean) ? moved.map((by) => by || "0").join("/") : "";
    const pressure = values.systolic
      ? [tile("Pressure", both.map((name) => values[name]).join("/"), change)]
      : [];
    const rest = NAMES.filter(([name]) => values[name]).map(([name, words, unit]) =>
      tile(words, `${values[name]}${unit}`, delta(values[name], base[name])),
    );
    return [...pressure, ...rest];
  }

  function update() {
    const { last, baseline } = vitals();
    const key = `${last?.id}|${baseline?.id}`;
    if (key !== shown) {
      shown = key;
      if (last) list.replaceChildren(...tiles(last, baseline));
      else list.replaceChildren(make("div", {}, make("dd", { class: "quiet" }, "No reading yet.")));
      write(before, baseline ? `Last reading: ${baseline.words}, ${baseline.clock}.` : "No reading yet.");
    }
    const { total_mg: total, mg_per_kg: perKg } = room.session.status;
    const doses = room.doses();
    const running = doses.find((one) => one.is_running);
    const perWeight = perKg ? ` · ${perKg} mg/kg` : "";
    if (total) given.replaceChildren(make("strong", {}, `${total} mg`), perWeight);
    else if (doses.length) given.replaceChildren(make("strong", {}, `${doses[0].mg} mg`), " · waiting");
    else given.replaceChildren(make("span", { class: "quiet" }, "No dose yet."));
    tick();
  }

  function tick() {
    const { last } = vitals();
    const now = room.clock.now();
    const ago = last && now - last.time >= 60000 ? `${span(now - last.time)} ago` : "just now";
    write(when, last ? `${last.clock}, ${ago}` : "");
    const running = room.doses().find((one) => one.is_running);
    if (running) {
      const so = running.givenAt(now);
      const far = so === null ? "of which some is given" : `${so.toFixed(1)} mg given so far`;
      const rate = running.rate_mg_per_h ? `, ${running.rate_mg_per_h} mg/h` : "";
      write(dose, running.is_paused ? `Paused: ${far}` : `Running: ${far}${rate}`);
    } else {
      const doses = room.doses();
      write(dose, doses.map((one) => `${one.mg} mg ${room.clock.clock(one.time)}`).join(" · "));
    }
  }

  return { update, tick, vitals };
}
