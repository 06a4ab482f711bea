import { isReadableSql } from '../platform/release';
import { isShipmentEvent, SHIPMENT_EVENTS } from './log-event';
import { eventIdentity, type StoredEvent } from './stored-event';

/** The oldest release that can read batches that this release writes to the inbox, and those with shipments. */
export const INBOX_MIN_RELEASE = '0.2.0';
export const SHIPMENTS_MIN_RELEASE = '0.5.0';

/** Returns the oldest release that can append these events to the log with all their effects. */
export function minReleaseOf(events: readonly StoredEvent[]): string {
  return events.some(isShipmentEvent) ? SHIPMENTS_MIN_RELEASE : INBOX_MIN_RELEASE;
}

/** SQL: this release can read the batch. Processes of a newer release handle the other batches. */
export const IS_READABLE = isReadableSql('min_release');

/**
 * Returns a 32-bit hash of an event's identity (FNV-1a), signed like PostgreSQL's integers. A hash collision only makes
 * a batch wait needlessly for a short time.
 */
export function identityHash(event: Pick<StoredEvent, 'source' | 'id' | 'occurredAt'>): number {
  const identity = eventIdentity(event);
  let hash = 0x811c9dc5;
  for (let at = 0; at < identity.length; at++) hash = Math.imul(hash ^ identity.charCodeAt(at), 0x01000193);
  return hash | 0;
}

/** SQL: the order in which batches were accepted. Halves of a split batch are in the order of their events. */
export const ACCEPTED_ORDER = 'sequence, first_event';

/** SQL: this release can read the batch, the batch is not a half of a split batch, and no worker has tried it. */
export const IS_UNTRIED = `(state <> 'SPLIT' AND attempts = 0 AND last_error IS NULL AND parent IS NULL AND ${IS_READABLE})`;

/** SQL: the subject of an event in JSON, as {@link import('./log-event').storedSubjectOf} computes it. */
export function subjectIn(event: string): string {
  return `CASE WHEN ${event}->>'source' = 'LOGISTICS' AND ${event}->>'name' IN (${SHIPMENT_EVENTS.map((name) => `'${name}'`).join(', ')})
    THEN 'p:' || split_part(${event}->>'id', ':', 1)
    ELSE coalesce('c:' || (${event}->>'customerId'), 's:' || (${event}->>'sessionId')) END`;
}

/**
 * SQL: the ids of those given batches that have to wait. A batch waits in two cases:
 *
 * - An older, unfinished batch that is not among the given ones has an event with the same identity (source, id, time).
 * The log stores the first event of an identity, which must be the event that was acknowledged first.
 * - The batch has events of a subject (customer or session) whose merge was acknowledged earlier and is not in the log
 * yet. A merge moves the subject's events that precede it in the log. So events that were accepted after it must enter
 * the log after it. Payloads are read only while such a merge is pending.
 *
 * @param batches SQL name of the relation of given batches, with id, sequence, first_event and identities
 */
export function selectBlocked(batches: string): string {
  return `
    SELECT DISTINCT own.id FROM inbox older
    CROSS JOIN LATERAL unnest(older.identities) AS theirs (identity)
    JOIN (SELECT id, sequence, first_event, unnest(identities) AS identity FROM ${batches}) own
      ON own.identity = theirs.identity AND (older.sequence, older.first_event) < (own.sequence, own.first_event)
    WHERE older.done_at IS NULL AND older.state <> 'SPLIT' AND older.sequence <= (SELECT max(sequence) FROM ${batches})
      AND older.id NOT IN (SELECT id FROM ${batches}) AND EXISTS (SELECT FROM ${batches} WHERE identities IS NOT NULL)
    UNION (
      WITH subjects AS MATERIALIZED (
        SELECT DISTINCT own.id, own.sequence, ${subjectIn('event')} AS subject
        FROM ${batches} own JOIN inbox batch ON batch.id = own.id CROSS JOIN LATERAL json_array_elements(batch.events) AS event
        WHERE own.sequence > (SELECT min(sequence) FROM pending_merges WHERE done_at IS NULL)
      )
      SELECT subjects.id FROM subjects
      JOIN pending_merges merge ON merge.from_subject = subjects.subject AND merge.sequence < subjects.sequence
      WHERE merge.done_at IS NULL
    )`;
}
