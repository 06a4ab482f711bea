import { MAX_POSITION, withIdentityRanges } from '../../events/identity-ranges.store';
import { orderKeyOf, subjectOfCustomer, type LogEvent } from '../../events/log-event';
import type { PurchaseLine } from '../../features/purchase-summary';
import { isInForce } from '../../events/position-conditions';
import { newestPosition } from '../../events/position.store';
import { throwIfErasedSince } from '../../events/tombstone.store';
import {
  BEGIN_PAGE,
  inSnapshot,
  inTransaction,
  withLongTimeout,
  type Pool,
  type PoolClient,
} from '../../platform/postgres';
import { queryColumn, queryFirst, queryOne, queryRows } from '../../platform/sql';
import { readOptedOut } from '../customer.store';

/** More lines, such as those of all counter sales under one id, do not describe a customer any better. */
const MAX_LINES = 5_000;

interface PurchaseRow {
  readonly owner: string;
  readonly source: LogEvent['source'];
  readonly id: string;
  readonly type: LogEvent['type'];
  readonly occurredAt: number;
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number | null;
  readonly category: string | null;
  readonly listPrice: number | null;
}

/**
 * Returns the order lines and returns of customers, including those of visits and customers merged into them. The list
 * price is the one that the log knew when the event arrived. The category is the product's first category. At most the
 * newest {@link MAX_LINES} lines of a customer are returned, and of each visit or customer merged into it.
 * @param currency prices in other currencies count as unknown
 * @param upTo events, merges and changes of products at log positions above it are ignored. Default: none are
 * @returns one entry for each customer, in the order of `customerIds`; each entry has its lines in no particular order
 */
export async function readPurchaseLines(
  client: Pool | PoolClient,
  customerIds: readonly string[],
  currency: string,
  upTo = MAX_POSITION,
): Promise<Map<string, PurchaseLine[]>> {
  const rows = await queryRows<PurchaseRow>(client, {
    name: 'purchase-lines',
    text: `${withIdentityRanges('$3::bigint')}
      SELECT substr(r.owner, 3) AS owner, e.source, e.id, e.type, e.customer_id AS "customerId", e.session_id AS "sessionId", e.product_id AS "productId", e.quantity,
        round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt",
        CASE WHEN e.currency = $2 THEN e.unit_price::float8 END AS "unitPrice",
        c.category,
        CASE WHEN v.facts ->> 'currency' = $2 THEN (v.facts ->> 'listPrice')::float8 END AS "listPrice"
      FROM ranges r
      CROSS JOIN LATERAL (
        SELECT line.*, b.position, b.known_at FROM events line
        CROSS JOIN LATERAL (SELECT position, known_at FROM log_batches WHERE batch = line.batch OFFSET 0) b
        WHERE line.subject = r.subject AND line.type IN ('PURCHASE', 'RETURN') AND b.position <= $3::bigint
          AND ${isInForce('line', '$3::bigint')}
        ORDER BY line.occurred_at DESC LIMIT ${MAX_LINES}
      ) e
      LEFT JOIN LATERAL (
        SELECT facts #>> '{categories,0}' AS category FROM product_versions WHERE id = e.product_id AND position <= $3::bigint
        ORDER BY position DESC LIMIT 1
      ) c ON true
      LEFT JOIN LATERAL (
        SELECT facts FROM product_versions WHERE id = e.product_id AND position <= e.known_at
        ORDER BY position DESC LIMIT 1
      ) v ON true
      WHERE e.position > r.lower AND e.position <= r.upper AND e.product_id IS NOT NULL`,
    values: [customerIds.map(subjectOfCustomer), currency, upTo],
  });
  const lines = new Map<string, PurchaseLine[]>(customerIds.map((id) => [id, []]));
  for (const row of rows) lines.get(row.owner)!.push(toLine(row));
  return lines;
}

function toLine(row: PurchaseRow): PurchaseLine {
  const { type, occurredAt, quantity, unitPrice, productId, category, listPrice, customerId, sessionId } = row;
  const identity = { customerId: customerId ?? undefined, sessionId: sessionId ?? undefined };
  return {
    at: occurredAt,
    orderKey: orderKeyOf({ ...row, ...identity })!,
    productId,
    category,
    units: quantity,
    isReturn: type === 'RETURN',
    unitPrice: unitPrice ?? 0,
    listPrice,
  };
}

/** What a read of all buyers begins with. */
export interface BuyersStart {
  /** The newest log position. */
  readonly position: number;
  readonly currency: string | null;
  /** Number of customers who have not opted out of profiling. */
  readonly profiledCount: number;
  /** The ids of the customers who have opted out. */
  readonly optedOut: ReadonlySet<string>;
}

/** Reads what a read of all buyers begins with, in one snapshot. */
export function readBuyersStart(pool: Pool): Promise<BuyersStart> {
  return inSnapshot(pool, async (client) => ({
    position: await newestPosition(client),
    currency: await readMainCurrency(client),
    profiledCount: await countProfiledCustomers(client),
    optedOut: await readOptedOut(client),
  }));
}

/**
 * As {@link readPurchaseLines}, in a transaction of its own.
 * @throws ErasureConflict if a person was erased after the position `upTo`, unless `ignoresErasures` is set
 */
export function readPurchasePage(
  pool: Pool,
  customerIds: readonly string[],
  currency: string,
  { upTo, ignoresErasures }: { readonly upTo: number; readonly ignoresErasures: boolean },
): Promise<Map<string, PurchaseLine[]>> {
  return inTransaction(
    pool,
    async (client) => {
      const lines = await readPurchaseLines(client, customerIds, currency, upTo);
      if (!ignoresErasures) await throwIfErasedSince(client, upTo);
      return lines;
    },
    BEGIN_PAGE,
  );
}

/**
 * Returns the currency that most products are priced in. If the catalogue has no price, the currency of most of the
 * newest purchases; `null` if they have none either.
 */
async function readMainCurrency(client: Pool | PoolClient): Promise<string | null> {
  const row = await queryFirst<{ currency: string | null }>(
    client,
    `SELECT coalesce(
       (SELECT currency FROM products WHERE currency IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1),
       (SELECT currency FROM (
          SELECT currency FROM events WHERE type = 'PURCHASE' AND currency IS NOT NULL ORDER BY occurred_at DESC LIMIT 10000
        ) newest GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1)
     ) AS currency`,
  );
  return row?.currency ?? null;
}

/**
 * Returns up to `count` ids of customers after the given id, in the order of ids. Customers who have opted out of
 * profiling are left out.
 * @param weight a power of two: one of this many customers is returned, by a hash of their ids
 * @param upTo customers who have opted out at a log position above it are returned, too. Default: none are
 */
export function readProfiledCustomerIds(
  client: Pool | PoolClient,
  after: string,
  count: number,
  weight = 1,
  upTo = MAX_POSITION,
): Promise<readonly string[]> {
  return queryColumn<{ id: string }>(client, {
    name: 'profiled-customer-ids',
    text: `SELECT id FROM customers
           WHERE id > $1 AND (profiling OR profiling_since > $4::bigint) AND (hashtextextended(id, 0) & ($3::bigint - 1)) = 0
           ORDER BY id LIMIT $2`,
    values: [after, count, weight, upTo],
  });
}

async function countProfiledCustomers(client: Pool | PoolClient): Promise<number> {
  const row = await queryOne<{ count: number }>(client, 'SELECT count(*) AS count FROM customers WHERE profiling');
  return row.count;
}

/** The times of the shop's first and last purchase, in milliseconds since 1970 (UTC); `null` without a purchase. */
export async function readPurchasePeriod(
  client: Pool | PoolClient,
): Promise<{ readonly first: number; readonly last: number } | null> {
  const row = await queryOne<{ first: number | null; last: number | null }>(
    client,
    withLongTimeout(
      `SELECT round(extract(epoch FROM min(occurred_at)) * 1000)::float8 AS first,
         round(extract(epoch FROM max(occurred_at)) * 1000)::float8 AS last
       FROM events WHERE type = 'PURCHASE' AND subject LIKE 'c:%'`,
      [],
    ),
  );
  return row.first === null || row.last === null ? null : { first: row.first, last: row.last };
}
