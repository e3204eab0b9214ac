/* Search as you type. The text is posted: it never stands in an address. */

const PAUSE = 200;

export function start(page) {
  for (const form of page.querySelectorAll("form[data-search]")) live(page, form);
}

function live(page, form) {
  const results = page.getElementById(form.dataset.search) ?? page.querySelector("[data-results]");
  const said = page.createElement("p");
  said.className = "heard";
  said.setAttribute("role", "status");
  form.append(said);
  let timer = 0;
  let running = null;

  const search = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const response = await fetch(`${form.getAttribute("action")}?fragment=1`, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-CSRFToken": form.elements.csrf_token?.value ?? "" },
        signal: running.signal,
      });
      if (response.redirected || response.status === 401) {
        const { error } = await response.json().catch(() => ({}));
        if (error === "locked") page.dispatchEvent(new CustomEvent("kapnotes:shut"));
        else location.assign("/sign-in");
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      results.innerHTML = await response.text();
      results.removeAttribute("aria-busy");
      said.textContent = results.querySelector("[data-count]")?.textContent ?? "";
    } catch (error) {
      if (error.name === "AbortError") return;
      said.textContent = "The search did not answer. Press Enter to try again.";
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    results.setAttribute("aria-busy", "true");
    timer = setTimeout(search, PAUSE);
  });
}
