/* What the page knows of the session: its rows as they stand, and where they stand. */

export class Session {
  #rows = new Map();
  #ids = new Map();
  #moved = new Map();
  #seen = new Set();
  #said = -Infinity;
  #sorted = null;

  cursor = 0;
  status = null;
  saidAt = 0;

  constructor({ entries, cursor, status, now }) {
    this.merge({ entries, cursor, status, now });
  }

  /* Take an answer of the server, in whatever order answers come. Returns what it was about. */
  merge({ entries = [], cursor, status, now }) {
    const nouns = new Set();
    for (const entry of entries) {
      if (entry && !this.#seen.has(entry.seq)) {
        this.#take(entry);
        nouns.add(entry.noun);
      }
    }
    if (cursor !== undefined) this.cursor = Math.max(this.cursor, cursor);
    const at = Date.parse(now);
    if (status && at >= this.#said) {
      this.#said = at;
      this.status = status;
      this.saidAt = at;
      nouns.add("status");
    }
    if (nouns.size) this.#sorted = null;
    return nouns;
  }

  #take(entry) {
    this.#seen.add(entry.seq);
    this.#ids.set(entry.key, entry.id);
    const before = this.#rows.get(entry.id);
    const row = { ...entry, time: Date.parse(entry.at) };
    if (entry.act === "struck") {
      row.struckBy = entry.by;
      row.by = before?.by ?? entry.by;
      row.mine = before?.mine ?? entry.mine;
      row.is_struck = true;
    } else if (before?.is_struck) {
      Object.assign(row, { is_struck: true, why: before.why, struckBy: before.struckBy });
    }
    this.#rows.set(entry.id, row);
    if (!entry.replaces) return;
    this.#moved.set(entry.replaces, entry.id);
    const old = this.#rows.get(entry.replaces);
    const why = entry.correction ?? "";
    if (old && !old.is_struck) this.#rows.set(old.id, { ...old, is_struck: true, why });
  }

  /* Everything it says, taken out while the page is locked. */
  hide() {
    const kept = { rows: [...this.#rows.values()], status: this.status };
    this.#rows = new Map();
    this.#sorted = null;
    this.status = { ...this.status, alerts: [], doses: [], slots: [] };
    return kept;
  }

  /* The same put back; what arrived meanwhile is newer. */
  show({ rows, status }) {
    const newer = [...this.#rows];
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    for (const [id, row] of newer) this.#rows.set(id, row);
    if (this.#said === this.saidAt) this.status = status;
    this.#sorted = null;
  }

  /* The rows that stand or were struck out, newest first; corrected ones under their successor. */
  get rows() {
    this.#sorted ??= [...this.#rows.values()]
      .filter((row) => !this.#moved.has(row.id))
      .sort((a, b) => b.time - a.time || b.seq - a.seq);
    return this.#sorted;
  }

  /* What a row said before it was corrected, newest first. */
  before(row) {
    const found = [];
    let old = this.#rows.get(row.replaces);
    while (old) {
      found.push(old);
      old = this.#rows.get(old.replaces);
    }
    return found;
  }

  /* The row as it stands now, however often it was corrected. */
  current(id) {
    let found = id;
    while (this.#moved.has(found)) found = this.#moved.get(found);
    return this.#rows.get(found) ?? null;
  }

  /* The row that a post of that key became. */
  rowOf(key) {
    const id = this.#ids.get(key);
    return id === undefined ? null : this.current(id);
  }

  stands(noun) {
    return this.rows.filter((row) => row.noun === noun && !row.is_struck && row.act !== "moved");
  }

  /* The one arrival check, the one discharge. */
  only(noun) {
    return this.stands(noun)[0] ?? null;
  }

  get dosedAt() {
    return this.status.dosed_at ? Date.parse(this.status.dosed_at) : null;
  }
}
