/* A form of the page on its way to the record. What was typed stays in it until the server has
   it, or until it waits in the log; what is refused is said in it, what is unusual asked once. */

import { mark, unmark } from "./fields.js";
import { icon, make, write } from "./node.js";
import { newKey } from "./queue.js";
import { reason } from "./reason.js";
import { stampOf } from "./stamp.js";

const STANDS = ["Checked again", "Known for this patient", "Agreed with the medical professional"];
const ASKED_WHY = "Why is it corrected? The earlier entry stays in the history.";
const WHY = ["Typing error", "Read wrongly", "More to say"];

/* `kind` has: noun, title, read() to name → text, words(fields) for the log while it waits,
   fill(values), clear(); and may have check(fields) to name → sentence, says(errors) which marks
   fields and returns the sentences left, chips, done(outcome), target() to further parts of the
   post, opened(correcting). */
export function entryForm(room, form, kind) {
  const says = form.querySelector("[data-form-says]");
  const asks = form.querySelector("[data-form-asks]");
  const whyRoot = form.querySelector("[data-form-why]");
  const title = form.querySelector("[data-form-title]");
  const plainTitle = title?.textContent ?? "";
  const cancel = form.querySelector("[data-form-cancel]");
  const stampRoot = form.querySelector("[data-stamp]");
  const stamp = stampRoot ? stampOf(room, stampRoot) : null;
  let held = null;
  let correcting = null;
  let busy = false;

  function quiet() {
    unmark(form);
    says.replaceChildren();
    asks.replaceChildren();
    delete form.dataset.asking;
  }

  function say(sentences) {
    says.replaceChildren(
      ...sentences.map((text) => make("p", { class: "says" }, icon("alert"), make("span", {}, text))),
    );
  }

  function why() {
    return whyRoot.querySelector("input")?.value.trim() ?? "";
  }

  function askWhy() {
    const id = `${form.id || kind.noun}-why-${Date.now()}`;
    const field = make("input", { class: "input", id, maxlength: 2000, dir: "auto", autocomplete: "off" });
    const take = (text) => () => {
      field.value = text;
      field.focus();
    };
    whyRoot.replaceChildren(
      make(
        "div",
        { class: "reason reason-why" },
        make("label", { class: "reason-label", for: id }, ASKED_WHY),
        make("div", { class: "chips" }, WHY.map((text) =>
          make("button", { type: "button", class: "button chip", onclick: take(text) }, text))),
        field,
      ),
    );
  }

  function refused({ errors = {}, cautions = [], sentence = "" }) {
    const left = { ...errors };
    const sentences = sentence ? [sentence] : [];
    if (left._why) sentences.push(left._why);
    if (left._reason && !cautions.length) cautions = [left._reason];
    delete left._why;
    delete left._reason;
    sentences.push(...(kind.says ?? ((found) => mark(form, found)))(left));
    say(sentences);
    if (cautions.length) {
      form.dataset.asking = "";
      asks.replaceChildren(
        reason({
          title: "Not saved yet",
          sentences: cautions,
          label: "If it stands, say why.",
          chips: kind.chips ?? STANDS,
          verb: "Save with this",
          done: (text) => submit({ fields: held?.rest, reason: text }),
          cancel: () => {
            quiet();
            (form.querySelector("[data-form-first]") ?? form.querySelector("input"))?.focus();
          },
        }),
      );
      asks.querySelector(".chip, input").focus();
    } else if (errors._why) whyRoot.querySelector("input")?.focus();
  }

  async function submit(extra = {}) {
    if (busy) return;
    const fields = { ...kind.read(), ...extra.fields };
    const whySaid = why();
    quiet();
    const wrong = kind.check?.(fields) ?? {};
    if (correcting && !whySaid) {
      wrong._why = "Say why it is corrected.";
    }
    if (Object.keys(wrong).length) {
      refused({ errors: wrong });
      return;
    }
    const when = held && extra.reason ? held.when : (stamp?.read() ?? { at: room.clock.stamp() });
    const post = {
      key: held?.key ?? newKey(),
      act: correcting ? "correct" : "record",
      noun: kind.noun,
      row: correcting?.row ?? null,
      after: correcting?.after ?? null,
      why: whySaid,
      fields,
      title: kind.title,
      words: kind.words?.(fields) ?? "",
      reason: extra.reason ?? "",
      ...when,
      ...kind.target?.(fields),
      ...extra.post,
    };
    busy = true;
    form.setAttribute("aria-busy", "true");
    const outcome = await room.queue.hold(post);
    busy = false;
    form.removeAttribute("aria-busy");
    if (outcome.refused) {
      held = { key: post.key, when, rest: extra.fields };
      refused(outcome.refused);
      return;
    }
    finish();
    room.say(outcome.saved ? `${kind.title} saved.` : `${kind.title} waits for the line.`);
    kind.done?.(outcome, post);
  }

  function finish() {
    held = null;
    open(null);
    kind.clear();
    stamp?.reset();
  }

  /* Show what is corrected, or that nothing is. */
  function open(target) {
    correcting = target;
    quiet();
    whyRoot?.replaceChildren();
    stamp?.rest(target?.at ?? null);
    if (target) askWhy();
    const asked = Boolean(target);
    write(title, asked ? `${kind.title} of ${room.clock.clock(target.at)}: correct` : plainTitle);
    if (title && form.contains(title)) title.hidden = !asked && !plainTitle;
    form.toggleAttribute("data-correcting", asked);
    if (cancel && !kind.cancelled) cancel.hidden = !asked;
    kind.opened?.(target);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(kind.extra?.(event.submitter) ?? {});
  });
  form.addEventListener("input", (event) => {
    if (asks.childElementCount && !asks.contains(event.target) && !whyRoot?.contains(event.target)) quiet();
  });
  cancel?.addEventListener("click", () => {
    finish();
    kind.cancelled?.();
  });

  return {
    submit,
    finish,
    stamp,
    refused,
    calm: () => says.replaceChildren(),
    get correcting() {
      return correcting;
    },
    /* Take a row into the form to correct it. */
    correct(row) {
      open({ row: row.id, at: row.time });
      kind.fill(row.values);
    },
    /* Take back what the server did not take, to be mended here. */
    reopen(post) {
      const isCorrection = post.act === "correct" && !kind.isContinued;
      const target = isCorrection ? { row: post.row, after: post.after, at: post.at } : null;
      open(target);
      kind.fill(post.fields);
      if (whyRoot?.querySelector("input")) whyRoot.querySelector("input").value = post.why ?? "";
      stamp?.set(post.at);
      const known = kind.read();
      const rest = Object.fromEntries(Object.entries(post.fields).filter(([name]) => !(name in known)));
      held = { key: post.key, when: { at: post.at, isNow: false }, rest };
      refused(post.answer ?? {});
    },
  };
}
