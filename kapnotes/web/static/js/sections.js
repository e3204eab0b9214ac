/* The list of a note's sections: which one is read, what is still to do, and a way between them
   by Alt and the arrow keys. */

export function start(page) {
  const list = page.querySelector("[data-sections]");
  const links = new Map(
    [...list.querySelectorAll("[data-section-link]")].map((link) => [link.dataset.sectionLink, link]),
  );
  const sections = [...page.querySelectorAll("[data-section]")];
  let current = null;

  const mark = (section) => {
    if (!section || section === current) return;
    current = section;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(section.dataset.section)?.setAttribute("aria-current", "true");
  };

  const inView = new Set();
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) inView.add(target);
        else inView.delete(target);
      }
      mark(sections.find((section) => inView.has(section)));
    },
    { rootMargin: "-48px 0px -80% 0px" },
  );
  for (const section of sections) watch.observe(section);

  page.addEventListener("focusin", (event) => mark(event.target.closest("[data-section]")));

  const go = (step) => {
    const shown = sections.filter((section) => !section.hidden);
    const section = shown[shown.indexOf(current) + step];
    if (!section) return;
    section.scrollIntoView({ block: "start" });
    section.focus({ preventScroll: true });
    mark(section);
  };
  page.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    go(event.key === "ArrowDown" ? 1 : -1);
  });

  page.addEventListener("kapnotes:saved", (event) => {
    const missing = new Set(event.detail.missing ?? []);
    for (const [id, link] of links) link.toggleAttribute("data-missing", missing.has(id));
  });
}
