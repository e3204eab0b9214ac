/* Which part of the session and which pane of work is open. The part that is open is the whole
   page's on a narrow window; on a wide one the panes stand beside it. */

const WIDE = matchMedia("(min-width: 64rem)");
const DOCKED = new Set(["vitals", "taps", "words"]);

export function views(room) {
  const { root } = room;
  const parts = [...root.querySelectorAll("[data-view]")];
  const panes = [...root.querySelectorAll("[data-pane]")];
  const focuses = new Map();
  let open = "";

  function view(name, { focus = false } = {}) {
    root.dataset.view = name;
    for (const part of parts) part.hidden = part.dataset.view !== name;
    for (const link of root.querySelectorAll("[data-view-open]")) {
      if (link.dataset.viewOpen === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (!WIDE.matches && DOCKED.has(open) !== (name === "during")) show(name === "during" ? "taps" : "");
    if (focus) {
      const part = parts.find((one) => one.dataset.view === name);
      part.focus({ preventScroll: true });
      const top = root.getBoundingClientRect().top + scrollY;
      scrollTo({ top: WIDE.matches ? Math.min(scrollY, top) : top });
    }
  }

  function show(name) {
    open = name;
    root.dataset.pane = name;
    for (const pane of panes) pane.toggleAttribute("data-open", pane.dataset.pane === name);
    for (const button of root.querySelectorAll(".does-go")) {
      button.setAttribute("aria-pressed", String(button.dataset.paneOpen === name));
    }
  }

  /* Open a pane and go into it. On a wide window the words stand open beside the others. */
  function pane(name) {
    if (!panes.some((one) => one.dataset.pane === name)) return;
    if (name === "words" && root.dataset.view !== "during") view("during");
    if (name !== "words" || !WIDE.matches) show(name);
    focuses.get(name)?.();
    if (!WIDE.matches && DOCKED.has(name)) settle();
    else if (!WIDE.matches) {
      panes.find((one) => one.dataset.pane === name).scrollIntoView({ block: "start" });
    }
  }

  /* Let the bar stand at the top, so that a docked pane has all the room below it. */
  function settle() {
    const top = root.getBoundingClientRect().top + scrollY;
    if (scrollY < top) scrollTo({ top });
  }

  /* Leave the fields of a pane, so that single keys work again. */
  function rest(name) {
    if (!WIDE.matches && DOCKED.has(name)) show("taps");
    root.querySelector(`.does-go[data-pane-open="${name}"]`)?.focus({ preventScroll: true });
    if (root.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) {
      document.activeElement.blur();
    }
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-view-open]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      view(link.dataset.viewOpen);
    }
    const button = event.target.closest("[data-pane-open]");
    if (!button) return;
    // On a narrow window a second tap puts the pane away and shows what lies behind it.
    if (button.dataset.paneOpen === open && !WIDE.matches && DOCKED.has(open)) show("");
    else pane(button.dataset.paneOpen);
  });
  // What gets the focus under a docked pane comes forward, and the pane goes.
  root.addEventListener("focusin", ({ target }) => {
    if (WIDE.matches || !DOCKED.has(open) || target.closest(".pane, [data-live-does], .bar-first")) return;
    requestAnimationFrame(() => {
      const pane = panes.find((one) => one.dataset.pane === open);
      if (!pane || document.activeElement !== target) return;
      const [over, box] = [pane.getBoundingClientRect(), target.getBoundingClientRect()];
      if (box.bottom <= over.top || box.top >= over.bottom) return;
      show("");
      target.scrollIntoView({ block: "nearest" });
    });
  });
  WIDE.addEventListener("change", () => {
    if (WIDE.matches && (open === "" || open === "words")) show("vitals");
  });

  return {
    view,
    pane,
    rest,
    /* What takes the focus when a pane is opened. */
    into: (name, focus) => focuses.set(name, focus),
    start(state) {
      view({ planned: "before", completed: "after" }[state] ?? "during");
      const isQuiet = WIDE.matches ? "vitals" : "";
      show(state === "in_progress" ? "taps" : isQuiet);
      if (!WIDE.matches && state === "in_progress") requestAnimationFrame(settle);
    },
  };
}

/* How much the bar and the docked pane cover, so that nothing that has the focus lies under them. */
export function measure(room) {
  const { root } = room;
  const style = document.documentElement.style;
  const bars = [...root.querySelectorAll("[data-live-bar], .bar-first")];
  const docked = [...root.querySelectorAll(".pane-vitals, .pane-taps, .pane-words")];
  const does = root.querySelector("[data-live-does]");
  const look = () => {
    style.setProperty("--bar", `${Math.ceil(bars[0].offsetHeight || bars[1].offsetHeight)}px`);
    const open = docked.find((pane) => pane.hasAttribute("data-open"));
    const isFixed = (node) => node && getComputedStyle(node).position === "fixed";
    const foot = [does, open].filter(isFixed).reduce((sum, node) => sum + node.offsetHeight, 0);
    style.setProperty("--does", `${does?.offsetHeight ?? 0}px`);
    style.setProperty("--foot", `${Math.ceil(foot)}px`);
  };
  const watch = new ResizeObserver(look);
  for (const node of [...bars, does, ...docked].filter(Boolean)) watch.observe(node);
}
