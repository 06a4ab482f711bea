import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { PackedRows } from './packed-rows';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';

/** Offsets in an entry of a session: the product, and the time of its newest event in two cells. */
const TIME_HIGH = 1;
const TIME_LOW = 2;
/** The lower cell of a time holds 31 bits, so that both cells are 32-bit integers for every time of a `Date`. */
const LOW_RANGE = 2 ** 31;
const INITIAL_SESSIONS = 256;
/** If more sessions change, the full state is smaller and faster to load than the changes. */
const MAX_CHANGES = 50_000;

/** What identifies a session. */
export interface SessionKey {
  readonly subject: number;
  readonly order: number;
  readonly start: number;
}

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
  /** Sessions that were created or extended since the last {@link clearChanges}. */
  readonly changed = new Set<number>();
  /** Sessions that were deleted since then. */
  readonly deleted: SessionKey[] = [];
  /** Whether too much has changed since then to record each change. */
  hasOverflowed = false;

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
    this.noteChange(session);
    this.insertSorted(this.sessionsOf, subject, session);
    return session;
  }

  delete(session: number): void {
    const { entries } = this;
    this.noteDeletion(session);
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
    this.noteChange(session);
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

  /** Returns the time (ms) of the entry at an offset of `entries.cells`. */
  timeAt(offset: number): number {
    const { cells } = this.entries;
    return cells[offset + TIME_HIGH] * LOW_RANGE + cells[offset + TIME_LOW];
  }

  /** Compares two sessions by start, subject and order; the oldest comes first. No two sessions are equal. */
  compare(a: number, b: number): number {
    return this.starts[a] - this.starts[b] || this.subjects[a] - this.subjects[b] || this.orders[a] - this.orders[b];
  }

  clearChanges(): void {
    this.changed.clear();
    this.deleted.length = 0;
    this.hasOverflowed = false;
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
    let done = 0;
    for (const session of this.sorted()) {
      for (const at of entries.entries(session)) postings.append(entries.cells[at], session);
      if (++done % ITEMS_PER_STEP === 0) yield;
    }
  }

  private noteChange(session: number): void {
    if (this.hasOverflowed) return;
    this.changed.add(session);
    this.limitChanges();
  }

  private noteDeletion(session: number): void {
    if (this.hasOverflowed) return;
    this.changed.delete(session);
    this.deleted.push({ subject: this.subjects[session], order: this.orders[session], start: this.starts[session] });
    this.limitChanges();
  }

  private limitChanges(): void {
    if (this.changed.size + this.deleted.length <= MAX_CHANGES) return;
    this.clearChanges();
    this.hasOverflowed = true;
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

/** Writes the key, the end and the products of a session. Times are differences in ms. */
export function writeSession(writer: ByteWriter, table: SessionTable, session: number): void {
  const { entries } = table;
  writer.varint(table.subjects[session]);
  writer.signed(table.orderOf(session));
  writer.f64(table.starts[session]);
  writer.varint(table.endOf(session) - table.starts[session]);
  writer.varint(entries.length(session));
  let last = table.starts[session];
  for (const at of entries.entries(session)) {
    writer.varint(entries.cells[at]);
    writer.varint(table.timeAt(at) - last);
    last = table.timeAt(at);
  }
}

export function readSession(reader: ByteReader): {
  key: SessionKey;
  end: number;
  products: number[];
  times: number[];
} {
  const key = { subject: reader.varint(), order: reader.signed(), start: reader.f64() };
  const end = key.start + reader.varint();
  const products: number[] = [];
  const times: number[] = [];
  let last = key.start;
  for (let count = reader.varint(); count > 0; count--) {
    products.push(reader.varint());
    times.push((last += reader.varint()));
  }
  return { key, end, products, times };
}

function copied<Column extends Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
