import type { PoolClient } from '../platform/postgres';
import { execute, queryOne, queryRows } from '../platform/sql';
import { CONTENT_FIELDS, EVENT_CONTENT } from './event-content';
import { storedSubjectOf } from './log-event';
import { contentDigest, eventIdentity, type StoredEvent } from './stored-event';
import { splitErased } from './tombstone.store';
import type { LogEffect, EventRefusals } from './log-effect';

export interface ArrivalInfo {
  readonly receivedAt: (event: StoredEvent) => Date;
  /** Whether the events are historical (imported) and not live. */
  readonly backfill: boolean;
}

export interface RefusedEvent {
  readonly event: StoredEvent;
  readonly code: string;
  readonly message: string;
}

export interface AppendResult {
  /** The key of the new log batch. */
  readonly batch: number;
  /** The events that are new to the log, in the order in which they were received. */
  readonly inserted: readonly StoredEvent[];
  /** For each event of `inserted`, its sequence number in the batch. */
  readonly sequences: readonly number[];
  /** Number of events that the log already has with the same content. */
  readonly duplicates: number;
  /** Events that have the identity of a logged event but different content. They were not inserted. */
  readonly conflicts: readonly StoredEvent[];
  /** Events of erased people. They were dropped. */
  readonly erased: readonly StoredEvent[];
  /** Events that an effect has refused, because they contradict stored data. They were not inserted. */
  readonly refused: readonly RefusedEvent[];
  /** The log position up to which this transaction sees changes of products and customers. */
  readonly knownAt: number;
}

/** Returns the statement that begins a batch. It also evaluates the states that the effects need. */
export function beginBatchStatement(effects: readonly Pick<LogEffect, 'name' | 'stateSql'>[]) {
  return {
    name: ['begin-batch', ...effects.map(({ name }) => name)].join(' '),
    text: `SELECT nextval(pg_get_serial_sequence('log_batches', 'batch')) AS batch,
             ARRAY[${effects.map(({ stateSql }) => stateSql).join(', ')}]::text[] AS states,
             (SELECT position FROM log_position WHERE id = 1) AS "knownAt"`,
  };
}

/**
 * Appends events to the log inside the caller's transaction. Drops duplicates by identity (source, id, time), events of
 * erased people and events that an effect refuses, and creates the customers that do not exist yet. Rows are inserted in
 * the order of their keys, so that concurrent batches can't deadlock. Use {@link import('./event-log').EventLog}, which also applies the effects and
 * allocates the log position.
 * @param receivedEvents events in the order in which they were received
 */
export async function appendEvents(
  client: PoolClient,
  receivedEvents: readonly StoredEvent[],
  arrival: ArrivalInfo,
  beginBatch: ReturnType<typeof beginBatchStatement>,
  effects: readonly LogEffect[] = [],
): Promise<AppendResult & { readonly states: readonly string[] }> {
  const { accepted: events, refused, erased } = await splitRefused(client, receivedEvents, effects);
  const { batch, states, knownAt } = await queryOne<{ batch: number; states: string[]; knownAt: number }>(
    client,
    beginBatch,
  );
  const digests = events.map(contentDigest);
  const newRows = await queryRows<{ sequence: number }>(client, {
    name: 'append-events',
    text: INSERT_EVENTS,
    values: [
      ...columnArrays(events),
      digests,
      events.map((event) => arrival.receivedAt(event).getTime()),
      batch,
      arrival.backfill,
    ],
  });
  const newSequences = new Set(newRows.map((row) => row.sequence));
  const sequences = [...events.keys()].filter((sequence) => newSequences.has(sequence));
  const inserted = sequences.map((sequence) => events[sequence]!);
  const digestedEvents = events.map((event, sequence) => ({ event, digest: digests[sequence]!, sequence }));
  const conflicts = await findConflicts(
    client,
    digestedEvents.filter(({ sequence }) => !newSequences.has(sequence)),
  );
  await createCustomers(client, inserted, arrival);
  const duplicates = events.length - inserted.length - conflicts.length;
  return { batch, inserted, sequences, duplicates, conflicts, erased, refused, knownAt, states };
}

/** Separates the events of erased people and those that an effect refuses. */
async function splitRefused(client: PoolClient, receivedEvents: readonly StoredEvent[], effects: readonly LogEffect[]) {
  const { remaining, erased } = await splitErased(client, receivedEvents);
  const split = { accepted: remaining, erased, refused: [] as readonly RefusedEvent[] };
  for (const effect of effects) {
    const refusals: EventRefusals = (await effect.refuse?.(client, split.accepted)) ?? new Map();
    if (refusals.size === 0) continue;
    const refused = [...refusals].flatMap(([event, why]) => (why === 'ERASED' ? [] : [{ event, ...why }]));
    split.refused = [...split.refused, ...refused];
    split.erased = [...split.erased, ...[...refusals.keys()].filter((event) => refusals.get(event) === 'ERASED')];
    split.accepted = split.accepted.filter((event) => !refusals.has(event));
  }
  return split;
}

const CONTENT_COLUMNS = Object.values(EVENT_CONTENT)
  .map(({ column }) => column)
  .join(', ');
/** The types of the columns of {@link columnArrays}, of the digests and of the arrival times. */
const ARRAY_TYPES = [
  ...['int', 'text', 'text', 'float8', 'text'],
  ...Object.values(EVENT_CONTENT).map(({ sqlType }) => sqlType),
  ...['bigint', 'float8'],
];
const ARRAYS = ARRAY_TYPES.map((type, at) => `$${at + 1}::${type}[]`).join(', ');

export const INSERT_EVENTS = `
  INSERT INTO events (sequence, source, id, occurred_at, subject, ${CONTENT_COLUMNS}, digest, received_at, batch, backfill)
  SELECT sequence, source, id, to_timestamp(occurred_at / 1000.0), subject, ${CONTENT_COLUMNS}, digest,
    to_timestamp(received_at / 1000.0), $${ARRAY_TYPES.length + 1}, $${ARRAY_TYPES.length + 2}
  FROM unnest(${ARRAYS})
    AS incoming (sequence, source, id, occurred_at, subject, ${CONTENT_COLUMNS}, digest, received_at)
  ORDER BY source, id, occurred_at, sequence
  ON CONFLICT (source, id, occurred_at) DO NOTHING
  RETURNING sequence`;

/**
 * Returns an array for each column, or null for a column that is empty in all events: `unnest` then fills it with
 * nulls.
 */
function columnArrays(events: readonly StoredEvent[]): (readonly unknown[] | null)[] {
  const pick = (value: (event: StoredEvent) => unknown) => {
    const values = events.map((event) => value(event) ?? null);
    return values.some((one) => one !== null) ? values : null;
  };
  return [
    events.map((_, sequence) => sequence),
    pick((event) => event.source),
    pick((event) => event.id),
    pick((event) => event.occurredAt),
    pick((event) => storedSubjectOf(event)),
    ...CONTENT_FIELDS.map((field) =>
      field === 'properties'
        ? pick(({ properties }) => properties && JSON.stringify(properties))
        : pick((event) => event[field]),
    ),
  ];
}

async function findConflicts(
  client: PoolClient,
  repeated: readonly { event: StoredEvent; digest: string }[],
): Promise<StoredEvent[]> {
  if (repeated.length === 0) return [];
  const rows = await queryRows<{ source: StoredEvent['source']; id: string; at: number; digest: string }>(client, {
    name: 'stored-digests',
    // LATERAL looks up each event by index: a query plan made while the log was small would otherwise scan all of it.
    text: `SELECT k.source, k.id, k.at, e.digest::text
           FROM unnest($1::text[], $2::text[], $3::float8[]) AS k (source, id, at) CROSS JOIN LATERAL (
             SELECT digest FROM events
             WHERE source = k.source AND id = k.id AND occurred_at = to_timestamp(k.at / 1000.0) OFFSET 0
           ) e`,
    values: [
      repeated.map(({ event }) => event.source),
      repeated.map(({ event }) => event.id),
      repeated.map(({ event }) => event.occurredAt),
    ],
  });
  const stored = new Map(
    rows.map((row) => [eventIdentity({ source: row.source, id: row.id, occurredAt: row.at }), row.digest]),
  );
  return repeated.filter(({ event, digest }) => stored.get(eventIdentity(event)) !== digest).map(({ event }) => event);
}

async function createCustomers(
  client: PoolClient,
  events: readonly StoredEvent[],
  arrival: ArrivalInfo,
): Promise<void> {
  const receivedAtByCustomer = new Map<string, number>();
  for (const event of events)
    if (event.customerId !== undefined && !receivedAtByCustomer.has(event.customerId))
      receivedAtByCustomer.set(event.customerId, arrival.receivedAt(event).getTime());
  if (receivedAtByCustomer.size === 0) return;
  await execute(client, {
    name: 'create-customers',
    text: `INSERT INTO customers (id, created_at) SELECT id, to_timestamp(at / 1000.0) FROM unnest($1::text[], $2::float8[]) AS seen (id, at)
           ORDER BY id COLLATE "C" ON CONFLICT (id) DO NOTHING`,
    values: [[...receivedAtByCustomer.keys()], [...receivedAtByCustomer.values()]],
  });
}
