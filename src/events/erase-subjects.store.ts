import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../platform/sql';
import { subjectIn } from './inbox-order';
import { isSessionSubject, SHIPMENT_RECORDED, subjectOfOrder } from './log-event';

/**
 * Returns all subjects (customers and sessions) of one person: the given ones, the sessions in which the person was
 * signed in, and all subjects that were ever merged into one of these subjects. A session that several people used is
 * included, because the log does not show who caused its anonymous events.
 */
export async function findLinkedSubjects(client: PoolClient, subjects: readonly string[]): Promise<string[]> {
  const linkedSubjects = new Set(subjects);
  for (let newSubjects = [...linkedSubjects]; newSubjects.length > 0;) {
    const rows = await queryRows<{ name: string }>(client, withLongTimeout(LINKED_SUBJECTS, [newSubjects]));
    newSubjects = rows.map(({ name }) => name).filter((name) => !linkedSubjects.has(name));
    for (const name of newSubjects) linkedSubjects.add(name);
  }
  return [...linkedSubjects];
}

const LINKED_SUBJECTS = `
  SELECT 's:' || e.session_id AS name FROM events e
  WHERE e.subject = ANY($1) AND e.customer_id IS NOT NULL AND e.session_id IS NOT NULL
  UNION SELECT from_subject FROM merges WHERE into_subject = ANY($1)
  UNION SELECT from_subject FROM pending_merges WHERE into_subject = ANY($1)`;

/** Returns the sessions in which the customer was signed in, according to events in the inbox and rejected events. */
export function findUnloggedSessions(db: Pool | PoolClient, customerId: string): Promise<string[]> {
  return queryColumn<{ name: string }>(
    db,
    withLongTimeout(
      `SELECT DISTINCT 's:' || (event->>'sessionId') AS name FROM (
         ${unloggedEvents('strpos(events::text, to_json($1::text)::text) > 0')}
       ) outside WHERE event->>'customerId' = $1 AND event->>'sessionId' IS NOT NULL`,
      [customerId],
    ),
  );
}

const IS_SHIPMENT_RECORD = `(event->>'source' = 'LOGISTICS' AND event->>'name' = '${SHIPMENT_RECORDED}')`;

/** SQL: whether an event records a shipment of one of these orders. */
function isRecordOf(subjects: string): string {
  return `(${IS_SHIPMENT_RECORD} AND 'o:' || (event->'properties'->>'orderId') = ANY(${subjects}::text[]))`;
}

/** SQL: whether an event in JSON is of one of the subjects `$1::text[]`. A record of a shipment is of its order. */
const IS_THEIRS = `(${isRecordOf('$1')} OR ${IS_SHIPMENT_RECORD} IS NOT TRUE AND ${subjectIn('event')} = ANY($1::text[]))`;

/** SQL: the events in the inbox of the subjects `$1::text[]`, each with its receipt. */
export const WAITING_EVENTS = `
  SELECT i.id AS receipt, received_at, n, event FROM inbox i, json_array_elements(events) WITH ORDINALITY AS e (event, n)
  WHERE done_at IS NULL AND events IS NOT NULL AND ${IS_THEIRS}`;

/**
 * SQL: the rejected events and merges of the subjects `$1::text[]`, without the messages, which may name the order of
 * another customer.
 */
export const REJECTED_EVENTS = `
  SELECT id, inbox_id, received_at, rejected_at, code, event FROM rejected_events WHERE ${IS_THEIRS} OR ${isMergeOf('$1')}`;

/** SQL: whether the text of an inbox batch contains the id of one of the subjects `$1`. */
const NAMES_ONE = `EXISTS (SELECT FROM unnest($1::text[]) AS s WHERE strpos(events::text, to_json(substr(s, 3))::text) > 0)`;

/** SQL: the events outside the log, in the inbox (in the batches that meet a condition) and rejected. */
function unloggedEvents(condition: string): string {
  return `SELECT json_array_elements(events)::jsonb AS event FROM inbox
          WHERE done_at IS NULL AND events IS NOT NULL AND ${condition}
          UNION ALL SELECT event FROM rejected_events`;
}

/** Returns those of these subjects in which another customer was signed in: one who is not among them. */
export async function findSharedSessions(client: PoolClient, subjects: readonly string[]): Promise<string[]> {
  if (!subjects.some(isSessionSubject)) return [];
  return queryColumn<{ name: string }>(
    client,
    withLongTimeout(
      `SELECT visit AS name FROM unnest($1::text[]) AS linked (visit) WHERE starts_with(visit, 's:') AND (
         EXISTS (SELECT FROM events WHERE session_id = substr(visit, 3) AND customer_id IS NOT NULL AND subject <> ALL($1))
         OR EXISTS (SELECT FROM merges WHERE from_subject = visit AND into_subject <> ALL($1))
         OR EXISTS (SELECT FROM pending_merges WHERE from_subject = visit AND into_subject <> ALL($1))
       )
       UNION SELECT 's:' || (event->>'sessionId') FROM (${unloggedEvents(NAMES_ONE)}) outside
       WHERE 's:' || (event->>'sessionId') = ANY($1) AND 'c:' || (event->>'customerId') <> ALL($1)`,
      [subjects],
    ),
  );
}

/**
 * Returns the ids of the shipments in these orders, as far as only rejected events name them. A record that names a
 * shipment of another order was rejected for that: the shipment is not one of these orders'.
 */
export function findRejectedShipments(client: PoolClient, orderIds: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(
    client,
    withLongTimeout(
      `SELECT DISTINCT event->>'id' AS id FROM rejected_events
       WHERE event->>'source' = 'LOGISTICS' AND event->>'name' = '${SHIPMENT_RECORDED}'
         AND event->'properties'->>'orderId' = ANY($1)
         AND NOT EXISTS (SELECT FROM shipments s WHERE s.id = event->>'id' AND s.order_id <> ALL($1))`,
      [orderIds],
    ),
  );
}

/** Returns whether the log has events or merges of any of these subjects. */
export async function isInLog(pool: Pool, subjects: readonly string[]): Promise<boolean> {
  const row = await queryOne<{ found: boolean }>(
    pool,
    `SELECT EXISTS (SELECT FROM events WHERE subject = ANY($1))
       OR EXISTS (SELECT FROM merges WHERE from_subject = ANY($1) OR into_subject = ANY($1)) AS found`,
    [subjects],
  );
  return row.found;
}

export interface LogErasureResult {
  /** Number of deleted events. */
  readonly events: number;
  /** Number of order lines that stay in the log, anonymised. */
  readonly orderLines: number;
  /**
   * The log positions whose changes contained these subjects, including positions at which their events were
   * quarantined.
   */
  readonly positions: readonly number[];
}

/**
 * Removes subjects (customers, sessions, orders, shipments) from the log, with all events of the orders among them. The
 * events of an order after a merge have the customer into whom its owner was merged. Order lines stay, anonymised, so
 * that the shop's totals do not change: their product, time, quantity and amount stay, and lines of one order stay
 * together. The lines get random one-time ids.
 */
export async function eraseFromLog(client: PoolClient, subjects: readonly string[]): Promise<LogErasureResult> {
  const removed = await queryRows<{ position: number; events: number; aside: string[] }>(
    client,
    withLongTimeout(REMOVE, [subjects, orderIdsOf(subjects)]),
  );
  const anonymised = await queryRows<{ position: number; lines: number; aside: string[] }>(
    client,
    withLongTimeout(ANONYMISE, [subjects, orderIdsOf(subjects)]),
  );
  return {
    events: removed.reduce((sum, { events }) => sum + events, 0),
    orderLines: anonymised.reduce((sum, { lines }) => sum + lines, 0),
    positions: [
      ...new Set([...removed, ...anonymised].flatMap(({ position, aside }) => [position, ...aside.map(Number)])),
    ],
  };
}

function orderIdsOf(subjects: readonly string[]): string[] {
  return subjects.filter((name) => name.startsWith(subjectOfOrder(''))).map((name) => name.slice(2));
}

/**
 * SQL: common table expressions. `later` has the subjects into which the subjects $1 were merged. `theirs` has the
 * identities of the events to remove: those of the subjects $1, and those of `later` that belong to the orders $2.
 */
const WITH_THEIRS = `
  WITH RECURSIVE later (subject) AS (
    SELECT into_subject FROM merges WHERE from_subject = ANY($1::text[])
    UNION SELECT m.into_subject FROM merges m JOIN later ON m.from_subject = later.subject
  ), theirs AS MATERIALIZED (
    SELECT source, id, occurred_at FROM events WHERE subject = ANY($1::text[])
    UNION SELECT source, id, occurred_at FROM events
    WHERE subject IN (SELECT subject FROM later) AND cardinality($2::text[]) > 0 AND CASE type
      WHEN 'CUSTOM' THEN source IN ('ORDERS', 'PAYMENTS') AND properties->>'orderId' = ANY($2::text[])
      ELSE source = 'ORDERS' AND type IN ('PURCHASE', 'RETURN') AND split_part(id, ':', 1) = ANY($2::text[]) END
  )`;

const REMOVE = `
  ${WITH_THEIRS}, gone AS (
    DELETE FROM events e USING theirs t WHERE e.source = t.source AND e.id = t.id AND e.occurred_at = t.occurred_at
      AND e.type NOT IN ('PURCHASE', 'RETURN') RETURNING e.batch, e.set_aside
  ), fewer AS (
    SELECT batch, count(*)::int AS events, array_remove(array_agg(set_aside), NULL) AS aside FROM gone GROUP BY batch
  )
  UPDATE log_batches b SET events = b.events - fewer.events FROM fewer WHERE b.batch = fewer.batch
  RETURNING b.position, fewer.events, fewer.aside`;

const ANONYMISE = `
  ${WITH_THEIRS}, lines AS MATERIALIZED (
    SELECT source, id, occurred_at,
      CASE source WHEN 'ORDERS' THEN split_part(id, ':', 1) ELSE subject || '@' || occurred_at END AS order_id
    FROM events JOIN theirs USING (source, id, occurred_at)
  ), orders AS MATERIALIZED (
    SELECT order_id, gen_random_uuid() AS one_time FROM (SELECT DISTINCT order_id FROM lines) named
  ), renamed AS MATERIALIZED (
    SELECT source, id, occurred_at,
      'erased-' || one_time || ':' || row_number() OVER (PARTITION BY one_time ORDER BY random()) AS new_id
    FROM lines JOIN orders USING (order_id)
  ), written AS (
    UPDATE events e SET source = 'ORDERS', id = new_id, subject = NULL, customer_id = NULL, session_id = NULL, rating = NULL, query = NULL,
      request_id = NULL, list_position = NULL, placement = NULL, name = NULL, properties = NULL, digest = 0
    FROM renamed r WHERE e.source = r.source AND e.id = r.id AND e.occurred_at = r.occurred_at
    RETURNING e.batch, e.set_aside
  )
  SELECT b.position, count(*)::int AS lines, array_remove(array_agg(set_aside), NULL) AS aside FROM written JOIN log_batches b USING (batch) GROUP BY b.position`;

/**
 * Deletes the merges from or into these subjects. @returns the log positions at which they were logged or quarantined
 */
export async function eraseFromMerges(client: PoolClient, subjects: readonly string[]): Promise<number[]> {
  const rows = await queryRows<{ position: number; aside: number | null }>(
    client,
    'DELETE FROM merges WHERE from_subject = ANY($1) OR into_subject = ANY($1) RETURNING position, set_aside AS aside',
    [subjects],
  );
  return rows.flatMap(({ position, aside }) => [position, ...(aside === null ? [] : [aside])]);
}

/**
 * Removes the subjects from the outbox rows of these log positions. A process that has not read these rows yet does not
 * miss the removed data: it reloads all histories when it reads the erasure, which has a later position.
 */
export async function eraseFromOutbox(
  client: PoolClient,
  subjects: readonly string[],
  positions: readonly number[],
): Promise<void> {
  await execute(
    client,
    withLongTimeout(
      `UPDATE outbox SET payload = (payload::jsonb - 'merged' - 'reread' || CASE WHEN payload->'events' IS NULL THEN '{}' ELSE
       jsonb_build_object('events', ${withoutSubjects("payload->'events'")}) END)::json
       WHERE position = ANY($2)`,
      [subjects, positions],
    ),
  );
}

/**
 * Deletes the rejected events of these subjects. Runs outside the erasure's transaction, because there may be many rows
 * and other transactions wait for the erasure. The tombstones (hashes of erased subjects, which every writer of events
 * checks) prevent new rows.
 */
export async function eraseFromRejected(pool: Pool, subjects: readonly string[]): Promise<void> {
  await execute(
    pool,
    withLongTimeout(
      `DELETE FROM rejected_events
       WHERE ${subjectIn('event')} = ANY($1) OR ${isRecordOf('$1')} OR ${isMergeOf('$1')}`,
      [subjects],
    ),
  );
}

/** SQL: whether a rejected merge names one of these subjects. @param subjects SQL: a text[] */
function isMergeOf(subjects: string): string {
  return `('c:' || (event->>'fromCustomerId') = ANY(${subjects}::text[])
    OR 's:' || (event->>'fromSessionId') = ANY(${subjects}::text[])
    OR 'c:' || (event->>'intoCustomerId') = ANY(${subjects}::text[]))`;
}

/**
 * Removes the events of these subjects from waiting batches. The log would drop these events anyway, but only when
 * their batch enters it, and some batches wait long. The record of a shipment whose order was erased stays until its
 * batch enters the log: then everything of the shipment is dropped. Runs outside the erasure's transaction to avoid a
 * deadlock: a worker holds the row of its batch while it waits for the erasure's transaction to end.
 */
export async function eraseFromInbox(pool: Pool, subjects: readonly string[]): Promise<void> {
  const now = await queryOne<{ at: string }>(pool, 'SELECT clock_timestamp()::text AS at');
  // Repeats until no batch is found, because a batch that was split while the UPDATE waited for its row has become two
  // new rows. Batches that arrived after the start need no removal: the log drops their events.
  for (;;) {
    const rows = await queryRows<{ id: string }>(
      pool,
      withLongTimeout(
        `SELECT id FROM inbox WHERE done_at IS NULL AND events IS NOT NULL AND received_at <= $2::timestamptz
           AND EXISTS (SELECT FROM json_array_elements(events) AS e WHERE ${subjectIn('e')} = ANY($1))`,
        [subjects, now.at],
      ),
    );
    if (rows.length === 0) return;
    await execute(
      pool,
      withLongTimeout(
        `UPDATE inbox SET events = ${withoutSubjects('events')}::json WHERE id = ANY($2) AND done_at IS NULL AND events IS NOT NULL`,
        [subjects, rows.map(({ id }) => id)],
      ),
    );
  }
}

/** SQL: the JSON array without the events of the subjects `$1`, and without those of the orders among them. */
function withoutSubjects(array: string): string {
  return `(SELECT coalesce(jsonb_agg(e.event ORDER BY e.n), '[]') FROM json_array_elements(${array})
    WITH ORDINALITY AS e (event, n) WHERE (${subjectIn('e.event')} = ANY($1) OR ${ORDER_OF_EVENT} = ANY($1)) IS NOT TRUE)`;
}

/** SQL: the order of an event in JSON that `recordOrders`, `updateOrderStatus` or `recordPayments` wrote, as a subject. */
const ORDER_OF_EVENT = `CASE WHEN e.event->>'type' IN ('PURCHASE', 'RETURN') AND e.event->>'source' = 'ORDERS'
  THEN 'o:' || split_part(e.event->>'id', ':', 1)
  WHEN e.event->>'type' = 'CUSTOM' AND e.event->>'source' IN ('ORDERS', 'PAYMENTS')
  THEN 'o:' || (e.event->'properties'->>'orderId') END`;
