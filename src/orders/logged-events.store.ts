import { subjectOf } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import { compareAmounts } from '../learn/exact-decimal';

interface LoggedEvent {
  readonly source: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
  readonly type: string;
  readonly subject: string | null;
  readonly productId: string | null;
  readonly quantity: number;
  readonly unitPrice: string | null;
}

/** The events in the log with the same ids as the events to be written. They were recorded or imported before. */
export class LoggedEvents {
  private constructor(private readonly byId: ReadonlyMap<string, LoggedEvent>) {}

  static readonly NONE = new LoggedEvents(new Map());

  static async read(client: PoolClient, events: readonly StoredEvent[]): Promise<LoggedEvents> {
    if (events.length === 0) return LoggedEvents.NONE;
    const rows = await queryRows<LoggedEvent>(client, {
      name: 'logged-order-events',
      // LATERAL looks up each event by index: a query plan made while the log was small would otherwise scan all of it.
      text: `SELECT k.source, k.id, e.* FROM unnest($1::text[], $2::text[]) AS k (source, id) CROSS JOIN LATERAL (
               SELECT (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt", type, subject,
                 product_id AS "productId", quantity, unit_price::text AS "unitPrice"
               FROM events WHERE source = k.source AND id = k.id ORDER BY occurred_at LIMIT 1
             ) e`,
      values: [events.map(({ source }) => source), events.map(({ id }) => id)],
    });
    return new LoggedEvents(new Map(rows.map((row) => [keyOf(row), row])));
  }

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  has(event: StoredEvent): boolean {
    return this.byId.has(keyOf(event));
  }

  /**
   * Returns a message with the first difference between an event and the logged one; `undefined` if they agree or the
   * event is not logged.
   */
  findDifference(event: StoredEvent): string | undefined {
    const logged = this.byId.get(keyOf(event));
    if (!logged) return undefined;
    const difference =
      logged.occurredAt !== event.occurredAt
        ? `the time ${new Date(logged.occurredAt).toISOString()}`
        : logged.type !== event.type
          ? `the type ${logged.type}`
          : logged.subject !== (subjectOf(event) ?? null)
            ? 'another customer or session'
            : logged.productId !== (event.productId ?? null)
              ? `the product ${logged.productId}`
              : logged.quantity !== event.quantity
                ? `the quantity ${logged.quantity}`
                : isOtherPrice(logged.unitPrice, event.unitPrice)
                  ? `the price ${logged.unitPrice}`
                  : undefined;
    return difference && `the log has the event ${event.id} with ${difference}`;
  }
}

function isOtherPrice(logged: string | null, price: string | undefined): boolean {
  return logged !== null && price !== undefined && compareAmounts(logged, price) !== 0;
}

function keyOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source}\n${id}`;
}
