import { isSessionSubject } from '../../events/log-event';
import { fillSessionFeatures, SESSION_FEATURES, type SessionVisitor } from '../../features/session-features';
import type { SessionEvent } from '../../features/session-event';
import { SESSION_IDLE_MS } from '../../learn/durations';
import { SessionTally } from '../../features/session-tally';
import { hashText32 } from '../../learn/hash-text';
import { seededRandom } from '../../learn/seeded-random';
import { behaviourLabel, BEHAVIOURS, LABEL_WINDOW_MS } from './behaviour-label';
import { drawCut } from './session-cut';
import { ownerAsOf, sortEvents, splitSessions, type SessionRange, type VisitorEvents } from './visitor-sessions';

/** Sessions with more events are those of programs. */
const MAX_SESSION_EVENTS = 2_000;
const INITIAL_CAPACITY = 256;

/**
 * One example for each ended session: its features before a random cut, and what happened from the cut on. Columns, so
 * that 100,000 sessions take about 30 MB.
 */
export class SessionExamples {
  /** Rows × {@link SESSION_FEATURES}, row-major. */
  features = new Float64Array(INITIAL_CAPACITY * SESSION_FEATURES.length);
  /** By row: the index of the label in {@link BEHAVIOURS}. */
  labels = new Uint8Array(INITIAL_CAPACITY);
  /** By row: 1 if the visitor ordered from the cut to the end of the session. */
  purchases = new Uint8Array(INITIAL_CAPACITY);
  /** By row: the instant of the cut (ms). */
  cuts = new Float64Array(INITIAL_CAPACITY);
  /** By row: from this instant on, all that the labels depend on has happened (ms). */
  labelEnds = new Float64Array(INITIAL_CAPACITY);
  /** By row: the number of the visitor, from 0. */
  visitors = new Int32Array(INITIAL_CAPACITY);
  /** By visitor: a number from 0 to 1 that depends only on the visitor. */
  readonly visitorRanks: number[] = [];
  size = 0;

  /**
   * Adds the ended sessions of a visitor.
   * @param asOf milliseconds since 1970 (UTC): sessions that may not have ended by then are left out
   * @param since sessions that begin before are left out; their orders count as earlier orders
   */
  add(visitor: VisitorEvents, asOf: number, since = -Infinity): void {
    const events = sortEvents(visitor.events);
    let number = -1;
    for (const session of splitSessions(events)) {
      const startedAt = events[session.from]!.at;
      const endsAt = events[session.to - 1]!.at + SESSION_IDLE_MS;
      if (startedAt < since || session.to - session.from > MAX_SESSION_EVENTS) continue;
      const cut = drawCut(visitor.visitor, events, session);
      const labelEnd = Math.max(endsAt, cut + LABEL_WINDOW_MS);
      if (labelEnd > asOf) continue;
      if (number < 0) number = this.visitorRanks.push(visitorRank(visitor.visitor)) - 1;
      if (this.size === this.cuts.length) this.grow();
      const row = this.size++;
      const sorted = { ...visitor, events };
      sessionFeaturesAt(sorted, session, cut, this.features, row * SESSION_FEATURES.length);
      this.labels[row] = BEHAVIOURS.indexOf(behaviourLabel(eventsFrom(events, session.from, cut), cut));
      this.purchases[row] = isBoughtFrom(cut, events, session) ? 1 : 0;
      this.cuts[row] = cut;
      this.labelEnds[row] = labelEnd;
      this.visitors[row] = number;
    }
  }

  featuresOf(row: number): Float64Array {
    return this.features.subarray(row * SESSION_FEATURES.length, (row + 1) * SESSION_FEATURES.length);
  }

  private grow(): void {
    const larger = <Column extends Float64Array | Int32Array | Uint8Array>(column: Column, copy: Column): Column => {
      copy.set(column);
      return copy;
    };
    const capacity = 2 * this.cuts.length;
    this.features = larger(this.features, new Float64Array(capacity * SESSION_FEATURES.length));
    this.labels = larger(this.labels, new Uint8Array(capacity));
    this.purchases = larger(this.purchases, new Uint8Array(capacity));
    this.cuts = larger(this.cuts, new Float64Array(capacity));
    this.labelEnds = larger(this.labelEnds, new Float64Array(capacity));
    this.visitors = larger(this.visitors, new Int32Array(capacity));
  }
}

/**
 * Writes the features of a session as of a cut. Only events before the cut count, and only those that belonged to the
 * session's subject by the merges before the cut: an anonymous visit that signs in later is still anonymous.
 * @param visitor with events in order of time
 * @param session must have an event before the cut
 */
export function sessionFeaturesAt(
  { events, merges }: VisitorEvents,
  { from, to }: SessionRange,
  cut: number,
  out: Float64Array,
  at = 0,
): void {
  let end = from;
  while (end < to && events[end]!.at < cut) end++;
  const newest = events[end - 1]!;
  const subject = ownerAsOf(newest, merges, cut);
  const tally = new SessionTally();
  for (let index = from; index < end; index++)
    if (ownerAsOf(events[index]!, merges, cut) === subject) tally.apply(events[index]!);
  const orders = new Set<string>();
  let lastOrderAt: number | null = null;
  for (let index = 0; index < from && events[index]!.at < events[from]!.at; index++) {
    const event = events[index]!;
    if (event.type !== 'PURCHASE' || event.orderKey === null || ownerAsOf(event, merges, cut) !== subject) continue;
    // The time of an order is that of its first line.
    if (orders.has(event.orderKey)) continue;
    orders.add(event.orderKey);
    lastOrderAt = event.at;
  }
  const person: SessionVisitor = { isCustomer: !isSessionSubject(subject), earlierOrders: orders.size, lastOrderAt };
  fillSessionFeatures(tally, cut, person, out, at);
}

/** Returns the events that a label may depend on, which can belong to the next session. */
function eventsFrom(events: readonly SessionEvent[], from: number, cut: number): SessionEvent[] {
  const found: SessionEvent[] = [];
  for (let index = from; index < events.length && events[index]!.at < cut + LABEL_WINDOW_MS; index++)
    if (events[index]!.at >= cut) found.push(events[index]!);
  return found;
}

function isBoughtFrom(cut: number, events: readonly SessionEvent[], { from, to }: SessionRange): boolean {
  for (let index = to - 1; index >= from && events[index]!.at >= cut; index--)
    if (events[index]!.type === 'PURCHASE') return true;
  return false;
}

function visitorRank(visitor: string): number {
  return seededRandom(hashText32(visitor))();
}
