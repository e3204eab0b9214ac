/* The theme, kept in a cookie that says nothing else. */

const YEAR = 31536000;

export function start(page) {
  const menu = page.querySelector("[data-themes]");
  const buttons = [...menu.querySelectorAll("[data-theme-choice]")];
  menu.hidden = false;

  const choose = (theme) => {
    if (theme) page.documentElement.dataset.theme = theme;
    else delete page.documentElement.dataset.theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = theme ? YEAR : 0;
    page.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  };
  const close = () => {
    menu.open = false;
  };

  for (const button of buttons) {
    button.addEventListener("click", () => choose(button.dataset.themeChoice));
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  page.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) close();
  });
}
