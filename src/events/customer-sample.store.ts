import { inSnapshot, withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import { type IdentityMap } from './identity-map';
import { readIdentityMap } from './identity-map.store';
import { subjectOf, type EventType, type LogEvent } from './log-event';
import { LIVE_EVENT_COLUMNS, toEvent, type LiveEventRow } from './log-reader.store';
import { newestPosition } from './position.store';
import type { CustomerSample } from './customer-sample';

/** The largest weight: of 2,000,000 customers, a sample of this weight has about 30. */
const MAX_WEIGHT = 65_536;
/** Timeout of statements that read all events. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;

/**
 * Reads events of some types in order of `occurredAt`. If there are more than `limit`, it reads all events of a sample
 * of the customers instead of the newest events of all customers, because models learn from long histories. An event of
 * a merged subject (customer or session) has the id of the customer that it belongs to now, so that models are fitted
 * on the same histories that are served.
 *
 * A hash of the customer's id decides whether a customer is in the sample. So a sample with a greater weight is a
 * subset of each sample with a smaller weight. For an event with neither a customer nor a session, the hash of its shop
 * order's id decides, or of the event's id if it has no order.
 * @param limit number of events above which a sample is read. The smallest weight is chosen whose sample has at most
 *   that many events. Merges can still enlarge the sample: at most its newest 2 × `limit` events are read
 * @param onEvent called for each event; events are not buffered
 */
export async function readEventsByTime(
  pool: Pool,
  types: readonly EventType[],
  limit: number,
  onEvent: (event: LogEvent) => void,
): Promise<CustomerSample> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    // The queries read many rows in the background: they may use only one core, and JIT compilation does not pay off.
    await execute(client, 'SET LOCAL max_parallel_workers_per_gather = 0');
    await execute(client, 'SET LOCAL jit = off');
    const { weight, firstSeen } = await chooseWeight(client, types, limit);
    const owners = await readIdentityMap(client);
    const merged = weight === 1 ? NO_MERGES : await sampleMerged(client, owners, weight);
    await execute(
      client,
      `DECLARE by_time NO SCROLL CURSOR FOR
       SELECT newest.*, b.position FROM (
         SELECT ${LIVE_EVENT_COLUMNS}, e.batch FROM events e WHERE e.type = ANY($1) AND e.set_aside IS NULL
           AND ($2::bigint = 1 OR ${sampleCondition(SAMPLED_ID, '$2::bigint')} OR e.subject = ANY($3::text[]))
         ORDER BY e.occurred_at DESC, e.source DESC, e.id DESC LIMIT ${2 * limit}
       ) newest JOIN log_batches b ON b.batch = newest.batch
       ORDER BY "occurredAt", source, id`,
      [types, weight, Array.from(merged.sources)],
    );
    for (;;) {
      const rows = await queryRows<LiveEventRow & { batch: number; position: number }>(
        client,
        withLongTimeout('FETCH 5000 FROM by_time', [], STATEMENT_MS),
      );
      if (rows.length === 0) return { position, weight, firstSeen };
      for (const row of rows) {
        const event = toEvent(row);
        const subject = subjectOf(event);
        if (subject === undefined) {
          onEvent(event);
          continue;
        }
        const owner = owners.ownerOf(subject, row.position);
        // For a subject that was never merged, the query has already checked that it is in the sample.
        if (weight > 1 && (owner !== subject || merged.sources.has(subject)) && !merged.sampled.has(owner)) continue;
        // The event belongs to another subject only after a merge, and subjects are merged only into customers.
        onEvent(owner === subject ? event : { ...event, customerId: owner.slice('c:'.length) });
      }
    }
  });
}

/** SQL: the id whose hash decides whether the event `e` is in a sample. The lines of an order are sampled together. */
const SAMPLED_ID = `coalesce(e.subject, CASE e.source WHEN 'ORDERS' THEN split_part(e.id, ':', 1) ELSE e.id END)`;

/**
 * SQL: whether an id is in the sample with this weight.
 * @param weight SQL expression; a power of two
 */
const sampleCondition = (id: string, weight: string) => `(hashtextextended(${id}, 0) & (${weight} - 1)) = 0`;

/** Returns the smallest weight with which the sample has at most `limit` events. */
async function chooseWeight(
  client: PoolClient,
  types: readonly EventType[],
  limit: number,
): Promise<Pick<CustomerSample, 'weight' | 'firstSeen'>> {
  const all = await queryOne<{ events: number }>(
    client,
    'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches',
  );
  // This total covers all event types. If even the total is within the limit, the events need not be counted by type.
  if (all.events <= limit) return { weight: 1, firstSeen: new Map() };
  // `maxWeight` is the greatest weight whose sample contains the event. It is the lowest set bit of the hash.
  const rows = await queryRows<{
    productId: string | null;
    maxWeight: number | null;
    events: number;
    firstSeen: number;
  }>(
    client,
    withLongTimeout(
      `SELECT product_id AS "productId", max_weight AS "maxWeight", count(*)::float8 AS events,
         round(extract(epoch FROM min(occurred_at)) * 1000)::float8 AS "firstSeen"
       FROM (
         SELECT e.product_id, e.occurred_at, CASE WHEN h & ($2::bigint - 1) = 0 THEN $2::bigint ELSE h & -h END AS max_weight
         FROM events e CROSS JOIN LATERAL (SELECT hashtextextended(${SAMPLED_ID}, 0) AS h) hashed
         WHERE e.type = ANY($1) AND e.set_aside IS NULL
       ) e GROUP BY GROUPING SETS ((product_id), (max_weight))`,
      [types, MAX_WEIGHT],
      STATEMENT_MS,
    ),
  );
  const eventsOf = (weight: number) =>
    rows.reduce((sum, { maxWeight, events }) => (maxWeight !== null && maxWeight >= weight ? sum + events : sum), 0);
  let weight = 1;
  while (weight < MAX_WEIGHT && eventsOf(weight) > limit) weight *= 2;
  if (weight === 1) return { weight, firstSeen: new Map() };
  const firstSeen = rows.flatMap((row): [string, number][] =>
    row.productId === null ? [] : [[row.productId, row.firstSeen]],
  );
  return { weight, firstSeen: new Map(firstSeen) };
}

interface MergedSample {
  /** The subjects of the sample that take part in merges. */
  readonly sampled: ReadonlySet<string>;
  /** The merged subjects that have events which now belong to a subject of the sample. */
  readonly sources: ReadonlySet<string>;
}

const NO_MERGES: MergedSample = { sampled: new Set(), sources: new Set() };

async function sampleMerged(client: PoolClient, owners: IdentityMap, weight: number): Promise<MergedSample> {
  const rows = await queryRows<{ subject: string }>(
    client,
    withLongTimeout(
      `SELECT subject FROM (
         SELECT from_subject AS subject FROM merges WHERE set_aside IS NULL
         UNION SELECT into_subject FROM merges WHERE set_aside IS NULL
       ) m WHERE ${sampleCondition('subject', '$1::bigint')}`,
      [weight],
      STATEMENT_MS,
    ),
  );
  const sampled = new Set(rows.map(({ subject }) => subject));
  const sources = new Set<string>();
  for (const { subject, owner } of owners.mergedRanges()) if (sampled.has(owner)) sources.add(subject);
  return { sampled, sources };
}
