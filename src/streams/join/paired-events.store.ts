import type { StoredEvent } from '../../events/stored-event';
import type { Pool, PoolClient } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import { loadEventContexts } from '../event-context.store';
import { arrivedOf, eventColumns, type StoredEventColumns } from '../stored-event-columns';
import type { EventContext } from '../event-shape';
import type { EventAddress } from './join-candidate';
import type { Pair } from './symmetric-hash-join';

/** Both events of a pair, as stored in the log. */
export interface PairOfEvents {
  readonly event: StoredEvent;
  /** Product and customer of `event`. */
  readonly context: EventContext;
  readonly other: StoredEvent;
  /** Log position of the event that is later in the log. */
  readonly position: number;
}

interface LocatedEvent {
  readonly event: StoredEvent;
  readonly position: number;
  readonly knownAt: number;
}

/**
 * Reads pairs from the log. Omits pairs of which one event has been erased. Products and customers are loaded as they
 * were when `event` was received.
 * @param fields that expressions read; other fields are not loaded
 */
export async function readPairs(
  client: Pool | PoolClient,
  pairs: readonly Pair<EventAddress>[],
  fields: ReadonlySet<string>,
): Promise<PairOfEvents[]> {
  const events = await readEvents(
    client,
    pairs.flatMap(({ event, other }) => [event, other]),
    fields,
  );
  const whole = pairs.flatMap(({ event, other }) => {
    const [first, second] = [events.get(addressText(event)), events.get(addressText(other))];
    return first && second ? [{ first, second }] : [];
  });
  const contexts = await loadEventContexts(
    client,
    fields,
    whole.map(({ first }) => first),
  );
  return whole.map(({ first, second }, at) => ({
    event: first.event,
    context: contexts[at]!,
    other: second.event,
    position: Math.max(first.position, second.position),
  }));
}

async function readEvents(
  client: Pool | PoolClient,
  places: readonly EventAddress[],
  fields: ReadonlySet<string>,
): Promise<Map<string, LocatedEvent>> {
  const wanted = new Map(places.map((place) => [addressText(place), place]));
  if (wanted.size === 0) return new Map();
  const rows = await queryRows<EventAddress & Omit<LocatedEvent, 'event'> & StoredEventColumns>(client, {
    text: `SELECT k.position, b.known_at AS "knownAt", e.*
           FROM unnest($1::bigint[], $2::int[]) AS k (position, sequence)
           CROSS JOIN LATERAL (SELECT batch, known_at FROM log_batches WHERE position = k.position OFFSET 0) b
           CROSS JOIN LATERAL (
             SELECT e.sequence, ${eventColumns(fields)} FROM events e WHERE e.batch = b.batch AND e.sequence = k.sequence OFFSET 0
           ) e`,
    values: [
      [...wanted.values()].map(({ position }) => position),
      [...wanted.values()].map(({ sequence }) => sequence),
    ],
  });
  return new Map(
    rows.map(({ sequence, position, knownAt, ...row }) => [
      addressText({ position, sequence }),
      { event: arrivedOf(row).event, position, knownAt },
    ]),
  );
}

function addressText({ position, sequence }: EventAddress): string {
  return `${position} ${sequence}`;
}
