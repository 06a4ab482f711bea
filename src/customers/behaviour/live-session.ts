import { compareSessionEvents, type SessionEvent } from '../../features/session-event';
import { endsSession, SESSION_IDLE_MS } from '../../learn/durations';
import { fillSessionFeatures } from '../../features/session-features';
import { SessionTally } from '../../features/session-tally';
import { splitSessions } from './visitor-sessions';

/** A session with more events, or a longer one, is that of a program: nothing is predicted for it. */
export const MAX_SESSION_EVENTS = 2_000;
export const MAX_SESSION_MS = 24 * 3_600_000;
/** Events that are older than this can't belong to a running session of at most {@link MAX_SESSION_MS}. */
export const SESSION_WINDOW_MS = MAX_SESSION_MS + SESSION_IDLE_MS;

/** Further earlier orders are not counted. */
export const MAX_EARLIER_ORDERS = 100;
/** The newest orders that are held of one subject: the earlier ones, and those of the running session. */
const MAX_HELD_ORDERS = MAX_EARLIER_ORDERS + 400;
/** The newest order lines of a subject that a session is computed from. */
export const MAX_ORDER_LINES = 5_000;

/** Events are dropped when so many are held. Only one more than the maximum is needed to notice a program. */
const MAX_HELD_EVENTS = MAX_SESSION_EVENTS + MAX_SESSION_EVENTS / 4;

/**
 * The running session of one subject. Training and serving compute the features of a session with this class. An event
 * that is the newest takes constant time. After a late one, the session is counted again when it is read. Up to the
 * limits, the features depend on the set of events and not on their sequence.
 *
 * A storefront can't make it large. It holds at most {@link MAX_HELD_EVENTS} events of about 250 bytes: the products of
 * a storefront's events are those of the catalogue, and `toSessionEvent` drops what is not needed and shortens other ids.
 * The tally holds about 150 kB, and a storefront key can't send orders. Together, that is less than 1 MB.
 */
export class LiveSession {
  /** In order of time. */
  private events: SessionEvent[] = [];
  /** By order: the time of its first line. */
  private orders = new Map<string, number>();
  private tally: SessionTally | null = null;
  /** Number of events of the running session. */
  private length = 0;
  private earlierOrders = 0;
  private lastOrderAt: number | null = null;
  private isStale = true;

  constructor(private readonly isCustomer: boolean) {}

  /** Time (ms) at which the running session began; null if there is none at `now`. */
  startedAt(now: number): number | null {
    return this.current(now)?.startedAt ?? null;
  }

  apply(event: SessionEvent): void {
    if (event.type === 'PURCHASE' && event.orderKey !== null) this.applyOrder(event.orderKey, event.at);
    const newest = this.events.at(-1);
    if (newest === undefined || compareSessionEvents(newest, event) <= 0) {
      this.events.push(event);
      if (!this.isStale && this.tally !== null && !endsSession(event.at - newest!.at)) {
        this.tally.apply(event);
        this.length++;
      } else this.isStale = true;
    } else {
      this.events.splice(this.placeOf(event), 0, event);
      this.isStale = true;
    }
    if (this.events.length >= MAX_HELD_EVENTS) {
      this.events = this.events.slice(-MAX_SESSION_EVENTS - 1);
      if (this.length > MAX_SESSION_EVENTS) this.isStale = true;
    }
  }

  /**
   * Writes the features of the running session to `out[from]` and the following columns.
   * @param now milliseconds since 1970 (UTC)
   * @returns false if no session is running: the newest event is at least half an hour old, or a program sent the events
   */
  fill(now: number, out: Float64Array, from = 0): boolean {
    const tally = this.current(now);
    if (tally === null) return false;
    const { isCustomer, earlierOrders, lastOrderAt } = this;
    fillSessionFeatures(tally, now, { isCustomer, earlierOrders, lastOrderAt }, out, from);
    return true;
  }

  private applyOrder(key: string, at: number): void {
    const known = this.orders.get(key);
    if (known !== undefined && known <= at) return;
    this.orders.set(key, at);
    if (this.orders.size < 2 * MAX_HELD_ORDERS) return;
    const newestFirst = Array.from(this.orders).sort(([a, atA], [b, atB]) => atB - atA || (a < b ? -1 : 1));
    this.orders = new Map(newestFirst.slice(0, MAX_HELD_ORDERS));
  }

  /** Returns the index of the first event that is after another one. */
  private placeOf(event: SessionEvent): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareSessionEvents(this.events[middle]!, event) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private current(now: number): SessionTally | null {
    const newest = this.events.at(-1);
    if (newest === undefined || endsSession(now - newest.at)) return null;
    if (this.isStale) this.recount();
    if (this.tally === null || this.length > MAX_SESSION_EVENTS) return null;
    return now - this.tally.startedAt > MAX_SESSION_MS ? null : this.tally;
  }

  private recount(): void {
    this.isStale = false;
    this.tally = null;
    this.length = 0;
    const session = splitSessions(this.events).at(-1);
    if (session === undefined || session.to < this.events.length) return;
    this.tally = new SessionTally();
    this.length = session.to - session.from;
    for (let index = session.from; index < session.to; index++) this.tally.apply(this.events[index]!);
    this.countEarlierOrders(this.events[session.from]!.at);
  }

  private countEarlierOrders(startedAt: number): void {
    this.earlierOrders = 0;
    this.lastOrderAt = null;
    for (const at of this.orders.values()) {
      if (at >= startedAt) continue;
      this.earlierOrders = Math.min(MAX_EARLIER_ORDERS, this.earlierOrders + 1);
      this.lastOrderAt = Math.max(this.lastOrderAt ?? at, at);
    }
  }
}
