/* Signing in again without leaving the page: what waits stays, and goes on under the same name. */

import { make, notice, pageOf } from "./node.js";

export function again(room) {
  const place = make("div", { class: "again" });
  room.root.querySelector("[data-live-notices]").prepend(place);
  let shown = "";

  const tokenIn = async (response) =>
    pageOf(await response.text()).querySelector("input[name=csrf_token]")?.value ?? "";

  /* A token for the sign-in form; null if this browser is signed in already, as this person. */
  async function token() {
    const response = await fetch("/sign-in", { redirect: "manual" });
    if (response.type !== "opaqueredirect") return tokenIn(response);
    if ((await room.line.renew()) !== "other") return null;
    const body = new URLSearchParams({ csrf_token: await tokenIn(await fetch("/account")) });
    await fetch("/sign-out", { method: "POST", body, redirect: "manual" });
    return tokenIn(await fetch("/sign-in"));
  }

  async function enter(form, says) {
    const button = form.querySelector("button");
    button.disabled = true;
    says.textContent = "";
    try {
      const csrf = await token();
      if (csrf !== null) {
        const { email, password } = form.elements;
        const body = new URLSearchParams({ csrf_token: csrf, email: email.value, password: password.value });
        const response = await fetch("/sign-in", { method: "POST", body, redirect: "manual" });
        if (response.type !== "opaqueredirect" && !response.redirected) {
          const page = pageOf(await response.text());
          const said = page.querySelector("#sign-in-error")?.textContent ?? "";
          says.textContent = said.replace(/^\s*Error:\s*/, "").trim() || "That did not work. Try again.";
          form.elements.password.select();
          return;
        }
        const second = await secondStep();
        if (second) return ask(second);
      }
      await goOn(says);
    } catch {
      says.textContent = "There is no connection. Try again.";
    } finally {
      button.disabled = false;
    }
  }

  /* The page of the second factor, if this sign-in waits for it. */
  async function secondStep() {
    const response = await fetch("/sign-in/factor", { redirect: "manual" });
    return response.type === "opaqueredirect" ? null : pageOf(await response.text());
  }

  /* Ask for the second factor here, too. A passkey is used on its own page, in another window. */
  function ask(page) {
    const says = make("p", { class: "says", role: "alert" });
    const onsubmit = (event) => {
      event.preventDefault();
      confirm(form, page, says);
    };
    const form = make(
      "form",
      { class: "again-form", novalidate: true, onsubmit },
      field("code", "Code", { type: "text", autocomplete: "one-time-code", autocapitalize: "none" }),
      make("button", { type: "submit", class: "button button-primary" }, "Confirm and go on"),
    );
    const other = make("a", { href: "/sign-in/factor", target: "_blank", rel: "noopener" },
      "in another window");
    const words = make("p", {}, "Type the code of your authenticator app or a recovery code. " +
      "Or confirm with your passkey ", other, " and come back.");
    place.replaceChildren(notice("wait", "Confirm that it is you", words, form, says));
    form.elements.code.focus({ preventScroll: true });
  }

  async function confirm(form, page, says) {
    const button = form.querySelector("button");
    button.disabled = true;
    says.textContent = "";
    try {
      const csrf_token = page.querySelector("input[name=csrf_token]")?.value ?? "";
      const body = new URLSearchParams({ csrf_token, code: form.elements.code.value });
      const response = await fetch("/sign-in/factor", { method: "POST", body, redirect: "manual" });
      if (response.type !== "opaqueredirect") {
        const said = pageOf(await response.text()).querySelector("#sign-in-error")?.textContent ?? "";
        says.textContent = said.replace(/^\s*Error:\s*/, "").trim() || "That did not work. Try again.";
        form.elements.code.select();
        return;
      }
      await goOn(says);
    } catch {
      says.textContent = "There is no connection. Try again.";
    } finally {
      button.disabled = false;
    }
  }

  async function goOn(says) {
    const state = await room.line.renew();
    if (state === "up") room.line.resume();
    else if (state === "out") show((shown = "out"));
    else if (state === "other") {
      says.textContent = `Somebody else is signed in now. Sign in as ${room.me}.`;
    }
    room.changed();
  }

  function field(name, words, marks) {
    const id = `live-again-${name}`;
    return make("div", { class: "field" }, make("label", { class: "field-label", for: id }, words),
      make("input", { class: "input", id, name, required: true, ...marks }));
  }

  function show(state) {
    const says = make("p", { class: "says", role: "alert" });
    const onsubmit = (event) => {
      event.preventDefault();
      enter(form, says);
    };
    const value = room.root.dataset.email ?? "";
    const form = make(
      "form",
      { class: "again-form", novalidate: true, onsubmit },
      field("email", "E-mail", { type: "email", autocomplete: "username", value }),
      field("password", "Password", { type: "password", autocomplete: "current-password" }),
      make("button", { type: "submit", class: "button button-primary" }, "Sign in and go on"),
    );
    const title = state === "other" ? "Somebody else is signed in in this browser" : "You are signed out";
    const other = state === "other" ? " This signs the other person out in this browser." : "";
    const kept = "Nothing is lost: what you entered waits in this page.";
    const words = `${kept} Sign in as ${room.me} and it is sent.${other}`;
    place.replaceChildren(notice("wait", title, make("p", {}, words), form, says));
    const isTyping = document.activeElement?.matches("input, textarea, select");
    if (!isTyping) form.elements[value ? "password" : "email"].focus({ preventScroll: true });
  }

  document.addEventListener("visibilitychange", async () => {
    // Perhaps it was done in another window.
    if (!document.hidden && shown && (await room.line.renew()) === "up") room.line.resume();
  });

  return {
    update() {
      const state = ["out", "other"].includes(room.line.state) ? room.line.state : "";
      if (state === shown) return;
      shown = state;
      if (state) show(state);
      else place.replaceChildren();
    },
  };
}
