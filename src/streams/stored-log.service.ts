import type { EventType } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { Pool, PoolClient } from '../platform/postgres';
import type { Arrival } from './compile-stream';
import type { Place } from './join/candidate';
import { knownOf } from './enrichment.service';
import { arrivedOf, columnsOf, type ArrivedEvent } from './event-columns';

/** An event of the log, as far as expressions read it, with when it came in. */
export interface LoggedEvent extends ArrivedEvent, Place {
  readonly batch: number;
}

/** A stretch of the log in order of position. */
export interface StoredStretch {
  /** The last position that it covers. */
  readonly position: number;
  readonly events: readonly LoggedEvent[];
}

/** Rows of positions that one look takes in. */
const MAX_BATCHES = 1_000;

/**
 * The next stretch after a position, up to `last`, some `most` events long; also what the learner has set aside: it happened.
 * @param fields that expressions read: products and customers come as they were
 * @param types null: all
 */
export async function readStoredLog(
  client: Pool | PoolClient,
  after: number,
  last: number,
  most: number,
  fields: ReadonlySet<string>,
  types: readonly EventType[] | null = null,
): Promise<StoredStretch> {
  const { rows: batches } = await client.query<{ position: number; events: number }>({
    name: 'stored-log-batches',
    text: 'SELECT position, events FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3',
    values: [after, last, MAX_BATCHES],
  });
  let until = batches.length < MAX_BATCHES ? last : batches[batches.length - 1].position;
  let sum = 0;
  for (const { position, events } of batches) {
    if ((sum += events) < most) continue;
    until = position;
    break;
  }
  if (sum === 0) return { position: until, events: [] };
  const { rows } = await client.query<Row>({
    text: `SELECT b.position, b.batch, b.known_at AS "knownAt", e.* FROM (
             SELECT position, batch, known_at FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
           ) b CROSS JOIN LATERAL (
             SELECT e.sequence, ${columnsOf(fields)} FROM events e WHERE e.batch = b.batch AND ($3::text[] IS NULL OR e.type = ANY($3))
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
  const known = await knownOf(client, fields, events);
  return { position: until, events: events.map(({ knownAt: _, ...event }, at) => ({ ...event, ...known[at] })) };
}

type Row = { readonly batch: number; readonly knownAt: number } & Place & Arrival & StoredEvent;
