import type { StoredEvent } from '../events/stored-event';
import { canonicalJson } from '../platform/canonical-json';
import { lineEvents } from './line-events';
import type { LoggedEvents } from './logged-events';
import { conflict, type OrderFault } from './order-fault';
import type { OrderRecord } from './order-record';

/** The orders of one request as its items leave them, one after the other, and the events that come of it. */
export class OrderBook {
  /** New to the log. */
  readonly events: StoredEvent[] = [];
  private readonly current = new Map<string, OrderRecord>();

  constructor(
    private readonly stored: ReadonlyMap<string, OrderRecord>,
    private readonly logged: LoggedEvents,
  ) {}

  get(id: string): OrderRecord | undefined {
    return this.current.get(id) ?? this.stored.get(id);
  }

  /** Orders that are not what is stored. */
  changed(): OrderRecord[] {
    return [...this.current.values()];
  }

  /**
   * The order is to be so.
   * @param changedAt ISO 8601: when what differs came about
   * @param others events of it beside its lines'
   * @returns whether anything differs, or why it can't be so
   */
  put(order: OrderRecord, changedAt: string, others: readonly StoredEvent[] = []): boolean | OrderFault {
    const before = this.get(order.id);
    if (before && (before === order || contentOf(before) === contentOf(order))) return false;
    const { order: counted, events } = lineEvents(before, order, changedAt);
    const all = [...events, ...others];
    for (const event of all) {
      const contradiction = this.logged.contradiction(event);
      if (contradiction !== undefined) return conflict(contradiction, 'lines');
    }
    this.events.push(...all.filter((event) => !this.logged.has(event)));
    this.current.set(order.id, counted);
    return true;
  }
}

/** The same order, whenever it was said. */
function contentOf(record: OrderRecord): string {
  return canonicalJson({ ...record, updatedAt: undefined, position: undefined });
}
