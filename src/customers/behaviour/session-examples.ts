import { isSessionSubject } from '../../events/log-event';
import { SESSION_FEATURES } from '../../features/session-features';
import type { SessionEvent } from '../../features/session-event';
import { SESSION_IDLE_MS } from '../../learn/durations';
import { grown } from '../../learn/grown';
import { hashText32 } from '../../learn/hash-text';
import { seededRandom } from '../../learn/seeded-random';
import { behaviourLabel, BEHAVIOURS, LABEL_WINDOW_MS } from './behaviour-label';
import { knownAtCut } from './known-at-cut';
import { LiveSession, MAX_ORDER_LINES, MAX_SESSION_EVENTS, SESSION_WINDOW_MS } from './live-session';
import { cutCandidates, drawCut, type SessionCut } from './session-cut';
import {
  sortEvents,
  splitSessions,
  type SessionRange,
  type VisitorEvent,
  type VisitorEvents,
} from './visitor-sessions';

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
    const sorted = { ...visitor, events };
    const mayBeCut = cutCandidates(events);
    let number = -1;
    for (const session of splitSessions(events)) {
      const startedAt = events[session.from]!.at;
      const endsAt = events[session.to - 1]!.at + SESSION_IDLE_MS;
      if (startedAt < since || session.to - session.from > MAX_SESSION_EVENTS) continue;
      const cut = drawCut(visitor.visitor, events, mayBeCut, session);
      if (cut === null) continue;
      const labelEnd = Math.max(endsAt, cut.at + LABEL_WINDOW_MS);
      if (labelEnd > asOf) continue;
      if (this.size === this.cuts.length) this.grow();
      if (!sessionFeaturesAt(sorted, cut, this.features, this.size * SESSION_FEATURES.length)) continue;
      if (number < 0) number = this.visitorRanks.push(visitorRank(visitor.visitor)) - 1;
      const row = this.size++;
      this.labels[row] = BEHAVIOURS.indexOf(behaviourLabel(eventsFrom(events, session.from, cut.at), cut.at));
      this.purchases[row] = isBoughtFrom(cut.at, events, session) ? 1 : 0;
      this.cuts[row] = cut.at;
      this.labelEnds[row] = labelEnd;
      this.visitors[row] = number;
    }
  }

  featuresOf(row: number): Float64Array {
    return this.features.subarray(row * SESSION_FEATURES.length, (row + 1) * SESSION_FEATURES.length);
  }

  private grow(): void {
    const capacity = 2 * this.cuts.length;
    this.features = grown(this.features, capacity * SESSION_FEATURES.length);
    this.labels = grown(this.labels, capacity);
    this.purchases = grown(this.purchases, capacity);
    this.cuts = grown(this.cuts, capacity);
    this.labelEnds = grown(this.labelEnds, capacity);
    this.visitors = grown(this.visitors, capacity);
  }
}

/**
 * Writes the features of a session as of a cut: those that serving computed from the events that it knew then, see
 * {@link knownAtCut}.
 * @param visitor with events in order of time
 * @returns false if serving knew of no running session
 */
export function sessionFeaturesAt(
  visitor: Pick<VisitorEvents, 'events' | 'merges'>,
  cut: SessionCut,
  out: Float64Array,
  at = 0,
): boolean {
  const { events } = visitor;
  const { subject, isKnown } = knownAtCut(visitor, cut);
  const session = new LiveSession(!isSessionSubject(subject));
  const known: VisitorEvent[] = [];
  let lines = 0;
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index]!;
    const isOrderLine = event.type === 'PURCHASE';
    if (isOrderLine ? lines === MAX_ORDER_LINES : event.at < cut.at - SESSION_WINDOW_MS) continue;
    if (!isKnown(event)) continue;
    known.push(event);
    if (isOrderLine) lines++;
  }
  for (const event of known.reverse()) session.apply(event);
  return session.fill(cut.at, out, at);
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
