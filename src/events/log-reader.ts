import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { subjectOf, type EventType, type LogEvent, type LoggedMerge } from './log-event';
import { readOwners, type Owners } from './owners';
import { newestPosition } from './position';
import { readSpans, SPANS, spanColumns } from './subject-spans';

/** What live state needs of an event; the rest stays in the log. */
const COLUMNS = `e.source, e.id, e.type, round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt",
  e.customer_id AS "customerId", e.session_id AS "sessionId", e.product_id AS "productId", e.quantity, e.rating`;

interface Row {
  source: LogEvent['source'];
  id: string;
  type: LogEvent['type'];
  occurredAt: number;
  customerId: string | null;
  sessionId: string | null;
  productId: string | null;
  quantity: number;
  rating: number | null;
}

/** A stretch of the log, with everything that it tells but what was set aside. */
export interface LogStretch {
  /** The last position covered, whether or not it held anything. */
  readonly position: number;
  readonly entries: readonly (LogEvent | LoggedMerge)[];
  /** Whether the log had no more when it was read. */
  readonly atEnd: boolean;
  /** About how many events are after the given position: an estimate where these are more than 1,000 batches. */
  readonly waiting: number;
  /** The newest position at which a person left the log: what was read of it before may have told of them. */
  readonly erasedAt: number;
}

export interface LogSlice {
  /** The last position covered, whether or not it held events. */
  readonly position: number;
  readonly events: readonly LogEvent[];
}

/** The newest position at which a person left the log; 0 where nobody did. */
export async function newestErasure(db: Pool | PoolClient): Promise<number> {
  const { rows } = await db.query<{ position: number }>('SELECT coalesce(max(position), 0) AS position FROM erasures');
  return rows[0].position;
}

/**
 * The next stretch of the log after a position, in order of (position, sequence), about `most` events long.
 * `null` at the end of the log, or at `last`.
 */
export async function readLog(pool: Pool, after: number, most: number, last = Infinity): Promise<LogStretch | null> {
  const { rows: counter } = await pool.query<{ position: number; erasedAt: number }>({
    name: 'log-end',
    text: `SELECT position, (SELECT coalesce(max(position), 0) FROM erasures) AS "erasedAt" FROM log_position WHERE id = 1`,
  });
  const newest = Math.min(counter[0].position, last);
  if (newest <= after) return null;
  const { rows: batches } = await pool.query<{ position: number; events: number }>({
    name: 'log-batches',
    text: 'SELECT position, events FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position LIMIT 1000',
    values: [after, newest],
  });
  let until = batches.length < 1_000 ? newest : batches[batches.length - 1].position;
  const lookedUp = batches.reduce((total, { events }) => total + events, 0);
  const waiting = lookedUp * ((newest - after) / (until - after));
  let sum = 0;
  for (const batch of batches) {
    sum += batch.events;
    if (sum >= most) {
      until = batch.position;
      break;
    }
  }
  const ends = { atEnd: until === newest, waiting, erasedAt: counter[0].erasedAt };
  const merges = await readMerges(pool, after, until);
  if (sum === 0) return { position: until, entries: merges, ...ends };
  const { rows } = await pool.query<Row & { position: number }>({
    name: 'log-slice',
    // Batch by batch: a plan made while the log was small would go on reading all of it.
    text: `SELECT b.position, e.* FROM (
             SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
           ) b CROSS JOIN LATERAL (
             SELECT e.sequence, ${COLUMNS} FROM events e
             WHERE e.batch = b.batch AND e.set_aside IS NULL ORDER BY e.sequence OFFSET 0
           ) e ORDER BY b.position, e.sequence`,
    values: [after, until],
  });
  const entries: (LogEvent | LoggedMerge)[] = [];
  let next = 0;
  for (const row of rows) {
    while (next < merges.length && merges[next].position < row.position) entries.push(merges[next++]);
    entries.push(toEvent(row));
  }
  return { position: until, entries: entries.concat(merges.slice(next)), ...ends };
}

async function readMerges(pool: Pool, after: number, until: number): Promise<LoggedMerge[]> {
  const { rows } = await pool.query<LoggedMerge>({
    name: 'merges',
    text: `SELECT position, from_subject AS "from", into_subject AS into FROM merges
           WHERE position > $1 AND position <= $2 AND set_aside IS NULL ORDER BY position`,
    values: [after, until],
  });
  return rows;
}

/**
 * One subject's newest events of some types, with what was merged into it, and the position that they are true at, read
 * in one snapshot.
 * @param most events at most, the newest by `occurredAt`
 */
export async function readHistory(
  pool: Pool,
  subject: string,
  types: readonly EventType[],
  most: number,
): Promise<LogSlice> {
  // One statement is one snapshot, and one way to the database and back.
  const { rows } = await pool.query<{ at: number; merged: boolean } & (Row | { id: null })>({
    name: 'history',
    text: `SELECT p.position AS at, m.merged, e.*
           FROM (SELECT position FROM log_position WHERE id = 1) p
           CROSS JOIN (SELECT EXISTS (
             SELECT FROM merges WHERE (from_subject = $1 OR into_subject = $1) AND set_aside IS NULL
           ) AS merged) m
           LEFT JOIN LATERAL (
             SELECT ${COLUMNS} FROM events e WHERE e.subject = $1 AND e.type = ANY($2) AND e.set_aside IS NULL
             ORDER BY e.occurred_at DESC LIMIT $3
           ) e ON NOT m.merged`,
    values: [subject, types, most],
  });
  const [{ at, merged }] = rows;
  if (merged) return readMergedHistory(pool, subject, types, most);
  return { position: at, events: rows.flatMap((row) => (row.id === null ? [] : toEvent(row))) };
}

/** Of a subject that something was merged into, or that was merged itself. */
function readMergedHistory(pool: Pool, subject: string, types: readonly EventType[], most: number): Promise<LogSlice> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const { rows } = await client.query<Row>({
      name: 'merged-history',
      text: `SELECT ${COLUMNS} FROM ${SPANS}
             WHERE e.type = ANY($4) AND e.set_aside IS NULL ORDER BY e.occurred_at DESC LIMIT $5`,
      values: [...spanColumns(await readSpans(client, subject)), types, most],
    });
    return { position, events: rows.map(toEvent) };
  });
}

function toEvent(row: Row): LogEvent {
  return {
    source: row.source,
    id: row.id,
    type: row.type,
    occurredAt: row.occurredAt,
    quantity: row.quantity,
    ...(row.customerId === null ? {} : { customerId: row.customerId }),
    ...(row.sessionId === null ? {} : { sessionId: row.sessionId }),
    ...(row.productId === null ? {} : { productId: row.productId }),
    ...(row.rating === null ? {} : { rating: row.rating }),
  };
}

/**
 * Reads the newest `most` events of some types in order of `occurredAt`. An event whose subject was merged names the
 * customer that it counts for at that position, so that models are fitted on the histories that are served.
 * @param onEvent receives one event after the other; they are not held here
 * @returns the position of the log that was read
 */
export async function readEventsByTime(
  pool: Pool,
  types: readonly EventType[],
  most: number,
  onEvent: (event: LogEvent) => void,
): Promise<number> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const owners = await readOwners(client);
    // It sorts much for nobody who waits: on one core at most, and without compiling it first.
    await client.query('SET LOCAL max_parallel_workers_per_gather = 0');
    await client.query('SET LOCAL jit = off');
    await client.query(
      `DECLARE by_time NO SCROLL CURSOR FOR
       SELECT newest.*, b.position FROM (
         SELECT ${COLUMNS}, e.batch FROM events e WHERE e.type = ANY($1) AND e.set_aside IS NULL
         ORDER BY e.occurred_at DESC, e.source DESC, e.id DESC LIMIT ${Math.trunc(most)}
       ) newest JOIN log_batches b ON b.batch = newest.batch
       ORDER BY "occurredAt", source, id`,
      [types],
    );
    for (;;) {
      const { rows } = await client.query<Row & { position: number }>('FETCH 5000 FROM by_time');
      if (rows.length === 0) return position;
      for (const row of rows) onEvent(asOwned(toEvent(row), row.position, owners));
    }
  });
}

function asOwned(event: LogEvent, position: number, owners: Owners): LogEvent {
  const subject = subjectOf(event);
  if (subject === undefined) return event;
  const owner = owners.of(subject, position);
  // Only customers come to own what others did.
  return owner === subject ? event : { ...event, customerId: owner.slice('c:'.length) };
}
