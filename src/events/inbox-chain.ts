import type { Pool } from '../platform/postgres';
import { ACCEPTED_ORDER, IS_UNTRIED } from './inbox-order';

/** How many of the oldest unfinished batches are read. A chain starts among the oldest ones. */
const MAX_LOOKED_AT = 2_000;

interface Link {
  readonly id: string;
  readonly identities: readonly number[];
  readonly isUntried: boolean;
  readonly isAsked: boolean;
}

/**
 * Returns blocked batches together with the older batches that they directly or indirectly wait for, so that one
 * transaction can append all of them to the log. Excludes batches that wait for a batch that was tried before, because
 * such a batch is processed alone.
 * @returns ids, in the order in which the batches were accepted
 */
export async function chainOf(pool: Pool, blocked: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<Link>({
    name: 'chain-of-batches',
    text: `SELECT id, identities, ${IS_UNTRIED} AS "isUntried", id = ANY($1::uuid[]) AS "isAsked"
           FROM inbox WHERE done_at IS NULL AND id IN (
             SELECT unnest($1::uuid[])
             UNION ALL (
               SELECT id FROM inbox
               WHERE done_at IS NULL AND state <> 'SPLIT' AND identities IS NOT NULL
                 AND sequence <= (SELECT max(sequence) FROM inbox WHERE id = ANY($1::uuid[]))
               ORDER BY ${ACCEPTED_ORDER} LIMIT $2
             )
           ) ORDER BY ${ACCEPTED_ORDER}`,
    values: [blocked, MAX_LOOKED_AT],
  });
  return unstuck(linked(rows)).map(({ id }) => id);
}

/**
 * Returns the requested batches and the batches that share an identity with them, directly or through other batches.
 * Goes from the newest to the oldest batch.
 */
function linked(oldestFirst: readonly Link[]): Link[] {
  const identities = new Set<number>();
  return oldestFirst
    .toReversed()
    .filter((link) => join(link, identities, link.isAsked))
    .reverse();
}

/** Returns the batches that do not wait for a batch that was tried before. */
function unstuck(oldestFirst: readonly Link[]): Link[] {
  const triedIdentities = new Set<number>();
  return oldestFirst.filter((link) => !join(link, triedIdentities, !link.isUntried));
}

/**
 * Adds the identities of a batch to `known` if the batch shares one of them, or if `always` is true.
 * @returns whether they were added
 */
function join({ identities }: Link, known: Set<number>, always: boolean): boolean {
  const belongs = always || (identities ?? []).some((identity) => known.has(identity));
  if (belongs) for (const identity of identities ?? []) known.add(identity);
  return belongs;
}
