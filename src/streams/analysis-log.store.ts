import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import { loadEventContexts } from './event-context.store';
import { arrivedOf, eventColumns, type ArrivedEvent, type StoredEventColumns } from './stored-event-columns';
import type { EventType } from '../events/log-event';
import type { Pane } from './window/panes';

/** Number of rows per fetch. Processing them blocks the event loop for some milliseconds. */
const CHUNK_EVENTS = 1_000;
/** SQL: the largest possible log position. */
const MAX_POSITION_SQL = `${Number.MAX_SAFE_INTEGER}::bigint`;
/** Statement timeout in PostgreSQL, in milliseconds. */
const STATEMENT_MS = 10_000;

export interface LogTimeQuery {
  /** Range of `occurredAt`. */
  readonly range: Pane;
  /** Event types; empty for all types. */
  readonly types: readonly EventType[];
  /** Excludes events received more than this after `occurredAt`, unless they were imported. Null for no limit. */
  readonly latenessMs: number | null;
  /** Fields that expressions read, for example `event.amount`. */
  readonly fields: ReadonlySet<string>;
  /** Whether to read the current products and customers, instead of their state when the event was received. */
  readonly asOfToday: boolean;
}

/**
 * Reads the events of a range of `occurredAt` in chunks, in no particular order. Also reads quarantined events: the
 * learner could not process them, but they did happen.
 * @param client in its own transaction, with one snapshot of the log
 */
export async function* readLogByTime(
  client: PoolClient,
  { range, types, latenessMs, fields, asOfToday }: LogTimeQuery,
): AsyncGenerator<readonly ArrivedEvent[]> {
  // The caller reads all rows, so the plan should minimise total time, not the time to the first row. The query uses
  // one core and no JIT compilation.
  for (const setting of [
    `statement_timeout = ${STATEMENT_MS}`,
    'max_parallel_workers_per_gather = 0',
    'jit = off',
    'cursor_tuple_fraction = 1',
  ])
    await execute(client, `SET LOCAL ${setting}`);
  await execute(
    client,
    `DECLARE by_time NO SCROLL CURSOR FOR SELECT ${eventColumns(fields)}, ${asOfToday ? MAX_POSITION_SQL : `(SELECT known_at FROM log_batches b WHERE b.batch = e.batch)`} AS "knownAt"
     FROM events e WHERE e.occurred_at >= to_timestamp($1::float8 / 1000.0) AND e.occurred_at < to_timestamp($2::float8 / 1000.0)
       AND ($3::text[] IS NULL OR e.type = ANY($3))
       AND ($4::float8 IS NULL OR e.backfill OR e.received_at <= e.occurred_at + $4 * interval '1 ms')`,
    [range.start, range.end, types.length === 0 ? null : types, latenessMs],
  );
  for (;;) {
    const rows = await queryRows<StoredEventColumns & { knownAt: number }>(
      client,
      withLongTimeout(`FETCH ${CHUNK_EVENTS} FROM by_time`),
    );
    if (rows.length === 0) return;
    const events = rows.map(({ knownAt, ...row }) => ({ knownAt, ...arrivedOf(row) }));
    const known = await loadEventContexts(client, fields, events);
    yield events.map(({ knownAt: _, ...event }, at) => ({ ...event, ...known[at] }));
  }
}
