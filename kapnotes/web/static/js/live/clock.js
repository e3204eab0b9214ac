/* The server's clock, run on by a clock that nobody can set. A wrong tablet time does no harm. */

const MINUTE = 60000;
const DAY = 1440;
const JUMP = 5000;
const NEAR = 1500;
const SLOW = 50;

export class Clock {
  #offset;
  #trip = Infinity;
  #gap = Date.now() - performance.now();
  #latest = -Infinity;
  #wall;

  /* `segment` changes when the device slept or its time was set: what was stamped in it may be
     off until the server is heard again. */
  segment = 0;
  isSure = true;

  constructor(now, zone) {
    const answered = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
    this.#offset = Date.parse(now) - answered;
    const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    const day = { year: "numeric", month: "2-digit", day: "2-digit" };
    this.#wall = new Intl.DateTimeFormat("en-GB", { ...day, ...parts });
  }

  /* It stands still rather than go back while it is mended by a little. */
  now() {
    this.#latest = Math.max(this.#latest, performance.now() + this.#offset);
    return this.#latest;
  }

  /* Now, for something that is recorded: after whatever was recorded before it. */
  stamp() {
    this.#latest = Math.max(Math.floor(this.#latest) + 1, this.now());
    return this.#latest;
  }

  /* Take an answer's time, as of when it was heard: the clock may be a second behind the server,
     never ahead of it, so that "now" is never in the future. Slow answers are worth less.
     Returns by how many milliseconds the stamps of this segment were off, 0 unless it slept. */
  sync(text, asked, heard) {
    const offset = Date.parse(text) - heard;
    if (Number.isNaN(offset)) return 0;
    const trip = heard - asked;
    const moved = offset - this.#offset;
    // A slow answer is old by at most its trip: that is no difference.
    const isNear = moved < NEAR && moved > -NEAR - trip;
    if (isNear && trip > this.#trip + SLOW) return 0;
    const wasSure = this.isSure;
    this.isSure = true;
    this.#trip = Math.min(trip, this.#trip);
    this.#offset = isNear ? this.#offset + moved / 4 : offset;
    if (!isNear) this.#latest = -Infinity;
    return wasSure || isNear ? 0 : moved;
  }

  /* Look whether the device's own clock jumped beside the one that runs on. */
  watch() {
    const gap = Date.now() - performance.now();
    if (Math.abs(gap - this.#gap) > JUMP) {
      this.segment += 1;
      this.isSure = false;
    }
    this.#gap = gap;
  }

  /* By how many milliseconds the device is ahead. */
  skew() {
    return Date.now() - this.now();
  }

  #parts(at) {
    return Object.fromEntries(this.#wall.formatToParts(at).map(({ type, value }) => [type, value]));
  }

  /* 14:05 where the practice is. */
  clock(at) {
    const { hour, minute } = this.#parts(at);
    return `${hour}:${minute}`;
  }

  /* 2026-11-23T14:05 where the practice is, as a form has it. */
  wall(at) {
    const { year, month, day, hour, minute } = this.#parts(at);
    return `${year}-${month}-${day}T${hour}:${minute}`;
  }

  /* The time of a wall clock, the first of two; NaN where there was none. */
  instant(wall) {
    const [, year, month, day, hour, minute] =
      /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(wall) ?? [];
    if (!year) return NaN;
    const guess = Date.UTC(year, month - 1, day, hour, minute);
    const seen = Date.parse(`${this.wall(guess)}:00Z`);
    const near = guess - (seen - guess);
    for (const minutes of [-60, 0, 60]) {
      const at = near + minutes * MINUTE;
      if (this.wall(at) === wall.slice(0, 16)) return at;
    }
    return NaN;
  }

  /* The last time at which the practice's clock showed 14:05. */
  recent(text) {
    const [hour, minute] = text.split(":").map(Number);
    const now = this.now();
    const [nowHour, nowMinute] = this.clock(now).split(":").map(Number);
    const back = (((nowHour - hour) * 60 + nowMinute - minute) % DAY + DAY) % DAY;
    const start = Math.floor(now / MINUTE) * MINUTE - back * MINUTE;
    const near = [0, 60, -60].map((minutes) => start + minutes * MINUTE);
    return near.find((at) => at <= now && this.clock(at) === text.slice(0, 5)) ?? start;
  }
}

/* 1:05:09, quiet and of one width. */
export function hms(duration) {
  const seconds = Math.max(0, Math.floor(duration / 1000));
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/* 4:05 until something is due. */
export function ms(duration) {
  const seconds = Math.max(0, Math.ceil(duration / 1000));
  if (seconds >= 3600) return hms(duration);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/* 42 min, or 1 h 5 min. */
export function span(duration) {
  const minutes = Math.floor(Math.abs(duration) / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (!hours) return `${minutes} min`;
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/* The minute of the session: +42 min, −10 min. */
export function minuteOf(at, dosedAt) {
  if (dosedAt === null) return "";
  const minutes = Math.trunc((at - dosedAt) / MINUTE);
  if (!minutes) return "0 min";
  return `${minutes < 0 ? "−" : "+"}${Math.abs(minutes)} min`;
}
