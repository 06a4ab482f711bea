import type { StoredEvent } from '../events/stored-event';
import { canonicalJson } from '../platform/canonical-json';
import { lineEvents } from './line-events';
import type { LoggedEvents } from './logged-events.store';
import { conflict, type OrderFault } from './order-fault';
import type { OrderRecord } from './order-record';

/** Applies the items of one request to orders, one after the other, and collects the resulting events. */
export class OrderBook {
  /** Events that are not in the log yet. */
  readonly events: StoredEvent[] = [];
  private readonly current = new Map<string, OrderRecord>();

  constructor(
    private readonly stored: ReadonlyMap<string, OrderRecord>,
    private readonly logged: LoggedEvents,
  ) {}

  get(id: string): OrderRecord | undefined {
    return this.current.get(id) ?? this.stored.get(id);
  }

  /** Returns the orders that differ from the stored ones. */
  changedOrders(): OrderRecord[] {
    return [...this.current.values()];
  }

  /**
   * Sets the new state of an order.
   * @param changedAt time of the change, ISO 8601
   * @param others events of the order in addition to those of its lines
   * @returns whether anything changed, or the error
   */
  put(order: OrderRecord, changedAt: string, others: readonly StoredEvent[] = []): boolean | OrderFault {
    const before = this.get(order.id);
    if (before && (before === order || contentOf(before) === contentOf(order))) return false;
    const { order: orderWithCounts, events } = lineEvents(before, order, changedAt);
    const all = [...events, ...others];
    for (const event of all) {
      const contradiction = this.logged.findDifference(event);
      if (contradiction !== undefined) return conflict(contradiction, 'lines');
    }
    this.events.push(...all.filter((event) => !this.logged.has(event)));
    this.current.set(order.id, orderWithCounts);
    return true;
  }
}

/** Returns the content of an order without its update time and position, for comparisons. */
function contentOf(record: OrderRecord): string {
  return canonicalJson({ ...record, updatedAt: undefined, position: undefined });
}
