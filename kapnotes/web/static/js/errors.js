/* The summary of errors is what a person meets first; its links lead into the fields. */

export function start(page) {
  const summary = page.querySelector("[data-error-summary]");
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && page.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest("[data-field]") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}
