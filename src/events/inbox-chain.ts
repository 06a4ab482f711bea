import type { Pool } from '../platform/postgres';
import { ACCEPTED_ORDER, IS_UNTRIED } from './inbox-order';

/** Of the oldest unfinished batches, so many are looked at: a chain goes through them from its beginning. */
const MAX_LOOKED_AT = 2_000;

interface Link {
  readonly id: string;
  readonly identities: readonly number[];
  readonly isUntried: boolean;
  readonly isAsked: boolean;
}

/**
 * Blocked batches, with the older ones that they directly or indirectly wait for: one transaction takes all of them into
 * the log. What waits for a batch that has been tried is left out: that one is worked at by itself.
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

/** Those that are asked for, and those whose identities they or what they wait for share; the newest decide on the older. */
function linked(oldestFirst: readonly Link[]): Link[] {
  const identities = new Set<number>();
  return oldestFirst
    .toReversed()
    .filter((link) => join(link, identities, link.isAsked))
    .reverse();
}

/** Those that wait for nothing that has been tried. */
function unstuck(oldestFirst: readonly Link[]): Link[] {
  const stuck = new Set<number>();
  return oldestFirst.filter((link) => !join(link, stuck, !link.isUntried));
}

/** @returns whether the batch belongs to those of these identities, by one that it shares or anyhow; they get its own then */
function join({ identities }: Link, known: Set<number>, anyhow: boolean): boolean {
  const belongs = anyhow || (identities ?? []).some((identity) => known.has(identity));
  if (belongs) for (const identity of identities ?? []) known.add(identity);
  return belongs;
}
