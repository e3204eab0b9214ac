/* Times that go on: since a moment (data-since), and the wall clock (data-clock). */

const SECOND = 1000;

function since(moment) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(moment)) / 60000));
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

function wall(zone) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone || undefined }).format();
}

export function start(page) {
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const tick = () => {
    for (const element of page.querySelectorAll("[data-since]")) {
      write(element, since(element.dataset.since));
    }
    for (const element of page.querySelectorAll("[data-clock]")) {
      write(element, wall(element.dataset.zone));
    }
  };
  tick();
  setInterval(tick, SECOND);
}
