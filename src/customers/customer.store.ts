import { EVENTS_IN_RANGES, rangeColumns, type IdentityRange } from '../events/identity-ranges.store';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryFirst, queryRows } from '../platform/sql';
import type { TimeCursor } from '../graphql/connection';
import type { Customer, Event } from './customer.type';

type EventRow = Omit<Event, 'product' | 'unitPrice'> & { amount: string | null; currency: string | null };

/** Returns a customer's attributes; `undefined` if there is no such customer. */
export async function readAttributes(pool: Pool, id: string): Promise<object | undefined> {
  const row = await queryFirst<{ attributes: object }>(pool, {
    name: 'customer-attributes',
    text: 'SELECT attributes FROM customers WHERE id = $1',
    values: [id],
  });
  return row?.attributes;
}

/**
 * Returns up to `count` customers whose ids begin with `prefix`, sorted by id, after the given id. `starts_with` has no
 * wildcards. In a database with the collation C, PostgreSQL derives the range of the index on `id` from the prefix. The
 * statement must have no name: the plan has to be made for this prefix.
 */
export function readCustomersByPrefix(pool: Pool, prefix: string, after: string, count: number): Promise<Customer[]> {
  return queryRows<Customer>(
    pool,
    `SELECT id, attributes, created_at AS "createdAt", updated_at AS "updatedAt", profiling FROM customers
     WHERE starts_with(id, $1) AND id > $2 ORDER BY id LIMIT $3`,
    [prefix, after, count],
  );
}

/** Deletes the customers among these subjects (customers and visits), inside the caller's transaction. */
export async function eraseFromCustomers(client: PoolClient, subjects: readonly string[]): Promise<void> {
  for (const table of ['customers', 'customer_versions']) {
    await execute(
      client,
      `DELETE FROM ${table} WHERE id IN (SELECT substr(s, 3) FROM unnest($1::text[]) AS s WHERE s LIKE 'c:%')`,
      [subjects],
    );
  }
}

/** Returns the events of a customer in these ranges, newest first. */
export function readCustomerEvents(
  client: PoolClient,
  ranges: readonly IdentityRange[],
  after: TimeCursor | undefined,
  count: number,
): Promise<EventRow[]> {
  return queryRows<EventRow>(
    client,
    `SELECT e.source, e.id, e.type, e.occurred_at AS "occurredAt", e.received_at AS "receivedAt",
       e.session_id AS "sessionId", e.product_id AS "productId", e.quantity, e.unit_price::text AS amount, e.currency,
       e.rating, e.query, e.request_id AS "requestId", e.list_position AS position, e.placement, e.name, e.properties
     FROM ${EVENTS_IN_RANGES}
     WHERE ($4::timestamptz IS NULL OR (e.occurred_at, e.source, e.id) < ($4, $5, $6))
     ORDER BY e.occurred_at DESC, e.source DESC, e.id DESC LIMIT $7`,
    [...rangeColumns(ranges), after?.time ?? null, after?.texts[0] ?? null, after?.texts[1] ?? null, count],
  );
}

/** Stores the log position of the newest change of `profiling`. */
export async function storeProfilingSince(
  client: PoolClient,
  position: number,
  customerIds: readonly string[],
): Promise<void> {
  if (customerIds.length === 0) return;
  await execute(client, 'UPDATE customers SET profiling_since = $1 WHERE id = ANY($2::text[])', [
    position,
    customerIds,
  ]);
}

/** Returns the ids of the customers who have opted out of profiling. */
export async function readOptedOut(client: PoolClient): Promise<ReadonlySet<string>> {
  return new Set(await queryColumn<{ id: string }>(client, 'SELECT id FROM customers WHERE NOT profiling'));
}

interface WrittenCustomer {
  readonly id: string;
  /** JSON; null leaves the attributes unchanged. */
  readonly attributes: string | null;
  readonly updatedAt: Date;
  /** Stored if the customer is new. */
  readonly createdAt: Date;
  /** Null leaves it unchanged. */
  readonly profiling: boolean | null;
}

/** SQL: marks a change of `profiling` in a transaction that has no log position yet. */
const NO_POSITION_YET = '9223372036854775807';

/**
 * Inserts or updates a customer. If `hasChangedProfiling`, a stored customer has opted out of profiling or in again, and
 * {@link storeProfilingSince} must be called with the position of the transaction.
 * @returns undefined if the stored customer is newer
 */
export function upsertCustomer(
  client: PoolClient,
  { id, attributes, updatedAt, createdAt, profiling }: WrittenCustomer,
): Promise<{ readonly hasChangedProfiling: boolean; readonly isNew: boolean } | undefined> {
  return queryFirst<{ hasChangedProfiling: boolean; isNew: boolean }>(client, {
    name: 'upsert-customer',
    text: `INSERT INTO customers (id, attributes, created_at, updated_at, profiling)
           VALUES ($1, coalesce($2::jsonb, '{}'), $4, $3, coalesce($5, true))
           ON CONFLICT (id) DO UPDATE
             SET attributes = coalesce($2::jsonb, customers.attributes), updated_at = excluded.updated_at,
               profiling = coalesce($5, customers.profiling),
               profiling_since = CASE WHEN customers.profiling = coalesce($5, customers.profiling)
                 THEN customers.profiling_since ELSE ${NO_POSITION_YET} END
             WHERE customers.updated_at IS NULL OR customers.updated_at <= excluded.updated_at
           RETURNING coalesce(profiling_since = ${NO_POSITION_YET}, false) AS "hasChangedProfiling", xmax = 0 AS "isNew"`,
    values: [id, attributes, updatedAt, createdAt, profiling],
  });
}
