import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { endsSession, SESSION_IDLE_MS } from './durations';
import type { PackedRows } from './packed-rows';
import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';
import { readSession, writeSession } from './session-bytes';
import { SessionTable } from './session-table';

/** When the store exceeds its cap, it drops sessions until it holds this share of the cap. */
const SHARE_AFTER_DROP = 0.99;

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
  /** A pause of this length ends a session, ms. With Infinity, all events of a subject are one session. */
  readonly idleMs?: number;
}

/**
 * The sessions of all subjects. The lines of an order are one session, and the events of a subject without an order are
 * another stream of sessions; a stream is split by {@link endsSession}.
 *
 * The store is exact: its sessions depend only on the set of inserted events, the owners that merges gave them, and the
 * horizon. They are the sessions of all these events that start at or after the horizon. It makes no difference in
 * which order events arrive and when subjects are merged or removed. A reader that needs only the newest sessions of a
 * product selects them by itself.
 *
 * Sessions can be joined by a late event, but never split. It is therefore enough to know of each session its start,
 * its end, and the newest time of each product. Of dropped sessions only the ends within half an hour of the horizon
 * are stored, because an event that continues a dropped session is dropped as well.
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
    // Sorted, so that the order numbers which a caller gives do not depend on the sequence of the events.
    const dropped = Array.from(this.droppedEnds.get(from) ?? []).sort(([a], [b]) => a - b);
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

  /** Number of values in the next delta. Some may be counted repeatedly. Infinity if the full state must be sent. */
  pendingChanges(): number {
    return this.table.changes.pending;
  }

  /** Whether too much has changed for a delta, so that the full state must be published. */
  get hasOverflowed(): boolean {
    return this.table.changes.pending === Infinity;
  }

  clearChanges(): void {
    this.table.changes.clear();
  }

  /** Writes the new values of changed sessions in steps, and clears the changes. */
  *writeChangesInSteps(writer: ByteWriter): ResumableTask<void> {
    const { table } = this;
    const { changed, deleted } = table.changes;
    writer.f64(this.oldestStart);
    writer.varint(deleted.length);
    for (const { subject, order, start } of deleted) {
      writer.varint(subject);
      writer.signed(order);
      writer.f64(start);
    }
    writer.varint(changed.size);
    let done = 0;
    for (const session of changed) {
      writeSession(writer, table, session);
      if (++done % ITEMS_PER_STEP === 0) yield;
    }
    table.changes.clear();
  }

  /** Applies what {@link writeChangesInSteps} wrote. The store of a replica is only read, so it needs no dropped ends. */
  readChanges(reader: ByteReader): void {
    const { table } = this;
    const oldestStart = reader.f64();
    if (oldestStart !== this.oldestStart) table.deleteBefore(oldestStart);
    this.oldestStart = oldestStart;
    for (let count = reader.varint(); count > 0; count--) {
      const session = table.find({ subject: reader.varint(), order: reader.signed(), start: reader.f64() });
      if (session >= 0) table.delete(session);
    }
    for (let count = reader.varint(); count > 0; count--) {
      const { key, end, products, times } = readSession(reader);
      const known = table.find(key);
      const session = known >= 0 ? known : table.create(key.subject, key.order, key.start, end);
      table.update(session, end, products, times);
    }
    table.changes.clear();
  }

  /** Writes the state in steps: by subject, so that the bytes depend only on the sessions. */
  *writeInSteps(writer: ByteWriter): ResumableTask<void> {
    const { table } = this;
    writer.f64(this.oldestStart);
    writer.varint(table.size);
    let done = 0;
    for (let subject = 0; subject < table.subjectLimit; subject++) {
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
    table.changes.clear();
  }

  /** Returns a subject's sessions, oldest start first. */
  sessionsOf(subject: number): number[] {
    const { sessionsOf } = this.table;
    return sessionsOf.entries(subject).map((at) => sessionsOf.cells[at]);
  }

  private continuesDropped(subject: number, order: number, start: number): boolean {
    const end = this.droppedEnds.get(subject)?.get(order);
    return end !== undefined && !endsSession(start - end, this.idleMs);
  }

  /** Returns the sessions of a stream that are less than a pause away from the interval [start, end]. */
  private joinedBy(subject: number, order: number, start: number, end: number): number[] {
    const { table, idleMs } = this;
    const [rows, owner] = this.rowsOfStream(subject, order);
    const first = rows.start(owner);
    const joined: number[] = [];
    for (let at = first + rows.length(owner) - 1; at >= first; at--) {
      const session = rows.cells[at];
      if (table.orderOf(session) !== order || table.subjects[session] !== subject) continue;
      if (endsSession(table.starts[session] - end, idleMs)) continue;
      if (!endsSession(start - table.endOf(session), idleMs)) joined.push(session);
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
    const dropped: number[] = [];
    const [rows, owner] = this.rowsOfStream(subject, order);
    const first = rows.start(owner);
    for (let at = first; at < first + rows.length(owner); at++) {
      const session = rows.cells[at];
      if (endsSession(table.starts[session] - droppedEnd, idleMs)) break;
      if (table.orderOf(session) !== order || table.subjects[session] !== subject) continue;
      droppedEnd = Math.max(droppedEnd, table.endOf(session));
      dropped.push(session);
    }
    for (const session of dropped) table.delete(session);
    this.noteDroppedEnd(subject, order, droppedEnd);
  }

  /** Returns the index, and its owner, that has all sessions of a stream, and few others. */
  private rowsOfStream(subject: number, order: number): [rows: PackedRows, owner: number] {
    const { sessionsOf, sessionsOfOrder } = this.table;
    return order < 0 ? [sessionsOf, subject] : [sessionsOfOrder, order];
  }

  /** Stores the end of a dropped session if an event could still continue it. */
  private noteDroppedEnd(subject: number, order: number, end: number): void {
    if (endsSession(this.oldestStart - end, this.idleMs)) return;
    const ends = this.droppedEnds.get(subject) ?? new Map<number, number>();
    this.droppedEnds.set(subject, ends.set(order, Math.max(end, ends.get(order) ?? -Infinity)));
  }

  /** Moves the horizon forward until enough sessions have been dropped. Sessions with equal starts go together. */
  private dropOldest(): void {
    const { table, idleMs } = this;
    this.oldestStart = table.startOfNewest(SHARE_AFTER_DROP * this.maxEntries);
    for (const [subject, ends] of this.droppedEnds) {
      for (const [order, end] of ends) if (endsSession(this.oldestStart - end, idleMs)) ends.delete(order);
      if (ends.size === 0) this.droppedEnds.delete(subject);
    }
    table.deleteBefore(this.oldestStart, (session) =>
      this.noteDroppedEnd(table.subjects[session], table.orderOf(session), table.endOf(session)),
    );
  }
}
