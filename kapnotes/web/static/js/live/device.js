/* What the device does beside: stays awake, gives a soft sound, changes its theme. */

import { remember, remembers, write } from "./node.js";

const THEMES = ["light", "dark", "dim", "red-dim"];
const NAMES = { light: "light", dark: "dark", dim: "dim", "red-dim": "red dim" };
const TONES = { due: [523, 659], late: [523, 440] };

export function device(room) {
  const { root } = room;
  const button = root.querySelector("[data-live-sound]");
  const words = root.querySelector("[data-live-sound-words]");
  let player = null;
  let isOn = remembers("sound", "on");
  let lock = null;

  /* Two soft tones, one after the other. A browser allows them once a person touched the page. */
  function play(tones) {
    player ??= new AudioContext();
    player.resume();
    tones.forEach((pitch, place) => {
      const start = player.currentTime + place * 0.35;
      const tone = new OscillatorNode(player, { type: "sine", frequency: pitch });
      const gain = new GainNode(player, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.06, start + 0.08);
      gain.gain.exponentialRampToValueAtTime(0.0005, start + 0.7);
      tone.connect(gain).connect(player.destination);
      tone.start(start);
      tone.stop(start + 0.75);
    });
  }

  function showSound() {
    button.setAttribute("aria-pressed", String(isOn));
    write(words, isOn ? "Sound on" : "Sound off");
  }

  function turnSound() {
    isOn = !isOn;
    remember("sound", isOn ? "on" : "off");
    showSound();
    if (isOn) play(TONES.due);
    room.say(isOn ? "Sound on." : "Sound off.");
  }

  function turnTheme() {
    const now = document.documentElement.dataset.theme;
    const next = now ? THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] : "dim";
    document.querySelector(`[data-theme-choice="${next}"]`)?.click();
    room.say(`Theme: ${NAMES[next]}.`);
  }

  /* The screen stays awake while the session runs and the page is seen. */
  async function awake() {
    const wanted = room.session.status.state === "in_progress" && !document.hidden;
    if (!navigator.wakeLock || wanted === Boolean(lock)) return;
    if (!wanted) {
      lock.release?.();
      lock = null;
      return;
    }
    try {
      lock = "asked";
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => {
        lock = null;
      });
    } catch {
      lock = null; // a low battery refuses it: nothing to be done
    }
  }

  button.addEventListener("click", turnSound);
  root.querySelector("[data-live-theme]").addEventListener("click", turnTheme);
  document.addEventListener("visibilitychange", awake);
  root.querySelector("[data-live-tools]").hidden = false;
  showSound();

  return { sound: (name) => isOn && play(TONES[name]), turnSound, turnTheme, update: awake };
}
