import { BEGIN_SCAN, inSnapshot, inTransaction, withLongTimeout, type Pool } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import { type IdentityMap } from './identity-map';
import { readIdentityMap } from './identity-map.store';
import { subjectOf, type EventType, type LogEvent } from './log-event';
import { LIVE_EVENT_COLUMNS, toEvent, type LiveEventRow } from './log-reader.store';
import { isLoggedUpTo } from './position-conditions';
import { newestPosition } from './position.store';
import { throwIfErasedSince } from './tombstone.store';
import type { CustomerSample } from './customer-sample';

/** The largest weight: of 2,000,000 customers, a sample of this weight has about 30. */
const MAX_WEIGHT = 65_536;
/** Timeout of statements that read all events. On a large log, they take minutes. */
const STATEMENT_MS = 30 * 60_000;
/** Number of events that one transaction reads. */
const WINDOW_SIZE = 100_000;
/**
 * Maximum number of transactions, not counting hours with more events. If the log is not in order of time, each of them
 * reads most of it.
 */
const MAX_WINDOWS = 10;

export interface ReadByTimeOptions {
  /** Number of events that one transaction reads at least, if there are so many. */
  readonly windowSize?: number;
  /** Whether an erasure during the read does not end it. */
  readonly ignoresErasures?: boolean;
}

/**
 * Reads events of some types in order of `occurredAt`. If there are more than `limit`, it reads all events of a sample
 * of the customers instead of the newest events of all customers, because models learn from long histories. An event of
 * a merged subject (customer or session) has the id of the customer that it belongs to now, so that models are fitted
 * on the same histories that are served.
 *
 * A hash of the customer's id decides whether a customer is in the sample. So a sample with a greater weight is a
 * subset of each sample with a smaller weight. For an event with neither a customer nor a session, the hash of its shop
 * order's id decides, or of the event's id if it has no order.
 *
 * The events are read in windows of time, each in a short transaction. Together, they return what the log was at one log
 * position, even if others write meanwhile. There is one exception: an event that is quarantined during the read and sent
 * again before its window is read, is missing.
 * @param limit number of events above which a sample is read. The smallest weight is chosen whose sample has at most
 *   that many events. Merges can still enlarge the sample: at most its newest 2 × `limit` events are read
 * @param onEvent called for each event; events are not buffered
 * @throws ErasureConflict if a person is erased during the read, unless `ignoresErasures` is set. `onEvent` may have been called for that person
 */
export async function readEventsByTime(
  pool: Pool,
  types: readonly EventType[],
  limit: number,
  onEvent: (event: LogEvent) => void,
  { windowSize = WINDOW_SIZE, ignoresErasures = false }: ReadByTimeOptions = {},
): Promise<CustomerSample> {
  const { position, owners } = await readStart(pool);
  const { weight, firstSeen } = await chooseWeight(pool, types, limit, position);
  const merged = weight === 1 ? NO_MERGES : await sampleMerged(pool, owners, weight);
  const selection = { types, weight, sources: Array.from(merged.sources), position, ignoresErasures };
  const hours = await countByHour(pool, selection);
  const total = hours.reduce((sum, { events }) => sum + events, 0);
  /** Number of the oldest events that are left out. */
  let skipped = Math.max(0, total - 2 * limit);
  for (const window of windowsOf(hours, Math.max(windowSize, total / MAX_WINDOWS))) {
    if (window.events <= skipped) {
      skipped -= window.events;
      continue;
    }
    await readWindow(pool, selection, window, (row) => {
      if (skipped > 0) {
        skipped--;
        return;
      }
      const event = toEvent(row);
      const subject = subjectOf(event);
      if (subject === undefined) return onEvent(event);
      const owner = owners.ownerOf(subject, row.position);
      // For a subject that was never merged, the query has already checked that it is in the sample.
      if (weight > 1 && (owner !== subject || merged.sources.has(subject)) && !merged.sampled.has(owner)) return;
      // The event belongs to another subject only after a merge, and subjects are merged only into customers.
      onEvent(owner === subject ? event : { ...event, customerId: owner.slice('c:'.length) });
    });
  }
  if (!ignoresErasures) await throwIfErasedSince(pool, position);
  return { position, weight, firstSeen };
}

/** The position, and the merges up to it, in one snapshot. */
function readStart(pool: Pool): Promise<{ readonly position: number; readonly owners: IdentityMap }> {
  return inSnapshot(pool, async (client) => ({
    position: await newestPosition(client),
    owners: await readIdentityMap(client),
  }));
}

/** Which events are read. */
interface Selection {
  readonly types: readonly EventType[];
  readonly weight: number;
  /** Subjects that are read although they are not in the sample, because some of their events belong to others. */
  readonly sources: readonly string[];
  /** The log position up to which events are read. */
  readonly position: number;
  readonly ignoresErasures: boolean;
}

/** SQL: whether an event `e` is in a {@link Selection}, whose fields are the parameters $1 to $4. */
const isSelected = () => `e.type = ANY($1) AND ${isLoggedUpTo('$4::bigint')}
  AND ($2::bigint = 1 OR ${sampleCondition(SAMPLED_ID, '$2::bigint')} OR e.subject = ANY($3::text[]))`;

interface HourCount {
  /** Hours since 1970 (UTC). */
  readonly hour: number;
  readonly events: number;
}

/** Counts the selected events by hour, in order of time. Hours without an event are left out. */
function countByHour(pool: Pool, { types, weight, sources, position }: Selection): Promise<HourCount[]> {
  return inTransaction(
    pool,
    (client) =>
      queryRows<HourCount>(
        client,
        withLongTimeout(
          `SELECT floor(date_part('epoch', e.occurred_at) / 3600) AS hour, count(*)::float8 AS events
           FROM events e WHERE ${isSelected()} GROUP BY 1 ORDER BY 1`,
          [types, weight, sources, position],
          STATEMENT_MS,
        ),
      ),
    BEGIN_SCAN,
  );
}

interface TimeWindow {
  /** Hours since 1970 (UTC), inclusive. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

/** Returns windows of whole hours that contain all events, each with at most `size` events or one hour. */
function windowsOf(hours: readonly HourCount[], size: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (const { hour, events } of hours) {
    const last = windows.at(-1);
    if (last !== undefined && last.events + events <= size)
      windows[windows.length - 1] = { from: last.from, to: hour, events: last.events + events };
    else windows.push({ from: hour, to: hour, events });
  }
  return windows;
}

type EventRow = LiveEventRow & { readonly position: number };

/** Reads the selected events of a window in order of time. @throws ErasureConflict if a person was erased meanwhile */
function readWindow(
  pool: Pool,
  { types, weight, sources, position, ignoresErasures }: Selection,
  { from, to }: TimeWindow,
  onRow: (row: EventRow) => void,
): Promise<void> {
  return inTransaction(
    pool,
    async (client) => {
      await execute(
        client,
        `DECLARE by_time NO SCROLL CURSOR FOR
         SELECT ${LIVE_EVENT_COLUMNS}, b.position FROM events e JOIN log_batches b ON b.batch = e.batch
         WHERE e.occurred_at >= to_timestamp($5::float8 * 3600) AND e.occurred_at < to_timestamp(($6::float8 + 1) * 3600)
           AND ${isSelected()}
         ORDER BY "occurredAt", source, id`,
        [types, weight, sources, position, from, to],
      );
      for (;;) {
        const rows = await queryRows<EventRow>(client, withLongTimeout('FETCH 5000 FROM by_time', [], STATEMENT_MS));
        if (rows.length === 0) break;
        rows.forEach(onRow);
      }
      if (!ignoresErasures) await throwIfErasedSince(client, position);
    },
    BEGIN_SCAN,
  );
}

/** SQL: the id whose hash decides whether the event `e` is in a sample. The lines of an order are sampled together. */
const SAMPLED_ID = `coalesce(e.subject, CASE e.source WHEN 'ORDERS' THEN split_part(e.id, ':', 1) ELSE e.id END)`;

/**
 * SQL: whether an id is in the sample with this weight.
 * @param weight SQL expression; a power of two
 */
const sampleCondition = (id: string, weight: string) => `(hashtextextended(${id}, 0) & (${weight} - 1)) = 0`;

/** Returns the smallest weight with which the sample has at most `limit` events, of those up to a log position. */
async function chooseWeight(
  pool: Pool,
  types: readonly EventType[],
  limit: number,
  position: number,
): Promise<Pick<CustomerSample, 'weight' | 'firstSeen'>> {
  const all = await queryOne<{ events: number }>(
    pool,
    'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches WHERE position <= $1',
    [position],
  );
  // This total covers all event types. If even the total is within the limit, the events need not be counted by type.
  if (all.events <= limit) return { weight: 1, firstSeen: new Map() };
  const rows = await countByWeight(pool, types, position);
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

interface WeightCount {
  readonly productId: string | null;
  readonly maxWeight: number | null;
  readonly events: number;
  readonly firstSeen: number;
}

/**
 * Counts the events of each product, and the events of each `maxWeight`: the greatest weight whose sample contains the
 * event, which is the lowest set bit of the hash.
 */
function countByWeight(pool: Pool, types: readonly EventType[], position: number): Promise<WeightCount[]> {
  return inTransaction(
    pool,
    (client) =>
      queryRows<WeightCount>(
        client,
        withLongTimeout(
          `SELECT product_id AS "productId", max_weight AS "maxWeight", count(*)::float8 AS events,
             round(extract(epoch FROM min(occurred_at)) * 1000)::float8 AS "firstSeen"
           FROM (
             SELECT e.product_id, e.occurred_at, CASE WHEN h & ($2::bigint - 1) = 0 THEN $2::bigint ELSE h & -h END AS max_weight
             FROM events e CROSS JOIN LATERAL (SELECT hashtextextended(${SAMPLED_ID}, 0) AS h) hashed
             WHERE e.type = ANY($1) AND ${isLoggedUpTo('$3::bigint')}
           ) e GROUP BY GROUPING SETS ((product_id), (max_weight))`,
          [types, MAX_WEIGHT, position],
          STATEMENT_MS,
        ),
      ),
    BEGIN_SCAN,
  );
}

interface MergedSample {
  /** The subjects of the sample that take part in merges. */
  readonly sampled: ReadonlySet<string>;
  /** The merged subjects that have events which now belong to a subject of the sample. */
  readonly sources: ReadonlySet<string>;
}

const NO_MERGES: MergedSample = { sampled: new Set(), sources: new Set() };

async function sampleMerged(pool: Pool, owners: IdentityMap, weight: number): Promise<MergedSample> {
  // Subjects that take part only in merges that `owners` does not know change nothing.
  const rows = await queryRows<{ subject: string }>(
    pool,
    withLongTimeout(
      `SELECT subject FROM (
         SELECT from_subject AS subject FROM merges UNION SELECT into_subject FROM merges
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
