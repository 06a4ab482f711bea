import { isReadableSql } from '../platform/release';
import { identityOf, type StoredEvent } from './stored-event';

/** The oldest release that can read the batches that this release accepts. */
export const INBOX_MIN_RELEASE = '0.2.0';

/** SQL: this release can read the batch. Others are left to a process of a newer release. */
export const IS_READABLE = isReadableSql('min_release');

/**
 * 32 bits of an event's identity (FNV-1a), signed as PostgreSQL has them. Two identities that share a hash cost a batch a
 * short wait, and nothing else.
 */
export function identityHash(event: Pick<StoredEvent, 'source' | 'id' | 'occurredAt'>): number {
  const identity = identityOf(event);
  let hash = 0x811c9dc5;
  for (let at = 0; at < identity.length; at++) hash = Math.imul(hash ^ identity.charCodeAt(at), 0x01000193);
  return hash | 0;
}

/** SQL: the order in which events were accepted, also those of one batch that has become halves. */
export const ACCEPTED_ORDER = 'sequence, first_event';

/** SQL: this release can read the batch, and nobody has tried it, or one that it is a half of. */
export const IS_UNTRIED = `(state <> 'SPLIT' AND attempts = 0 AND last_error IS NULL AND parent IS NULL AND ${IS_READABLE})`;

/** SQL: the subject of an event in JSON, as {@link import('./log-event').subjectOf} computes it. */
export function subjectIn(event: string): string {
  return `coalesce('c:' || (${event}->>'customerId'), 's:' || (${event}->>'sessionId'))`;
}

/**
 * SQL: the ids of those of the batches `mine` that have to wait, for one of two reasons. An older batch that is not among
 * them and not finished has an event with the same identity: of two events with one identity the log keeps the first that
 * it gets, so that one has to be the one that was acknowledged first. Or they have events of a subject whose merge was
 * acknowledged before them and has no position yet: what is done after a merge stays apart. Payloads are read only while
 * such a merge is pending.
 * @param mine a relation with id, sequence, first_event and identities
 */
export function blockedAmong(mine: string): string {
  return `
    SELECT DISTINCT own.id FROM inbox older
    CROSS JOIN LATERAL unnest(older.identities) AS theirs (identity)
    JOIN (SELECT id, sequence, first_event, unnest(identities) AS identity FROM ${mine}) own
      ON own.identity = theirs.identity AND (older.sequence, older.first_event) < (own.sequence, own.first_event)
    WHERE older.done_at IS NULL AND older.state <> 'SPLIT' AND older.sequence <= (SELECT max(sequence) FROM ${mine})
      AND older.id NOT IN (SELECT id FROM ${mine}) AND EXISTS (SELECT FROM ${mine} WHERE identities IS NOT NULL)
    UNION (
      WITH subjects AS MATERIALIZED (
        SELECT DISTINCT own.id, own.sequence, ${subjectIn('event')} AS subject
        FROM ${mine} own JOIN inbox batch ON batch.id = own.id CROSS JOIN LATERAL json_array_elements(batch.events) AS event
        WHERE own.sequence > (SELECT min(sequence) FROM pending_merges WHERE done_at IS NULL)
      )
      SELECT subjects.id FROM subjects
      JOIN pending_merges merge ON merge.from_subject = subjects.subject AND merge.sequence < subjects.sequence
      WHERE merge.done_at IS NULL
    )`;
}
