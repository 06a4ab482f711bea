import { inSnapshot, type Pool } from '../../src/platform/postgres';

export interface OwnedEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly position: number;
  readonly productId: string;
  readonly quantity: number;
  /** As text. */
  readonly unitPrice: string | null;
  readonly currency: string | null;
  /** The product's first category now. */
  readonly category: string | null;
  /** The product's list price when the event arrived. */
  readonly listPrice: number | null;
  readonly subject: string | null;
  /** The subject that it belongs to after all merges. */
  readonly owner: string | null;
}

export interface LogAtOnce {
  readonly position: number;
  /** In order of time, source and id. */
  readonly events: readonly OwnedEvent[];
  readonly optedOut: ReadonlySet<string>;
}

/** Reads the whole log in one snapshot, and carries out the merges one after the other: slow, and easy to check. */
export function readLogAtOnce(pool: Pool): Promise<LogAtOnce> {
  return inSnapshot(pool, async (client) => {
    const { rows: counter } = await client.query<{ position: number }>('SELECT position FROM log_position');
    const { rows } = await client.query<OwnedEvent>(
      `SELECT e.source, e.id, e.type, round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt", b.position,
         e.product_id AS "productId", e.quantity, e.unit_price::text AS "unitPrice", e.currency, e.subject, e.subject AS owner,
         p.categories[1] AS category, (
           SELECT facts ->> 'listPrice' FROM product_versions v WHERE v.id = e.product_id AND v.position <= b.known_at
           ORDER BY v.position DESC LIMIT 1
         )::float8 AS "listPrice"
       FROM events e JOIN log_batches b USING (batch) LEFT JOIN products p ON p.id = e.product_id
       WHERE e.set_aside IS NULL ORDER BY e.occurred_at, e.source, e.id`,
    );
    const { rows: merges } = await client.query<{ position: number; from: string; into: string }>(
      `SELECT position, from_subject AS "from", into_subject AS into FROM merges WHERE set_aside IS NULL ORDER BY position`,
    );
    const { rows: optedOut } = await client.query<{ id: string }>('SELECT id FROM customers WHERE NOT profiling');
    let events = rows;
    for (const { position, from, into } of merges)
      events = events.map((event) =>
        event.owner === from && event.position <= position ? { ...event, owner: into } : event,
      );
    return { position: counter[0].position, events, optedOut: new Set(optedOut.map(({ id }) => `c:${id}`)) };
  });
}
