import type { PoolClient, Pool } from '../platform/postgres';
import type { Merge } from './log-event';
import type { StoredEvent } from './stored-event';

/** What one position changed, as followers are told. JSON in the outbox and on the wire. */
export interface LogChange {
  /** Events that entered the log. */
  readonly events?: readonly StoredEvent[];
  /** Products that were written, whole. */
  readonly products?: readonly unknown[];
  readonly deletedProducts?: readonly string[];
  /** Synonyms that were written, whole. */
  readonly synonyms?: readonly unknown[];
  readonly deletedSynonyms?: readonly string[];
  /** Merchandising rules that were written, whole. */
  readonly merchandisingRules?: readonly unknown[];
  readonly deletedMerchandisingRules?: readonly string[];
  /** Queries that are not to be suggested any more, and those that may be again: folded. */
  readonly hiddenSuggestions?: readonly string[];
  readonly shownSuggestions?: readonly string[];
  /** Orders that are not what they were. */
  readonly orders?: readonly string[];
  /** A subject's past became another's. */
  readonly merged?: Merge;
  /** Subjects whose histories are not what they were, for another reason. */
  readonly reread?: readonly string[];
  /** More happened than is worth telling one by one: whoever keeps histories reads them again. */
  readonly reload?: 'histories';
  /** The inbox rows, or the pending merge, that this position finishes. */
  readonly receipts?: readonly string[];
}

/**
 * The last thing a transaction does that changes the shop: takes the next position, tells the outbox what changed, and
 * finishes its inbox rows. The counter's row lock is held from here to COMMIT, which makes commit order = position order.
 */
export async function takePosition(
  client: PoolClient,
  change: LogChange,
  options: { batch?: number; events?: number; knownAt?: number; inboxIds?: readonly string[] } = {},
): Promise<number> {
  const { rows } = await client.query<{ position: number }>({
    name: 'take-position',
    text: `
      WITH next AS (
        UPDATE log_position SET position = position + 1 WHERE id = 1 RETURNING position
      ), logged AS (
        INSERT INTO log_batches (position, batch, events, known_at)
        SELECT position, $1::bigint, $2::int, $5::bigint FROM next WHERE $2::int > 0
      ), done AS (
        UPDATE inbox SET position = next.position, state = 'DONE', done_at = now(), events = NULL, identities = NULL FROM next WHERE id = ANY($3::uuid[])
      )
      INSERT INTO outbox (position, payload, orders) SELECT position, $4::json, $6::text[] FROM next RETURNING position`,
    values: [
      options.batch ?? null,
      options.events ?? 0,
      options.inboxIds ?? [],
      JSON.stringify(change),
      options.knownAt ?? 0,
      change.orders ?? null,
    ],
  });
  return rows[0].position;
}

/** The newest position whose transaction has committed. */
export async function newestPosition(pool: Pool | PoolClient): Promise<number> {
  const { rows } = await pool.query<{ position: number }>('SELECT position FROM log_position WHERE id = 1');
  return rows[0].position;
}
