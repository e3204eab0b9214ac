/* Taking every word out of a page and putting it back where it stood, to the letter.
   The nodes stay the same ones, so that whatever script holds them goes on with them. */

const SPOKEN = [
  ...["value", "title", "alt", "placeholder", "label", "content", "datetime"],
  ...["aria-label", "aria-description", "aria-valuetext", "d", "points"],
];
const TYPED = "input:not([type=file]), textarea, select";

function* textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) yield node;
    else if (node.content instanceof DocumentFragment) yield* textsOf(node.content);
  }
}

function stateOf(control) {
  if (control.tagName === "SELECT") {
    return [...control.options].map((option) => option.selected);
  }
  const isTicked = control.type === "radio" || control.type === "checkbox";
  return isTicked ? { checked: control.checked } : { value: control.value };
}

function caretOf(control) {
  if (!control?.matches?.("textarea, input") || control.selectionStart === null) return null;
  return [control.selectionStart, control.selectionEnd, control.selectionDirection];
}

function clear(control) {
  if (control.tagName === "SELECT") for (const option of control.options) option.selected = false;
  else if (control.type === "radio" || control.type === "checkbox") control.checked = false;
  else control.value = "";
}

function fill(control, state) {
  if (control.tagName === "SELECT") {
    state.forEach((selected, at) => {
      if (control.options[at]) control.options[at].selected = selected;
    });
  } else if ("checked" in state) control.checked = state.checked;
  else control.value = state.value;
}

/* Everything that is read or typed below a root: what it was, and the nodes to put it back into. */
export class Words {
  #texts = [];
  #spoken = [];
  #controls = [];
  #scrolled = [];
  #focused = null;
  #caret = null;

  /* Where a person stands in a page that is still in sight. */
  constructor(page) {
    this.#focused = page.activeElement;
    this.#caret = caretOf(page.activeElement);
    this.#scrolled = [page.scrollingElement, ...page.body.querySelectorAll("*")]
      .filter((one) => one.scrollTop || one.scrollLeft)
      .map((one) => [one, one.scrollTop, one.scrollLeft]);
  }

  /* Take everything below a root out; returns it as one text to be sealed. */
  take(root) {
    this.#texts = [...textsOf(root)];
    this.#controls = [...root.querySelectorAll(TYPED)];
    const elements = [...root.querySelectorAll("*")];
    this.#spoken = elements.flatMap((one) =>
      SPOKEN.filter((name) => one.hasAttribute(name)).map((name) => [one, name]),
    );
    const kept = JSON.stringify({
      texts: this.#texts.map((node) => node.data),
      controls: this.#controls.map(stateOf),
      spoken: this.#spoken.map(([one, name]) => one.getAttribute(name)),
    });
    for (const control of this.#controls) clear(control);
    for (const [one, name] of this.#spoken) one.setAttribute(name, "");
    for (const node of this.#texts) node.data = "";
    return kept;
  }

  /* Put it back: first what a form was drawn with, then what was typed into it. */
  give(text) {
    const { texts, controls, spoken } = JSON.parse(text);
    this.#texts.forEach((node, at) => {
      node.data = texts[at];
    });
    this.#spoken.forEach(([one, name], at) => one.setAttribute(name, spoken[at]));
    this.#controls.forEach((control, at) => fill(control, controls[at]));
  }

  /* Stand again where a person was, once the page is in sight. */
  settle() {
    for (const [one, top, left] of this.#scrolled) one.scrollTo(left, top);
    this.#focused?.focus({ preventScroll: true });
    if (this.#caret) this.#focused.setSelectionRange(...this.#caret);
  }
}
