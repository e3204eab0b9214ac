/* The dose: what the plan comes to, said and offered, never written over what was typed. */

import { entryForm } from "./entry.js";
import { figure, fill, number, read } from "./fields.js";
import { button, make, write } from "./node.js";

const STAYS = new Set([
  "route",
  "drug_form",
  "concentration_mg_per_ml",
  "lot",
  "weight_kg",
  "weighed_on",
  "planned_mg_per_kg",
  "site",
]);
const CHIPS = ["Checked aloud, agreed with the medical professional", "Known, accepted for today"];

/* Two figures differ by more than their last place. */
const differ = (a, b) => Number.isNaN(a) || Math.abs(a - b) > 0.0005;

export function dose(room, pane) {
  const form = pane.querySelector("[data-dose]");
  const fold = pane.querySelector("[data-dose-new]");
  const part = (name) => pane.querySelector(`[data-dose-${name}]`);
  const minutes = part("minutes");
  const start = part("start");
  const given = part("given");
  let doses = -1;

  const control = (name) => form.elements[name];
  const value = (name) => number(control(name)?.value);
  const isIv = () => control("route").value === "iv";

  function put(name, text) {
    control(name).value = text;
    control(name).dispatchEvent(new Event("input", { bubbles: true }));
    control(name).focus();
  }

  /* A sentence, and the button that writes its figure into a field that says otherwise. */
  function offer(line, sentence, name, text, unit) {
    const isOffered = sentence && text && differ(value(name), Number(text));
    const key = `${sentence}|${isOffered}`;
    if (line.dataset.key === key) return;
    line.dataset.key = key;
    const marks = { class: "button button-quiet fill" };
    const act = isOffered && button(`Fill in ${text} ${unit}`, () => put(name, text), marks);
    line.replaceChildren(...[sentence, act].filter(Boolean));
  }

  /* What the plan comes to, and what the dose is in mg/kg and mL. */
  function workOutPlan() {
    const [plan, mg] = [value("planned_mg_per_kg") * value("weight_kg"), value("mg")];
    const strength = value("concentration_mg_per_ml");
    const isMixed = strength > 0 && !control("concentration_mg_per_ml").closest("[hidden]");
    const volume = (amount) => (isMixed ? `, ${figure(amount / strength)} mL` : "");
    const said = [];
    if (plan > 0) said.push(`The plan comes to ${figure(plan)} mg${volume(plan)}.`);
    if (mg > 0 && value("weight_kg") > 0 && differ(mg, plan)) {
      said.push(`${figure(mg)} mg is ${figure(mg / value("weight_kg"))} mg/kg${volume(mg)}.`);
    }
    offer(part("worked"), said.join(" "), "mg", plan > 0 ? figure(plan) : "", "mg");
  }

  function workOutRate() {
    const [mg, over] = [value("mg"), number(minutes.value)];
    const isRate = isIv() && mg > 0 && over > 0;
    const rate = isRate ? figure((mg * 60) / over, 2) : "";
    const sentence = isRate ? `${figure(mg)} mg over ${over} min is ${rate} mg/h.` : "";
    offer(part("rate-worked"), sentence, "rate_mg_per_h", rate, "mg/h");
  }

  function workOutWaste() {
    const [drawn, mg] = [value("drawn_mg"), value("mg")];
    const left = drawn - mg;
    let sentence = "";
    if (left < 0) sentence = `More is given than was drawn: ${figure(-left)} mg.`;
    else if (drawn > 0 && mg > 0) sentence = `${figure(left)} mg of what was drawn are left to waste.`;
    offer(part("waste-worked"), sentence, "wasted_mg", left >= 0 ? figure(left) : "", "mg");
  }

  function byRoute() {
    const asked = Boolean(entry.correcting);
    const isRunning = room.doses().some((one) => one.is_running);
    part("over").hidden = !isIv();
    start.hidden = !isIv() || asked || isRunning;
    given.classList.toggle("button-primary", start.hidden);
    const words = isIv() && !start.hidden ? "Record as given already" : "Record dose";
    write(given, asked ? "Save correction" : words);
  }

  function look() {
    byRoute();
    workOutPlan();
    workOutRate();
    workOutWaste();
  }

  const entry = entryForm(room, form, {
    noun: "dose",
    title: "Dose",
    chips: CHIPS,
    read: () => read(form, room.clock),
    extra: (submitter) => ({ fields: { is_running: String(submitter === start && !entry.correcting) } }),
    words: (fields) => `${fields.mg} mg${fields.is_running === "true" ? " to be given" : ""}`,
    fill(values) {
      fold.open = true;
      fill(form, values, room.clock);
      form.querySelector(".fold").open = Boolean(values.drawn_mg || values.changes);
      room.views.pane("dose");
      form.querySelector("input:not([type=radio])").focus();
      look();
    },
    clear() {
      const names = new Set(Object.keys(read(form, room.clock)).filter((name) => !STAYS.has(name)));
      fill(form, {}, room.clock, names);
      look();
    },
    opened: look,
    done: () => room.views.rest("dose"),
  });

  /* What is known already stands in blank fields: the weight of the arrival check, or of the dose before. */
  function known() {
    const last = room.session.stands("dose")[0]?.values;
    const found = last ?? room.session.only("arrival")?.values ?? {};
    const names = last ? [...STAYS] : ["weight_kg", "weighed_on"];
    const blank = new Set(names.filter((name) => control(name) && found[name] && !control(name).value));
    if (blank.size) fill(form, found, room.clock, blank);
  }

  function missing() {
    const list = room.session.status.missing_arrival;
    const isFirst = !room.doses().length;
    const box = part("missing");
    box.hidden = !isFirst || !list.length;
    const key = list.join("|");
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const way = make("a", { href: "#before", "data-view-open": "before" }, "Go to the arrival check");
    box.replaceChildren(
      make("p", { class: "missing-title" }, "Not recorded before this dose"),
      make("ul", {}, list.map((sentence) => make("li", {}, sentence))),
      make("p", {}, way, ", or record the dose and write why."),
    );
  }

  function update() {
    const now = room.doses();
    if (now.length !== doses && !entry.correcting) {
      doses = now.length;
      write(part("new-title"), doses ? "Another dose" : "The dose");
      fold.open = !doses;
    }
    const { total_mg: total, mg_per_kg: perKg } = room.session.status;
    write(part("total"), total ? `Together ${total} mg${perKg ? `, ${perKg} mg/kg` : ""}` : "");
    missing();
    known();
    look();
  }

  form.addEventListener("input", look);
  form.addEventListener("change", look);

  const title = pane.querySelector("#dose-title");
  return { entry, noun: "dose", update, focus: () => title.focus({ preventScroll: true }) };
}
