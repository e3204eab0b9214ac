/* Repeating rows: added from the page's own blank row, removed with a way back. */

function numberRows(rows) {
  rows.querySelectorAll("[data-row]").forEach((row, index) => {
    const label = row.getAttribute("aria-label");
    row.setAttribute("aria-label", label.replace(/, row \d*$/, `, row ${index + 1}`));
    for (const place of row.querySelectorAll("[data-row-place]")) {
      place.textContent = String(index + 1);
    }
  });
}

function nextNumber(rows) {
  const used = [...rows.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row));
  const next = Math.max(-1, Number(rows.dataset.highest ?? -1), ...used) + 1;
  rows.dataset.highest = String(next);
  return next;
}

/* Write the row's number into every attribute of the blank row that carries its place. */
function numbered(blank, number) {
  const piece = blank.content.cloneNode(true);
  for (const element of piece.querySelectorAll("*")) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes("__n__")) {
        element.setAttribute(attribute.name, attribute.value.replaceAll("__n__", number));
      }
    }
  }
  return piece.firstElementChild;
}

function changed(rows) {
  rows.dispatchEvent(new Event("change", { bubbles: true }));
}

function add(rows) {
  const row = numbered(rows.querySelector("[data-rows-blank]"), nextNumber(rows));
  rows.querySelector("[data-rows-list]").append(row);
  numberRows(rows);
  changed(rows);
  row.querySelector(".rows-fields :is(input:not([type=hidden]), select, textarea)")?.focus();
}

function remove(rows, row) {
  const said = rows.querySelector("[data-rows-said]");
  const before = row.nextElementSibling;
  row.remove();
  numberRows(rows);
  changed(rows);
  if (!said) return;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button-quiet";
  undo.textContent = "Put it back";
  undo.addEventListener("click", () => {
    const list = rows.querySelector("[data-rows-list]");
    list.insertBefore(row, before?.parentElement === list ? before : null);
    said.replaceChildren();
    numberRows(rows);
    changed(rows);
    row.querySelector("[data-rows-remove]").focus();
  });
  said.replaceChildren("Row removed. ", undo);
  undo.focus();
}

export function start(page) {
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rows-add], [data-rows-remove]");
    const rows = button?.closest("[data-rows]");
    if (!rows) return;
    event.preventDefault();
    if (button.matches("[data-rows-add]")) add(rows);
    else remove(rows, button.closest("[data-row]"));
  });
}
