import { SESSION_IDLE_MS } from './durations';
import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';
import { readSession, SessionTable, writeSession } from './session-table';

/** When the store exceeds its cap, it drops sessions until it holds this share of the cap. */
const SHARE_AFTER_DROP = 0.9;

/** An event of a subject with a product. Subjects, orders and products are integers ≥ 0, chosen by the caller. */
export interface SubjectEvent {
  readonly subject: number;
  /** The order that the event belongs to; −1 for none. */
  readonly order: number;
  readonly product: number;
  /** Time, whole ms. */
  readonly at: number;
}

export interface SessionStoreLimits {
  /** Maximum number of products, summed over sessions. Above it, the oldest sessions are dropped. */
  readonly maxEntries?: number;
  /** Longest pause within a session, ms. With Infinity, all events of a subject are one session. */
  readonly idleMs?: number;
}

/**
 * The sessions of all subjects. The lines of an order are one session, and the events of a subject without an order are
 * another stream of sessions; a stream is split where it pauses for more than 30 minutes.
 *
 * The store is exact: its sessions depend only on the set of inserted events, the owners that merges gave them, and the
 * horizon. They are the sessions of all these events that start at or after the horizon. It makes no difference in
 * which order events arrive and when subjects are merged or removed. A reader
 * that needs only the newest sessions of a product selects them by itself.
 *
 * Sessions can be joined by a late event, but never split. It is therefore enough to know of each session its start,
 * its end, and the newest time of each product. Of dropped sessions only the ends within 30 minutes of the horizon are
 * stored, because an event that continues a dropped session is dropped as well.
 */
export class SessionStore {
  readonly table = new SessionTable();
  private readonly maxEntries: number;
  private readonly idleMs: number;
  private oldestStart = -Infinity;
  /** By subject and order: the end of the newest dropped session, if an event could still continue it. */
  private readonly droppedEnds = new Map<number, Map<number, number>>();

  constructor({ maxEntries = Infinity, idleMs = SESSION_IDLE_MS }: SessionStoreLimits = {}) {
    this.maxEntries = maxEntries;
    this.idleMs = idleMs;
  }

  /** Sessions that start before this time (ms) have been dropped; −∞ if none has been dropped. */
  get horizon(): number {
    return this.oldestStart;
  }

  insert({ subject, order, product, at }: SubjectEvent): void {
    const { table } = this;
    if (at < this.oldestStart || this.continuesDropped(subject, order, at)) {
      this.dropUntil(subject, order, at);
      return;
    }
    const joined = this.joinedBy(subject, order, at, at);
    const isContinuation = joined.length === 1 && table.starts[joined[0]] <= at;
    const session = isContinuation ? joined[0] : this.unite(subject, order, at, at, joined);
    table.record(session, product, at);
    if (table.entryCount > this.maxEntries) this.dropOldest();
  }

  /**
   * Moves all sessions of a subject to another one, and joins them with the sessions of that subject.
   * @param movedOrder returns the order (≥ 0) that an order of `from` becomes; by default, orders stay the same
   */
  merge(from: number, into: number, movedOrder = (order: number): number => order): void {
    if (from === into) return;
    const { table } = this;
    const orderIn = (order: number): number => (order < 0 ? order : movedOrder(order));
    const dropped = Array.from(this.droppedEnds.get(from) ?? []);
    this.droppedEnds.delete(from);
    for (const [order, end] of dropped) this.dropUntil(into, orderIn(order), end);
    for (const session of this.sessionsOf(from)) {
      const order = orderIn(table.orderOf(session));
      const [start, end] = [table.starts[session], table.endOf(session)];
      if (this.continuesDropped(into, order, start)) {
        table.delete(session);
        this.dropUntil(into, order, end);
      } else this.unite(into, order, start, end, [session, ...this.joinedBy(into, order, start, end)]);
    }
  }

  /** Removes everything about a subject. */
  remove(subject: number): void {
    for (const session of this.sessionsOf(subject)) this.table.delete(session);
    this.droppedEnds.delete(subject);
  }

  /** Removes the sessions of one order of a subject. */
  removeOrder(subject: number, order: number): void {
    const { table } = this;
    for (const session of this.sessionsOf(subject)) if (table.orderOf(session) === order) table.delete(session);
    this.droppedEnds.get(subject)?.delete(order);
  }

  /** Number of sessions that changed since the last delta. */
  pendingChanges(): number {
    return this.table.changed.size + this.table.deleted.length;
  }

  /** Whether too much has changed for a delta, so that the full state must be published. */
  get hasOverflowed(): boolean {
    return this.table.hasOverflowed;
  }

  clearChanges(): void {
    this.table.clearChanges();
  }

  /** Writes the new values of changed sessions, and clears the changes. */
  writeChanges(writer: ByteWriter): void {
    const { table } = this;
    writer.f64(this.oldestStart);
    writer.varint(table.deleted.length);
    for (const { subject, order, start } of table.deleted) {
      writer.varint(subject);
      writer.signed(order);
      writer.f64(start);
    }
    writer.varint(table.changed.size);
    for (const session of table.changed) writeSession(writer, table, session);
    table.clearChanges();
  }

  /** Applies what {@link writeChanges} wrote. The store of a replica is only read, so it needs no dropped ends. */
  readChanges(reader: ByteReader): void {
    const { table } = this;
    this.oldestStart = reader.f64();
    for (let count = reader.varint(); count > 0; count--) {
      const session = table.find({ subject: reader.varint(), order: reader.signed(), start: reader.f64() });
      if (session >= 0) table.delete(session);
    }
    for (let count = reader.varint(); count > 0; count--) {
      const { key, end, products, times } = readSession(reader);
      const known = table.find(key);
      const session = known >= 0 ? known : table.create(key.subject, key.order, key.start, end);
      products.forEach((product, entry) => table.record(session, product, times[entry]));
    }
    table.clearChanges();
  }

  /** Writes the state in steps: by subject, so that the bytes depend only on the sessions. */
  *writeInSteps(writer: ByteWriter, subjects: number): ResumableTask<void> {
    const { table } = this;
    writer.f64(this.oldestStart);
    writer.varint(table.size);
    let done = 0;
    for (let subject = 0; subject < subjects; subject++) {
      for (const session of this.sessionsOf(subject)) {
        writeSession(writer, table, session);
        if (++done % ITEMS_PER_STEP === 0) yield;
      }
      if (subject % ITEMS_PER_STEP === 0) yield;
    }
    const dropped = Array.from(this.droppedEnds).sort(([a], [b]) => a - b);
    writer.varint(dropped.length);
    for (const [subject, ends] of dropped) {
      writer.varint(subject);
      writer.varint(ends.size);
      for (const [order, end] of Array.from(ends).sort(([a], [b]) => a - b)) {
        writer.signed(order);
        writer.f64(end);
      }
    }
  }

  /** Reads the bytes of {@link writeInSteps} into an empty store. */
  *readInSteps(reader: ByteReader): ResumableTask<void> {
    const { table } = this;
    this.oldestStart = reader.f64();
    const size = reader.varint();
    for (let done = 0; done < size; done++) {
      const { key, end, products, times } = readSession(reader);
      table.append(key, end, products, times);
      if (done % ITEMS_PER_STEP === 0) yield;
    }
    yield* table.completePostings();
    for (let count = reader.varint(); count > 0; count--) {
      const subject = reader.varint();
      const ends = new Map<number, number>();
      for (let orders = reader.varint(); orders > 0; orders--) ends.set(reader.signed(), reader.f64());
      this.droppedEnds.set(subject, ends);
    }
    table.clearChanges();
  }

  /** Returns a subject's sessions, oldest start first. */
  sessionsOf(subject: number): number[] {
    const { sessionsOf } = this.table;
    return sessionsOf.entries(subject).map((at) => sessionsOf.cells[at]);
  }

  private continuesDropped(subject: number, order: number, start: number): boolean {
    const end = this.droppedEnds.get(subject)?.get(order);
    return end !== undefined && start - end <= this.idleMs;
  }

  /** Returns the sessions of a stream that are less than a pause away from the interval [start, end]. */
  private joinedBy(subject: number, order: number, start: number, end: number): number[] {
    const { table, idleMs } = this;
    const { sessionsOf } = table;
    const first = sessionsOf.start(subject);
    const joined: number[] = [];
    for (let at = first + sessionsOf.length(subject) - 1; at >= first; at--) {
      const session = sessionsOf.cells[at];
      if (table.orderOf(session) !== order || table.starts[session] - end > idleMs) continue;
      if (start - table.endOf(session) <= idleMs) joined.push(session);
      // The sessions of a stream don't overlap, so all others end before this one starts.
      if (table.starts[session] <= start) break;
    }
    return joined;
  }

  /** Replaces sessions by one that also covers [start, end]. @returns the new session */
  private unite(subject: number, order: number, start: number, end: number, joined: readonly number[]): number {
    const { table } = this;
    const { entries } = table;
    let [newStart, newEnd] = [start, end];
    const events: [product: number, at: number][] = [];
    for (const session of joined) {
      newStart = Math.min(newStart, table.starts[session]);
      newEnd = Math.max(newEnd, table.endOf(session));
      for (const offset of entries.entries(session)) events.push([entries.cells[offset], table.timeAt(offset)]);
      table.delete(session);
    }
    const united = table.create(subject, order, newStart, newEnd);
    for (const [product, at] of events) table.record(united, product, at);
    return united;
  }

  /** Drops what a stream has until `end`, and all that continues it. */
  private dropUntil(subject: number, order: number, end: number): void {
    const { table, idleMs } = this;
    let droppedEnd = Math.max(end, this.droppedEnds.get(subject)?.get(order) ?? -Infinity);
    for (const session of this.sessionsOf(subject)) {
      if (table.orderOf(session) !== order) continue;
      if (table.starts[session] - droppedEnd > idleMs) break;
      droppedEnd = Math.max(droppedEnd, table.endOf(session));
      table.delete(session);
    }
    if (droppedEnd < this.oldestStart - idleMs) return;
    const ends = this.droppedEnds.get(subject) ?? new Map<number, number>();
    this.droppedEnds.set(subject, ends.set(order, droppedEnd));
  }

  /** Moves the horizon forward until enough sessions have been dropped. Sessions with equal starts go together. */
  private dropOldest(): void {
    const { table } = this;
    const sessions = table.sorted();
    let remaining = table.entryCount;
    let count = 0;
    const isSameStart = () =>
      count < sessions.length && table.starts[sessions[count]] === table.starts[sessions[count - 1]];
    while (count < sessions.length && (remaining > SHARE_AFTER_DROP * this.maxEntries || isSameStart())) {
      remaining -= table.entries.length(sessions[count++]);
    }
    this.oldestStart = count < sessions.length ? table.starts[sessions[count]] : table.starts[sessions[count - 1]] + 1;
    for (const [subject, ends] of this.droppedEnds) {
      for (const [order, end] of ends) if (end < this.oldestStart - this.idleMs) ends.delete(order);
      if (ends.size === 0) this.droppedEnds.delete(subject);
    }
    for (const session of sessions.slice(0, count)) {
      const [subject, order, end] = [table.subjects[session], table.orderOf(session), table.endOf(session)];
      table.delete(session);
      this.dropUntil(subject, order, end);
    }
  }
}
