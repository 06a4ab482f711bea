import type { EventType } from '../events/log-event';
import type { Pool, PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { EventAddress } from './join/join-candidate';
import { loadEventContexts } from './event-context.store';
import { arrivedOf, eventColumns, type ArrivedEvent, type StoredEventColumns } from './stored-event-columns';

/**
 * An event of the log with its address in the log and its arrival: when it was received, whether it was imported, and
 * its product and customer at that time. It has only the fields that expressions read.
 */
export interface LoggedEvent extends ArrivedEvent, EventAddress {
  readonly batch: number;
}

/** A slice of the log, in order of log position. */
export interface StoredLogSlice {
  /** The last log position that the slice covers. */
  readonly position: number;
  readonly events: readonly LoggedEvent[];
}

/** Maximum number of batches per slice. */
const MAX_BATCHES = 1_000;

/**
 * Reads the next slice of the log after the position `after` and up to `last`, with about `targetEvents` events.
 * Also reads quarantined events: the learner could not process them, but they did happen.
 * @param fields to load, like `event.amount`. Products and customers are loaded as of `knownAt`: see {@link Row}
 * @param types null for all types
 */
export async function readStoredLogSlice(
  client: Pool | PoolClient,
  after: number,
  last: number,
  targetEvents: number,
  fields: ReadonlySet<string>,
  types: readonly EventType[] | null = null,
): Promise<StoredLogSlice> {
  const batches = await queryRows<{ position: number; events: number }>(client, {
    name: 'stored-log-batches',
    text: 'SELECT position, events FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3',
    values: [after, last, MAX_BATCHES],
  });
  let until = batches.length < MAX_BATCHES ? last : batches.at(-1)!.position;
  let sum = 0;
  for (const { position, events } of batches) {
    if ((sum += events) < targetEvents) continue;
    until = position;
    break;
  }
  if (sum === 0) return { position: until, events: [] };
  const rows = await queryRows<Row>(client, {
    // OFFSET 0 prevents the planner from merging the LATERAL subquery into a join. So the events of each batch are read
    // by index, and the whole log is not scanned.
    text: `SELECT b.position, b.batch, b.known_at AS "knownAt", e.* FROM (
             SELECT position, batch, known_at FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
           ) b CROSS JOIN LATERAL (
             SELECT e.sequence, ${eventColumns(fields)} FROM events e WHERE e.batch = b.batch AND ($3::text[] IS NULL OR e.type = ANY($3))
             ORDER BY e.sequence OFFSET 0
           ) e ORDER BY b.position, e.sequence`,
    values: [after, until, types],
  });
  const events = rows.map(({ position, batch, sequence, knownAt, ...row }) => ({
    position,
    batch,
    sequence,
    knownAt,
    ...arrivedOf(row),
  }));
  const known = await loadEventContexts(client, fields, events);
  return { position: until, events: events.map(({ knownAt: _, ...event }, at) => ({ ...event, ...known[at] })) };
}

/** Products and customers are loaded as of `knownAt`, the newest log position when the batch was appended. */
type Row = { readonly batch: number; readonly knownAt: number } & EventAddress & StoredEventColumns;
