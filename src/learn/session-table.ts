import { grown } from './grown';
import { PackedRows } from './packed-rows';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';
import { SessionChanges, type SessionKey } from './session-changes';
import { startIntervals } from './start-intervals';

/** Offsets in an entry of a session: the product, and the time of its newest event in two cells. */
const TIME_HIGH = 1;
const TIME_LOW = 2;
/** The lower cell of a time holds 31 bits, so that both cells are 32-bit integers for every time of a `Date`. */
const LOW_RANGE = 2 ** 31;
const INITIAL_SESSIONS = 256;
/** {@link SessionTable.startOfNewest} counts products in so many parts of a time span. */
const PARTS = 4_096;
const SAMPLED_STARTS = 65_536;

/**
 * Sessions and their inverted index. A session has a subject, an order (−1 for none), a first and a last time (ms), and
 * the time of the newest event of each of its products. It costs about 40 bytes, and 16 bytes per product with the
 * index (plus spare room of the arrays). A product, a subject and an order cost 9 bytes each, even after their sessions
 * are deleted.
 *
 * The indexes are sorted by (start, subject, order). The position of a session in them therefore depends only on the
 * session, and the newest sessions of a product are the last entries of its postings.
 */
export class SessionTable {
  /** By session: entries [product, high bits of the time, low bits], sorted by time and product. */
  readonly entries = new PackedRows(3);
  /** By product: the sessions that contain it, oldest start first. */
  readonly postings = new PackedRows(1);
  /** By subject: its sessions, oldest start first. */
  readonly sessionsOf = new PackedRows(1);
  /** By order: its sessions, oldest start first. Nearly always, it is one. */
  readonly sessionsOfOrder = new PackedRows(1);
  /** By session; −1 for an unused index. */
  subjects = new Int32Array(INITIAL_SESSIONS);
  starts = new Float64Array(INITIAL_SESSIONS);
  private orders = new Int32Array(INITIAL_SESSIONS);
  private ends = new Float64Array(INITIAL_SESSIONS);
  private readonly freeSlots: number[] = [];
  /** All subjects with sessions, now or earlier, are below this number. */
  subjectLimit = 0;
  private slots = 0;
  private live = 0;
  private entryTotal = 0;
  readonly changes = new SessionChanges();

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
    this.subjectLimit = Math.max(this.subjectLimit, subject + 1);
    this.changes.add(session, this.entries.length(session));
    this.insertSorted(this.sessionsOf, subject, session);
    if (order >= 0) this.insertSorted(this.sessionsOfOrder, order, session);
    return session;
  }

  delete(session: number): void {
    const { entries } = this;
    this.changes.delete(session, {
      subject: this.subjects[session],
      order: this.orders[session],
      start: this.starts[session],
    });
    const length = entries.length(session);
    for (let entry = 0, at = entries.start(session); entry < length; entry++, at += entries.width) {
      this.removeSorted(this.postings, entries.cells[at], session);
    }
    this.entryTotal -= length;
    entries.clear(session);
    this.removeSorted(this.sessionsOf, this.subjects[session], session);
    if (this.orders[session] >= 0) this.removeSorted(this.sessionsOfOrder, this.orders[session], session);
    this.free(session);
  }

  /** Records an event of a session at or after the session's start. */
  record(session: number, product: number, at: number): void {
    const { entries } = this;
    this.changes.add(session, this.entries.length(session));
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
    this.write(entries.insert(session, entry, product), at);
  }

  /**
   * Replaces the products of a session by at least the same products.
   * @param products sorted by time, then by product
   */
  update(session: number, end: number, products: readonly number[], times: readonly number[]): void {
    const { entries } = this;
    this.changes.add(session, this.entries.length(session));
    this.ends[session] = end;
    const known = new Set(entries.entries(session).map((at) => entries.cells[at]));
    for (const product of products) {
      if (known.has(product)) continue;
      entries.append(session, product);
      this.entryTotal++;
      this.insertSorted(this.postings, product, session);
    }
    products.forEach((product, entry) => {
      const at = entries.start(session) + entry * entries.width;
      entries.cells[at] = product;
      this.write(at, times[entry]);
    });
  }

  /** Returns the time (ms) of the entry at an offset of `entries.cells`. */
  timeAt(offset: number): number {
    const { cells } = this.entries;
    return cells[offset + TIME_HIGH] * LOW_RANGE + cells[offset + TIME_LOW];
  }

  /** Returns the sessions of the same subject that come after a session, oldest start first. */
  *sessionsAfter(session: number): Generator<number> {
    const { sessionsOf } = this;
    const subject = this.subjects[session];
    const end = sessionsOf.start(subject) + sessionsOf.length(subject);
    for (let at = sessionsOf.start(subject) + this.lowerBound(sessionsOf, subject, session) + 1; at < end; at++)
      yield sessionsOf.cells[at];
  }

  /** Compares two sessions by start, subject and order; the oldest comes first. No two sessions are equal. */
  compare(a: number, b: number): number {
    return this.starts[a] - this.starts[b] || this.subjects[a] - this.subjects[b] || this.orders[a] - this.orders[b];
  }

  /** Returns the session with a key; −1 if there is none. */
  find({ subject, order, start }: SessionKey): number {
    const { cells } = this.sessionsOf;
    const first = this.sessionsOf.start(subject);
    for (let at = first + this.sessionsOf.length(subject) - 1; at >= first; at--) {
      const session = cells[at];
      if (this.starts[session] < start) return -1;
      if (this.starts[session] === start && this.orders[session] === order) return session;
    }
    return -1;
  }

  /** Returns all sessions, oldest start first. */
  sorted(): number[] {
    const sessions: number[] = [];
    for (let session = 0; session < this.slots; session++) if (this.subjects[session] >= 0) sessions.push(session);
    return sessions.sort((a, b) => this.compare(a, b));
  }

  /**
   * Returns a start such that the sessions from it on have at most `maxEntries` products, and all sessions from slightly
   * earlier on have more: at most one product in {@link PARTS} of all, or sessions with equal starts. If no session
   * remains, it is after the newest one.
   */
  startOfNewest(maxEntries: number): number {
    const excess = this.entryTotal - maxEntries;
    const negligible = this.entryTotal / PARTS;
    let [low, high] = this.startRange(-Infinity);
    const newest = high;
    let dropped = 0;
    // Each round narrows [low, high] to one part of it. If starts are evenly distributed, one or two rounds are enough.
    while (dropped < excess) {
      const partMs = Math.max(1, Math.ceil((high - low + 1) / PARTS));
      const counts = this.entriesByPart(low, high, partMs);
      let part = 0;
      while (dropped + counts[part] < excess) dropped += counts[part++];
      low += part * partMs;
      high = low + partMs - 1;
      if (partMs > 1 && counts[part] > negligible) continue;
      dropped += counts[part];
      low = high + 1;
    }
    return Math.min(this.startRange(low)[0], newest + 1);
  }

  /**
   * Deletes all sessions that start before a time. They are not recorded as deleted, because a replica deletes them by
   * the same time.
   * @param beforeDelete called with each of them
   */
  deleteBefore(start: number, beforeDelete: (session: number) => void = () => undefined): void {
    const { entries, sessionsOf, sessionsOfOrder, postings } = this;
    const [products, subjects, orders] = [new Set<number>(), new Set<number>(), new Set<number>()];
    for (let session = 0; session < this.slots; session++) {
      if (!(this.subjects[session] >= 0 && this.starts[session] < start)) continue;
      beforeDelete(session);
      for (const at of entries.entries(session)) products.add(entries.cells[at]);
      subjects.add(this.subjects[session]);
      if (this.orders[session] >= 0) orders.add(this.orders[session]);
      this.entryTotal -= entries.length(session);
      entries.clear(session);
      this.changes.forget(session);
      this.free(session);
    }
    for (const subject of subjects) this.removeStartsBefore(sessionsOf, subject, start);
    for (const order of orders) this.removeStartsBefore(sessionsOfOrder, order, start);
    for (const product of products) this.removeStartsBefore(postings, product, start);
  }

  /** Returns the smallest and the largest start of sessions from a time on. */
  private startRange(from: number): [smallest: number, largest: number] {
    const { subjects, starts, slots } = this;
    let [smallest, largest] = [Infinity, -Infinity];
    for (let session = 0; session < slots; session++) {
      const start = starts[session];
      if (subjects[session] < 0 || start < from) continue;
      if (start < smallest) smallest = start;
      if (start > largest) largest = start;
    }
    return [smallest, largest];
  }

  /** Returns the number of products of the sessions that start in each part of [low, high]. */
  private entriesByPart(low: number, high: number, partMs: number): Float64Array {
    const { entries, subjects, starts, slots } = this;
    const counts = new Float64Array(PARTS);
    for (let session = 0; session < slots; session++) {
      const start = starts[session];
      if (subjects[session] >= 0 && start >= low && start <= high)
        counts[Math.floor((start - low) / partMs)] += entries.length(session);
    }
    return counts;
  }

  private removeStartsBefore(rows: PackedRows, owner: number, start: number): void {
    const count = this.countBefore(rows, owner, start);
    if (count === rows.length(owner)) rows.clear(owner);
    else rows.removeFirst(owner, count);
  }

  /** Returns how many of the owner's sessions in an index start before a time. */
  countBefore(rows: PackedRows, owner: number, start: number): number {
    const first = rows.start(owner);
    let [low, high] = [0, rows.length(owner)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[rows.cells[first + middle]] < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private free(session: number): void {
    this.subjects[session] = -1;
    this.live--;
    this.freeSlots.push(session);
  }

  private isAfter(offset: number, product: number, at: number): boolean {
    const time = this.timeAt(offset);
    return time > at || (time === at && this.entries.cells[offset] > product);
  }

  /**
   * Adds a session whose products are sorted by time, without its place in the postings. {@link completePostings} must
   * be called before the postings are read.
   */
  append(
    { subject, order, start }: SessionKey,
    end: number,
    products: readonly number[],
    times: readonly number[],
  ): void {
    const session = this.create(subject, order, start, end);
    products.forEach((product, entry) => this.write(this.entries.append(session, product), times[entry]));
    this.entryTotal += products.length;
  }

  /** Computes the postings of all sessions at once, in steps. */
  *completePostings(): ResumableTask<void> {
    const { entries, postings } = this;
    const lengths = yield* this.countByProduct();
    postings.reserveAll(lengths, this.entryTotal);
    /** By product: offset of its next posting. */
    const next = Float64Array.from(lengths, (_, product) => postings.start(product));
    let done = 0;
    for (const interval of yield* this.sessionsByInterval()) {
      for (const session of interval.sort((a, b) => this.compare(a, b))) {
        const from = entries.start(session);
        const to = from + entries.length(session) * entries.width;
        for (let at = from; at < to; at += entries.width) postings.cells[next[entries.cells[at]]++] = session;
        if (++done % ITEMS_PER_STEP === 0) yield;
      }
    }
  }

  /** Returns the number of sessions with each product. */
  private *countByProduct(): ResumableTask<Int32Array> {
    const { entries, slots } = this;
    const counts: number[] = [];
    for (let session = 0; session < slots; session++) {
      const from = entries.start(session);
      const to = from + entries.length(session) * entries.width;
      for (let at = from; at < to; at += entries.width) {
        const product = entries.cells[at];
        while (counts.length <= product) counts.push(0);
        counts[product]++;
      }
      if (session % ITEMS_PER_STEP === 0) yield;
    }
    return Int32Array.from(counts);
  }

  /** Returns the sessions in intervals of their starts, the oldest interval first. */
  private *sessionsByInterval(): ResumableTask<number[][]> {
    const { count, intervalOf } = startIntervals(this.sampleOfStarts());
    const intervals: number[][] = Array.from({ length: count }, () => []);
    for (let session = 0; session < this.slots; session++) {
      if (this.subjects[session] >= 0) intervals[intervalOf(this.starts[session])].push(session);
      if (session % ITEMS_PER_STEP === 0) yield;
    }
    return intervals;
  }

  private sampleOfStarts(): Float64Array {
    const every = Math.ceil(this.slots / SAMPLED_STARTS);
    const sample: number[] = [];
    for (let session = 0; session < this.slots; session += every)
      if (this.subjects[session] >= 0) sample.push(this.starts[session]);
    return Float64Array.from(sample);
  }

  private write(offset: number, at: number): void {
    const high = Math.floor(at / LOW_RANGE);
    this.entries.cells[offset + TIME_HIGH] = high;
    this.entries.cells[offset + TIME_LOW] = at - high * LOW_RANGE;
  }

  private insertSorted(rows: PackedRows, owner: number, session: number): void {
    rows.insert(owner, this.lowerBound(rows, owner, session), session);
  }

  private removeSorted(rows: PackedRows, owner: number, session: number): void {
    rows.removeInOrder(owner, this.lowerBound(rows, owner, session));
    if (rows.length(owner) === 0) rows.clear(owner);
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
    this.subjects = grown(this.subjects, capacity);
    this.orders = grown(this.orders, capacity);
    this.starts = grown(this.starts, capacity);
    this.ends = grown(this.ends, capacity);
  }
}
