import { EventColumns, type LogEvents } from '../../events/event-columns';
import type { IdTable } from '../../learn/id-table';
import { seededRandom } from '../../learn/seeded-random';
import { historyBefore, purchasesWithin } from '../../live-state/history-at';

/** A customer's interests before an instant and purchases within the window after it, as product indexes. */
export interface Transition {
  readonly before: Int32Array;
  readonly bought: Int32Array;
}

/** The transitions of all customers at one instant. */
export interface TransitionWindow {
  readonly start: number;
  readonly transitions: readonly Transition[];
}

export interface TransitionOptions {
  /** Events from this instant (ms) on are ignored. */
  readonly until: number;
  /** Length of a window, ms. */
  readonly horizon: number;
  /** Number of windows. The newest window starts at `until` − horizon. */
  readonly windows: number;
  /** If a window has more customers, about this many are sampled. */
  readonly maxCustomers: number;
  readonly seed: number;
}

/**
 * Returns, for each window, each subject's interests at its start and purchases within it. A subject is a customer or a
 * visit. A window includes only subjects with purchases before it. Subjects that buy nothing within it are included,
 * because a fit needs negative examples.
 * @param log sorted by `occurredAt`
 * @param products the product table, to which the products of the transitions are added
 * @returns the windows, newest first
 */
export function historyTransitions(log: LogEvents, products: IdTable, options: TransitionOptions): TransitionWindow[] {
  const { until, horizon, windows, maxCustomers } = options;
  const events = EventColumns.of(log);
  const random = seededRandom(options.seed);
  const found: TransitionWindow[] = [];
  for (let back = windows; back >= 1; back--) {
    const start = until - back * horizon;
    const end = Math.min(until, start + horizon);
    const subjects = events.subjectCountBefore(start);
    const chance = maxCustomers / subjects;
    const transitions: Transition[] = [];
    for (let subject = 0; subject < subjects; subject++) {
      if (chance < 1 && random() >= chance) continue;
      // Reading the columns is much cheaper than computing a history, and most subjects are skipped here.
      if (purchasesWithin(events, subject, -Infinity, start).size === 0) continue;
      const history = historyBefore(events, subject, start);
      if (history === undefined || history.purchases().length === 0) continue;
      const before = Int32Array.from(history.interests(), ({ productId }) => products.intern(productId));
      const bought = Int32Array.from(purchasesWithin(events, subject, start, end), (product) =>
        products.intern(events.products.idAt(product)),
      );
      if (before.length > 0) transitions.push({ before, bought });
    }
    found.unshift({ start, transitions });
  }
  return found;
}
