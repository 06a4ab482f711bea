import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../platform/sql';

/** SQL: whether an event is part of a visit. Orders, payments and parcels are not. */
export const IS_BEHAVIOUR = `source IN ('STOREFRONT', 'SEARCH') AND type NOT IN ('PURCHASE', 'RETURN')`;

/** A customer or session whose figures must be computed again for this range of time, ends included. */
export interface OutdatedVisitor {
  readonly subject: string;
  readonly from: Date;
  readonly until: Date;
}

/** A range that contains everything. */
export const ALL_TIME = { from: new Date(0), until: new Date('9999-12-01T00:00:00Z') };
const ALL_TIME_SQL = `to_timestamp(0), timestamptz '9999-12-01 00:00:00Z'`;

/** SQL: the log batches after position $1, up to $2, either the live or (if $3) the imported ones. */
const BATCHES = `
  SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 AND backfill = $3`;

/** Visits with many events, and buyers with many orders, are computed less often: each takes this long. */
const DELAY_OF_EVENT = `interval '1 ms'`;
const DELAY_OF_ORDER = `interval '20 ms'`;

/** SQL: whether a visitor was postponed, or takes long: then further events change nothing about when they are due. */
const IS_POSTPONED = `v.due_at <> 'infinity' AND v.due_at > excluded.due_at + interval '5 minutes'`;

/**
 * SQL: marks visitors as outdated; those into whom they were merged, because an imported event may be processed after a
 * merge that follows it in the log; and the customers of orders that name a marked session.
 * @param visitors SQL: rows (subject, from, until) of outdated visitors
 * @param due SQL: when they are due, at the earliest
 */
function marking(visitors: string, due: string): string {
  return `
  WITH RECURSIVE owners (subject, from_at, until_at) AS (
    ${visitors}
    UNION SELECT m.into_subject, o.from_at, o.until_at FROM owners o JOIN merges m ON m.from_subject = o.subject
  ), marked AS (
    SELECT subject, min(from_at) AS from_at, max(until_at) AS until_at FROM (
      SELECT * FROM owners UNION ALL
      SELECT 'c:' || orders.customer_id, from_at, until_at FROM owners
      JOIN orders ON orders.session_id = substr(owners.subject, 3) AND orders.customer_id IS NOT NULL
      WHERE owners.subject LIKE 's:%'
    ) all_owners WHERE subject IS NOT NULL GROUP BY subject
  )
  INSERT INTO outdated_visitors AS v (subject, from_at, until_at, due_at)
  SELECT subject, from_at, until_at, ${due} + coalesce((
    SELECT max(events) * ${DELAY_OF_EVENT} + max(orders) * ${DELAY_OF_ORDER} FROM visits
    WHERE visits.subject = marked.subject AND day >= (from_at - interval '1 day')::date
  ), interval '0') FROM marked ORDER BY subject
  ON CONFLICT (subject) DO UPDATE SET from_at = least(v.from_at, excluded.from_at),
    until_at = greatest(v.until_at, excluded.until_at), due_at = CASE WHEN ${IS_POSTPONED} THEN v.due_at
      ELSE least(v.due_at, excluded.due_at) END`;
}

/** The other conditions come after the batch: PostgreSQL would look for all events of these sources, too. */
const MARK_VISITS = marking(
  `SELECT e.subject, min(e.occurred_at), max(e.occurred_at) FROM (${BATCHES}) b CROSS JOIN LATERAL (
     SELECT subject, occurred_at, source, type FROM events WHERE batch = b.batch OFFSET 0
   ) e WHERE ${IS_BEHAVIOUR} GROUP BY e.subject`,
  '$4::timestamptz',
);

const MARK_BUYERS = marking(
  `SELECT coalesce('c:' || customer_id, 's:' || session_id), min(placed_at), max(placed_at)
   FROM orders o WHERE position > $1 AND position <= $2
     AND coalesce((SELECT backfill FROM log_batches WHERE position = o.position), false) = $3
   GROUP BY 1`,
  '$4::timestamptz',
);

/** SQL: the first and last time of the events of subject `moved.subject`. */
const FIRST_AND_LAST = `
  SELECT (SELECT occurred_at FROM events WHERE subject = moved.subject ORDER BY occurred_at LIMIT 1) AS first,
    (SELECT occurred_at FROM events WHERE subject = moved.subject ORDER BY occurred_at DESC LIMIT 1) AS last
  UNION ALL SELECT min(placed_at), max(placed_at) FROM orders WHERE placed_by = moved.subject`;

/** A merge changes both sides as far back and forward as what it moves, which earlier merges may have moved before. */
const MARK_MERGED = marking(
  `SELECT side, min(times.first), max(times.last) FROM (
     SELECT position, from_subject, into_subject FROM merges WHERE position > $1 AND position <= $2
     UNION SELECT position, from_subject, into_subject FROM merges WHERE set_aside > $1 AND set_aside <= $2
   ) m CROSS JOIN LATERAL (
     WITH RECURSIVE moved (subject) AS (
       SELECT m.from_subject UNION
       SELECT earlier.from_subject FROM moved JOIN merges earlier ON earlier.into_subject = moved.subject
     ) SELECT subject FROM moved
   ) moved CROSS JOIN LATERAL (${FIRST_AND_LAST}) times CROSS JOIN unnest(ARRAY[from_subject, into_subject]) AS side
   WHERE times.first IS NOT NULL GROUP BY side`,
  '$3::timestamptz',
);

/** A click on a variant counts for the other products of its group, so a change of the group may change lines. */
const MARK_REGROUPED = marking(
  `SELECT l.subject, min(l.placed_at), max(l.placed_at) FROM (
     WITH changed AS MATERIALIZED (
       SELECT v.id, unnest(ARRAY[v.facts->>'groupId', before.facts->>'groupId']) AS group_id FROM product_versions v
       LEFT JOIN LATERAL (
         SELECT facts FROM product_versions WHERE id = v.id AND position < v.position ORDER BY position DESC LIMIT 1
       ) before ON true
       WHERE v.position > $1 AND v.position <= $2 AND v.facts->>'groupId' IS DISTINCT FROM before.facts->>'groupId'
     )
     SELECT id FROM changed UNION SELECT p.id FROM products p WHERE p.group_id IN (SELECT group_id FROM changed)
   ) p CROSS JOIN LATERAL (
     SELECT subject, placed_at FROM attributed_lines WHERE product_id = p.id OFFSET 0
   ) l GROUP BY l.subject`,
  `'infinity'::timestamptz`,
);

export interface MarkedRange {
  /** Log positions after this one. */
  readonly after: number;
  /** Log positions up to this one. */
  readonly until: number;
  /** When visits are due. */
  readonly visitsDue: Date;
  /** When orders are due. */
  readonly ordersDue: Date;
}

/** Marks the visitors whose figures depend on the live batches, merges and product changes of a range of the log. */
export async function markLive(client: PoolClient, range: MarkedRange): Promise<void> {
  const { after, until, visitsDue, ordersDue } = range;
  await execute(client, MARK_VISITS, [after, until, false, visitsDue]);
  await execute(client, MARK_BUYERS, [after, until, false, ordersDue]);
  await execute(client, MARK_MERGED, [after, until, ordersDue]);
  await execute(client, MARK_REGROUPED, [after, until]);
}

/** Marks the visitors whose figures depend on the imported batches of a range of the log. They are due after all others. */
export async function markImported(client: PoolClient, after: number, until: number): Promise<void> {
  await execute(client, MARK_VISITS, [after, until, true, 'infinity']);
  await execute(client, MARK_BUYERS, [after, until, true, 'infinity']);
}

/**
 * Returns outdated visitors that are due, and removes their marks: the earliest due first.
 * @param imported whether those that are due after all others are returned, too
 */
export function takeDueVisitors(
  client: PoolClient,
  now: Date,
  imported: boolean,
  limit: number,
): Promise<OutdatedVisitor[]> {
  return queryRows<OutdatedVisitor>(
    client,
    `DELETE FROM outdated_visitors WHERE subject IN (
       SELECT subject FROM outdated_visitors WHERE due_at <= $1 OR ($2 AND due_at = 'infinity') ORDER BY due_at, subject LIMIT $3
     ) RETURNING subject, from_at AS "from", until_at AS until`,
    [now, imported, limit],
  );
}

/** Lets the visitor who would be computed next wait. */
export async function postponeDueVisitor(pool: Pool, now: Date, imported: boolean, until: Date): Promise<void> {
  await execute(
    pool,
    `UPDATE outdated_visitors SET due_at = $3 WHERE subject = (
       SELECT subject FROM outdated_visitors WHERE due_at <= $1 OR ($2 AND due_at = 'infinity')
       ORDER BY due_at, subject LIMIT 1
     )`,
    [now, imported, until],
  );
}

/** Marks the visitors into whom these were merged, and the customers of orders that name them, except these. They are due at once. */
export async function markMergedFrom(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(client, MARK_MERGED_FROM, [subjects]);
}

const MARK_MERGED_FROM = `
  WITH RECURSIVE owners (subject) AS (
    SELECT unnest($1::text[]) UNION SELECT m.into_subject FROM owners o JOIN merges m ON m.from_subject = o.subject
  )
  INSERT INTO outdated_visitors AS v (subject, from_at, until_at, due_at)
  SELECT subject, ${ALL_TIME_SQL}, now() FROM (
    SELECT subject FROM owners UNION
    SELECT 'c:' || customer_id FROM owners JOIN orders ON session_id = substr(subject, 3) AND customer_id IS NOT NULL
    WHERE subject LIKE 's:%'
  ) others WHERE subject <> ALL($1) ORDER BY subject
  ON CONFLICT (subject) DO UPDATE
    SET from_at = excluded.from_at, until_at = excluded.until_at, due_at = least(v.due_at, excluded.due_at)`;

/** Returns the customers and sessions that own these orders. */
export function readOrderOwners(client: PoolClient, orderIds: readonly string[]): Promise<string[]> {
  return queryColumn<{ owner: string }>(
    client,
    `SELECT DISTINCT coalesce('c:' || customer_id, 's:' || session_id) AS owner FROM orders
     WHERE id = ANY($1) AND coalesce(customer_id, session_id) IS NOT NULL`,
    [orderIds],
  );
}

/** Removes the marks of visitors. */
export async function removeMarks(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM outdated_visitors WHERE subject = ANY($1)', [subjects]);
}

/**
 * Returns the number of customers and sessions whose visits and orders are due to be computed again, and for how many
 * milliseconds the oldest has been due. Those of a running import are due after it, and not counted.
 */
export function measureOutdatedVisitors(pool: Pool): Promise<{ count: number; ageMs: number }> {
  return queryOne<{ count: number; ageMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(due_at)) * 1000, 0)::float8 AS "ageMs"
     FROM outdated_visitors WHERE due_at <= now()`,
  );
}
