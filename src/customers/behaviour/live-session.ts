import { compareSessionEvents, type SessionEvent } from '../../features/session-event';
import { SESSION_IDLE_MS } from '../../learn/durations';
import { fillSessionFeatures } from '../../features/session-features';
import { SessionTally } from '../../features/session-tally';
import { splitSessions } from './visitor-sessions';

/** Number of events and of earlier orders that are held of one subject, the newest. */
export const MAX_LIVE_EVENTS = 2_000;

/**
 * The running session of one subject. An event that is the newest takes constant time. After a late one, the session is
 * counted again when it is read. Up to the limits, the features depend on the set of events and not on their sequence,
 * and are those that training computes.
 */
export class LiveSession {
  /** In order of time. */
  private events: SessionEvent[] = [];
  /** By order: the time of its first line. */
  private readonly orders = new Map<string, number>();
  private tally: SessionTally | null = null;
  private earlierOrders = 0;
  private lastOrderAt: number | null = null;
  private isStale = true;

  constructor(private readonly isCustomer: boolean) {}

  /** Time (ms) at which the running session began; null if there is none at `now`. */
  startedAt(now: number): number | null {
    return this.current(now)?.startedAt ?? null;
  }

  apply(event: SessionEvent): void {
    if (event.type === 'PURCHASE' && event.orderKey !== null) {
      this.orders.set(event.orderKey, Math.min(event.at, this.orders.get(event.orderKey) ?? Infinity));
      if (this.orders.size > MAX_LIVE_EVENTS) this.orders.delete(this.orders.keys().next().value!);
    }
    const newest = this.events.at(-1);
    if (newest === undefined || compareSessionEvents(newest, event) <= 0) {
      this.events.push(event);
      if (!this.isStale && this.tally !== null && event.at - newest!.at < SESSION_IDLE_MS) this.tally.apply(event);
      else this.isStale = true;
    } else {
      this.events.splice(this.placeOf(event), 0, event);
      this.isStale = true;
    }
    if (this.events.length >= 2 * MAX_LIVE_EVENTS) this.events = this.events.slice(-MAX_LIVE_EVENTS);
  }

  /**
   * Writes the features of the running session.
   * @param now milliseconds since 1970 (UTC)
   * @returns false if no session is running: the newest event is at least half an hour old
   */
  fill(now: number, out: Float64Array): boolean {
    const tally = this.current(now);
    if (tally === null) return false;
    const { isCustomer, earlierOrders, lastOrderAt } = this;
    fillSessionFeatures(tally, now, { isCustomer, earlierOrders, lastOrderAt }, out);
    return true;
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
    if (newest === undefined || now - newest.at >= SESSION_IDLE_MS) return null;
    if (this.isStale) this.recount();
    return this.tally;
  }

  private recount(): void {
    this.isStale = false;
    this.tally = null;
    const session = splitSessions(this.events).at(-1);
    if (session === undefined || session.to < this.events.length) return;
    this.tally = new SessionTally();
    for (let index = session.from; index < session.to; index++) this.tally.apply(this.events[index]!);
    this.earlierOrders = 0;
    this.lastOrderAt = null;
    for (const at of this.orders.values()) {
      if (at >= this.events[session.from]!.at) continue;
      this.earlierOrders++;
      this.lastOrderAt = Math.max(this.lastOrderAt ?? at, at);
    }
  }
}
