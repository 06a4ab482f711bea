import { patient, type PoolClient } from '../platform/postgres';
import { knownOf } from './enrichment.service';
import { arrivedOf, columnsOf, type ArrivedEvent } from './event-columns';
import type { EventType } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { Arrival } from './compile-stream';
import type { Pane } from './window/panes';

/** Rows fetched at a time: some milliseconds of the event loop. */
const CHUNK_EVENTS = 1_000;
/** SQL: the newest position there can be. */
const TODAY = `${Number.MAX_SAFE_INTEGER}::bigint`;
/** The database stops a statement that takes longer. */
const STATEMENT_MS = 10_000;

/** Which events of the log are read, and what of them. */
export interface LogQuestion {
  /** Of `occurredAt`. */
  readonly range: Pane;
  /** Empty: all. */
  readonly types: readonly EventType[];
  /** What was received later than this after it happened is left out, unless it was imported; null: nothing is. */
  readonly latenessMs: number | null;
  /** What expressions read, as `event.amount`. */
  readonly fields: ReadonlySet<string>;
  /** Whether products and customers are those of today, and not as they were when events came in. */
  readonly asOfToday: boolean;
}

/**
 * Events by when they happened, in no order, some at a time; also what the learner has set aside: it happened.
 * @param client in a transaction of its own, which sees the log at one instant
 */
export async function* readByTime(
  client: PoolClient,
  { range, types, latenessMs, fields, asOfToday }: LogQuestion,
): AsyncGenerator<readonly ArrivedEvent[]> {
  // All of it is read, by nobody who waits for the first row: on one core, and without compiling it first.
  for (const setting of [
    `statement_timeout = ${STATEMENT_MS}`,
    'max_parallel_workers_per_gather = 0',
    'jit = off',
    'cursor_tuple_fraction = 1',
  ])
    await client.query(`SET LOCAL ${setting}`);
  await client.query(
    `DECLARE by_time NO SCROLL CURSOR FOR SELECT ${columnsOf(fields)}, ${asOfToday ? TODAY : `(SELECT known_at FROM log_batches b WHERE b.batch = e.batch)`} AS "knownAt"
     FROM events e WHERE e.occurred_at >= to_timestamp($1::float8 / 1000.0) AND e.occurred_at < to_timestamp($2::float8 / 1000.0)
       AND ($3::text[] IS NULL OR e.type = ANY($3))
       AND ($4::float8 IS NULL OR e.backfill OR e.received_at <= e.occurred_at + $4 * interval '1 ms')`,
    [range.start, range.end, types.length === 0 ? null : types, latenessMs],
  );
  for (;;) {
    const { rows } = await client.query<Arrival & StoredEvent & { knownAt: number }>(
      patient(`FETCH ${CHUNK_EVENTS} FROM by_time`),
    );
    if (rows.length === 0) return;
    const events = rows.map(({ knownAt, ...row }) => ({ knownAt, ...arrivedOf(row) }));
    const known = await knownOf(client, fields, events);
    yield events.map(({ knownAt: _, ...event }, at) => ({ ...event, ...known[at] }));
  }
}
