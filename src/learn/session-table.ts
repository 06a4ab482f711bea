import { PackedRows } from './packed-rows';

/** Offsets in an entry of a session: the product, and the time of its newest event in two cells. */
const TIME_HIGH = 1;
const TIME_LOW = 2;
/** The lower cell of a time holds 31 bits, so that both cells are 32-bit integers for every time of a `Date`. */
const LOW_RANGE = 2 ** 31;
const INITIAL_SESSIONS = 256;

/**
 * Sessions and their inverted index. A session has a subject, an order (−1 for none), a first and a last time (ms), and
 * the time of the newest event of each of its products. It costs 32 bytes, 12 bytes per product, and 8 bytes per
 * product in the indexes by product and by subject (plus spare room of the arrays).
 *
 * Both indexes are sorted by (start, subject, order). The position of a session in them therefore depends only on the
 * session, and the newest sessions of a product are the last entries of its postings.
 */
export class SessionTable {
  /** By session: entries [product, high bits of the time, low bits], sorted by time and product. */
  readonly entries = new PackedRows(3);
  /** By product: the sessions that contain it, oldest start first. */
  readonly postings = new PackedRows(1);
  /** By subject: its sessions, oldest start first. */
  readonly sessionsOf = new PackedRows(1);
  subjects = new Int32Array(INITIAL_SESSIONS);
  starts = new Float64Array(INITIAL_SESSIONS);
  private orders = new Int32Array(INITIAL_SESSIONS);
  private ends = new Float64Array(INITIAL_SESSIONS);
  private readonly freeSlots: number[] = [];
  private slots = 0;
  private live = 0;
  private entryTotal = 0;

  /** Number of sessions. */
  get size(): number {
    return this.live;
  }

  /** Number of products, summed over sessions. */
  get entryCount(): number {
    return this.entryTotal;
  }

  /** Session indexes are below this number; some of these indexes may be unused. */
  get indexLimit(): number {
    return this.slots;
  }

  orderOf(session: number): number {
    return this.orders[session];
  }

  endOf(session: number): number {
    return this.ends[session];
  }

  /** Adds a session without products. @returns its index */
  create(subject: number, order: number, start: number, end: number): number {
    const session = this.freeSlots.pop() ?? this.slots++;
    if (session === this.subjects.length) this.grow();
    this.subjects[session] = subject;
    this.orders[session] = order;
    this.starts[session] = start;
    this.ends[session] = end;
    this.live++;
    this.insertSorted(this.sessionsOf, subject, session);
    return session;
  }

  delete(session: number): void {
    const { entries } = this;
    const length = entries.length(session);
    for (let entry = 0, at = entries.start(session); entry < length; entry++, at += entries.width) {
      this.removeSorted(this.postings, entries.cells[at], session);
    }
    this.entryTotal -= length;
    entries.clear(session);
    this.removeSorted(this.sessionsOf, this.subjects[session], session);
    this.live--;
    this.freeSlots.push(session);
  }

  /** Records an event of a session at or after the session's start. */
  record(session: number, product: number, at: number): void {
    const { entries } = this;
    if (at > this.ends[session]) this.ends[session] = at;
    const known = entries.find(session, product);
    if (known >= 0) {
      if (this.timeAt(known) >= at) return;
      entries.removeInOrder(session, (known - entries.start(session)) / entries.width);
    } else {
      this.entryTotal++;
      this.insertSorted(this.postings, product, session);
    }
    let entry = entries.length(session);
    while (entry > 0 && this.isAfter(entries.start(session) + (entry - 1) * entries.width, product, at)) entry--;
    const offset = entries.insert(session, entry, product);
    const high = Math.floor(at / LOW_RANGE);
    entries.cells[offset + TIME_HIGH] = high;
    entries.cells[offset + TIME_LOW] = at - high * LOW_RANGE;
  }

  /** Returns the time (ms) of the entry at an offset of `entries.cells`. */
  timeAt(offset: number): number {
    const { cells } = this.entries;
    return cells[offset + TIME_HIGH] * LOW_RANGE + cells[offset + TIME_LOW];
  }

  /** Compares two sessions by start, subject and order; the oldest comes first. No two sessions are equal. */
  compare(a: number, b: number): number {
    return this.starts[a] - this.starts[b] || this.subjects[a] - this.subjects[b] || this.orders[a] - this.orders[b];
  }

  /** Returns all sessions, oldest start first. */
  sorted(): number[] {
    const isFree = new Uint8Array(this.slots);
    for (const slot of this.freeSlots) isFree[slot] = 1;
    const all: number[] = [];
    for (let session = 0; session < this.slots; session++) if (isFree[session] === 0) all.push(session);
    return all.sort((a, b) => this.compare(a, b));
  }

  private isAfter(offset: number, product: number, at: number): boolean {
    const time = this.timeAt(offset);
    return time > at || (time === at && this.entries.cells[offset] > product);
  }

  private insertSorted(rows: PackedRows, owner: number, session: number): void {
    rows.insert(owner, this.lowerBound(rows, owner, session), session);
  }

  private removeSorted(rows: PackedRows, owner: number, session: number): void {
    rows.removeInOrder(owner, this.lowerBound(rows, owner, session));
  }

  /** Returns the number of the owner's sessions that come before a session. Most sessions are the newest. */
  private lowerBound(rows: PackedRows, owner: number, session: number): number {
    const start = rows.start(owner);
    let low = 0;
    let high = rows.length(owner);
    if (high > 0 && this.compare(rows.cells[start + high - 1], session) < 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(rows.cells[start + middle], session) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const capacity = Math.ceil(this.subjects.length * 1.5);
    this.subjects = copied(this.subjects, new Int32Array(capacity));
    this.orders = copied(this.orders, new Int32Array(capacity));
    this.starts = copied(this.starts, new Float64Array(capacity));
    this.ends = copied(this.ends, new Float64Array(capacity));
  }
}

function copied<Column extends Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
