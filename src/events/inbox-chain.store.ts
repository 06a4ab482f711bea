import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import { ACCEPTED_ORDER, IS_UNTRIED } from './inbox-order';

/**
 * Maximum number of unfinished batches that are read. The oldest ones are read, because batches that form a chain, in
 * which each waits for an older one, can only be processed oldest first.
 */
const MAX_SCANNED_BATCHES = 2_000;

interface ChainLink {
  readonly id: string;
  readonly identities: readonly number[] | null;
  readonly isUntried: boolean;
  readonly isAsked: boolean;
}

/**
 * Returns blocked batches together with the older batches that they directly or indirectly wait for, so that one
 * transaction can append all of them to the log. Excludes batches that wait for a batch that was tried before, because
 * such a batch is processed alone.
 * @returns ids, in the order in which the batches were accepted
 */
export async function findBlockingChain(pool: Pool, blocked: readonly string[]): Promise<string[]> {
  const rows = await queryRows<ChainLink>(pool, {
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
    values: [blocked, MAX_SCANNED_BATCHES],
  });
  return withoutTriedDependencies(connectedToRequested(rows)).map(({ id }) => id);
}

/**
 * Returns the requested batches and the older batches that share an identity with them, directly or through other
 * batches. Batches are visited from the newest to the oldest, because a batch only waits for older batches.
 */
function connectedToRequested(oldestFirst: readonly ChainLink[]): ChainLink[] {
  const identities = new Set<number>();
  return oldestFirst
    .toReversed()
    .filter((link) => addIfConnected(link, identities, link.isAsked))
    .reverse();
}

/**
 * Returns the untried batches that do not wait, directly or through other batches, for a batch that was tried before.
 */
function withoutTriedDependencies(oldestFirst: readonly ChainLink[]): ChainLink[] {
  const triedIdentities = new Set<number>();
  return oldestFirst.filter((link) => !addIfConnected(link, triedIdentities, !link.isUntried));
}

/**
 * Adds the identities of a batch to a set if the set already has one of them, or if `always` is true.
 * @returns whether they were added
 */
function addIfConnected({ identities }: ChainLink, chainIdentities: Set<number>, always: boolean): boolean {
  const belongs = always || (identities ?? []).some((identity) => chainIdentities.has(identity));
  if (belongs) for (const identity of identities ?? []) chainIdentities.add(identity);
  return belongs;
}
