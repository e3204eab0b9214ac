/* The board asks anew for its cards while it is looked at; a card that has the focus keeps it. */

const PAUSE = 5000;

export function start(page) {
  const place = page.querySelector("[data-board]");
  const says = page.querySelector("[data-board-says]");
  let timer = 0;
  let html = "";
  let heard = performance.now();

  async function ask() {
    clearTimeout(timer);
    try {
      const response = await fetch(place.dataset.board, {
        headers: { "X-CSRFToken": page.querySelector("input[name=csrf_token]")?.value ?? "" },
        redirect: "manual",
        signal: AbortSignal.timeout(2 * PAUSE),
      });
      if (response.status === 401 || response.type === "opaqueredirect") {
        const { error } = await response.json().catch(() => ({}));
        if (error !== "locked") location.assign("/sign-in");
        else page.dispatchEvent(new CustomEvent("kapnotes:shut"));
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      show(await response.text());
      heard = performance.now();
      say("");
    } catch {
      const minutes = Math.floor((performance.now() - heard) / 60000);
      say(`No connection: what stands here is ${minutes ? `${minutes} min` : "some seconds"} old.`);
    }
    if (!page.hidden) timer = setTimeout(ask, PAUSE);
  }

  function show(newer) {
    if (newer === html) return;
    const href = place.contains(page.activeElement) ? page.activeElement.getAttribute("href") : "";
    place.innerHTML = newer;
    html = newer;
    if (href) place.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  }

  function say(sentence) {
    if (says.textContent !== sentence) says.textContent = sentence;
  }

  page.addEventListener("kapnotes:unlocked", ask);
  page.addEventListener("visibilitychange", () => {
    if (!page.hidden) ask();
  });
  timer = setTimeout(ask, PAUSE);
}
