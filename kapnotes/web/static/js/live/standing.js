/* How the session stands with what still waits in this page counted in: doses, slots, what is next. */

const HOUR = 3600000;
const STEPS = new Set(["dose_paused", "dose_resumed", "rate_changed"]);

/* The doses, those that wait to be sent among them; `givenAt(now)` in mg, or null. */
export function dosesOf(session, posts) {
  const doses = session.status.doses.map((one) => ({ ...one, time: Date.parse(one.at) }));
  for (const post of posts) {
    if (post.noun === "dose" && post.act === "record") {
      const { key, at: time, fields } = post;
      doses.push({ ...fields, key, time, fields, is_running: fields.is_running === "true" });
    }
  }
  for (const dose of doses) follow(dose, posts, session.saidAt);
  return doses.sort((a, b) => a.time - b.time);
}

/* Go on from what the server said, by what waits to be sent to it. */
function follow(dose, posts, saidAt) {
  let since = dose.key ? dose.time : saidAt;
  let given = dose.key ? 0 : Number(dose.given_mg ?? NaN);
  const upTo = (at) => {
    const rate = dose.is_paused ? 0 : Number(dose.rate_mg_per_h ?? NaN);
    return given + (rate * Math.max(0, at - since)) / HOUR;
  };
  for (const post of posts) {
    const isThis = dose.key ? post.after === dose.key : post.row === dose.id;
    if (post.act === "stop" && isThis) Object.assign(dose, { is_running: false, mg: post.fields.mg });
    const { kind, rate_mg_per_h: rate } = post.fields;
    if (!dose.is_running || post.act !== "record" || !STEPS.has(kind)) continue;
    given = upTo(post.at);
    since = Math.max(since, post.at);
    if (kind !== "rate_changed") dose.is_paused = kind === "dose_paused";
    if (rate) dose.rate_mg_per_h = rate;
  }
  dose.givenAt = (now) => {
    const so = upTo(now);
    return Number.isNaN(so) ? null : Math.min(so, Number(dose.mg));
  };
}

/* The slots as they stand at this moment. A reading that waits counts for the nearest. */
export function slotsOf(session, posts, now) {
  const slots = session.status.slots.map((slot) => ({
    ...slot,
    due: slot.due_at ? Date.parse(slot.due_at) : null,
    grace: slot.grace_until ? Date.parse(slot.grace_until) : null,
    missed: slot.missed_at ? Date.parse(slot.missed_at) : null,
  }));
  const { state } = session.status;
  if (state === "completed") return slots;
  for (const slot of slots) slot.state = stateOf(slot, now);
  // Before the session has begun nothing is due: it is only still to be taken.
  if (state !== "in_progress") {
    for (const slot of slots) if (slot.state === "due") slot.state = state === "planned" ? "open" : "later";
  }
  for (const post of posts) {
    if (post.noun === "vitals" && post.act === "record") take(slots, post.at);
  }
  return slots;
}

function stateOf(slot, now) {
  if (slot.taken_at || slot.due === null || slot.minutes === null) return slot.state;
  if (now < slot.due) return "later";
  if (slot.grace !== null && now <= slot.grace) return "due";
  return slot.missed !== null && now >= slot.missed ? "missed" : "late";
}

function take(slots, at) {
  const isOpen = (slot) => slot.minutes !== null && !slot.taken_at && slot.state !== "later";
  const open = slots.filter(isOpen);
  const near = open.sort((a, b) => Math.abs((a.due ?? at) - at) - Math.abs((b.due ?? at) - at))[0];
  if (near) Object.assign(near, { state: "done", taken_at: new Date(at).toISOString(), waits: true });
}

/* What comes next: what is due or late before what comes later; null when all is taken. */
export function nextOf(slots) {
  const open = (...states) => slots.find((slot) => !slot.taken_at && states.includes(slot.state));
  return open("late", "due", "open") ?? open("later") ?? null;
}
