import { subjectOf, type LogEvent } from '../events/log-event';
import type { IdTable } from '../learn/id-table';
import { seededRandom } from '../learn/seeded-random';
import { CustomerHistory } from './history';

/** What one customer had wanted before an instant, and bought within the window after it; product indexes. */
export interface Transition {
  readonly before: Int32Array;
  readonly bought: Int32Array;
}

/** All customers' transitions at one instant. */
export interface TransitionWindow {
  readonly start: number;
  readonly transitions: readonly Transition[];
}

export interface TransitionOptions {
  /** Nothing from this instant (ms) on is looked at. */
  readonly until: number;
  /** Length of a window, ms. */
  readonly horizon: number;
  /** The last starts at `until` − horizon. */
  readonly windows: number;
  /** Customers looked at in each window, sampled by seed. */
  readonly mostCustomers: number;
  readonly seed: number;
}

/**
 * Goes through the log once (events sorted by `occurredAt`) and stops at the start of each window: histories are what
 * they were then. Customers who buy nothing in the window are there too, for they teach what is not bought.
 * @param products takes up the ids that come
 * @returns the windows, the newest first
 */
export function historyTransitions(
  events: readonly LogEvent[],
  products: IdTable,
  options: TransitionOptions,
): TransitionWindow[] {
  const { until, horizon, windows, mostCustomers } = options;
  const histories = new Map<string, CustomerHistory>();
  const random = seededRandom(options.seed);
  const found: TransitionWindow[] = [];
  let next = 0;
  for (let back = windows; back >= 1; back--) {
    const start = until - back * horizon;
    const end = Math.min(until, start + horizon);
    for (; next < events.length && events[next].occurredAt < start; next++) applyToHistory(histories, events[next]);
    const purchases = purchasesBetween(events, next, end);
    const chance = mostCustomers / histories.size;
    const transitions: Transition[] = [];
    for (const [subject, history] of histories) {
      if (chance < 1 && random() >= chance) continue;
      if (history.purchases().length === 0) continue;
      const before = Int32Array.from(history.interests(), ({ productId }) => products.intern(productId));
      const bought = Int32Array.from(purchases.get(subject) ?? [], (id) => products.intern(id));
      if (before.length > 0) transitions.push({ before, bought });
    }
    found.unshift({ start, transitions });
  }
  return found;
}

export function applyToHistory(histories: Map<string, CustomerHistory>, event: LogEvent): void {
  const subject = subjectOf(event);
  if (subject === undefined) return;
  let history = histories.get(subject);
  if (history === undefined) {
    history = new CustomerHistory();
    histories.set(subject, history);
  }
  history.apply(event);
}

/** Distinct products that each subject bought from event `from` on and before `end` (ms). */
export function purchasesBetween(events: readonly LogEvent[], from: number, end: number): Map<string, Set<string>> {
  const bought = new Map<string, Set<string>>();
  for (let at = from; at < events.length && events[at].occurredAt < end; at++) {
    const { type, productId } = events[at];
    const subject = subjectOf(events[at]);
    if (type !== 'PURCHASE' || productId === undefined || subject === undefined) continue;
    const products = bought.get(subject);
    if (products === undefined) bought.set(subject, new Set([productId]));
    else products.add(productId);
  }
  return bought;
}
