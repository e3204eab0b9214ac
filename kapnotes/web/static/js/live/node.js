/* Making what is shown. Text is always text, never markup. */

/* An element: attributes, listeners under "on…", then what stands in it; blanks are left out. */
export function make(tag, marks = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(marks)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...inside.flat(Infinity).filter(Boolean));
  return node;
}

/* A drawing of the page's own stock. */
export function icon(name) {
  const stock = document.getElementById("live-icons").content;
  return stock.querySelector(`.icon-${name}`).cloneNode(true);
}

export function button(words, onclick, marks = {}) {
  return make("button", { type: "button", class: "button", onclick, ...marks }, words);
}

/* A sentence that must be seen, in a tone. */
export function notice(tone, title, ...inside) {
  const drawing = { good: "check", info: "info" }[tone] ?? "alert";
  const head = title && make("p", { class: "notice-title" }, title);
  return make("div", { class: `notice tone-${tone}` }, icon(drawing), make("div", {}, head, ...inside));
}

/* Writes only what changed, so that nothing is read out or selected away for no cause. */
export function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/* A cookie that says nothing of anybody. */
export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export function remembers(name, value) {
  return document.cookie.split("; ").includes(`${name}=${value}`);
}

/* A page that the server sent. It is only read, never shown. */
export function pageOf(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
