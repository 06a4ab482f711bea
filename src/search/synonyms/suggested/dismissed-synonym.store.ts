import type { Pool, PoolClient } from '../../../platform/postgres';
import { queryColumn, queryFirst } from '../../../platform/sql';

export async function readDismissedIds(client: PoolClient): Promise<ReadonlySet<string>> {
  return new Set(await queryColumn<{ id: string }>(client, 'SELECT id FROM dismissed_synonyms'));
}

/**
 * Stores that an admin does not want a suggestion, unless it is stored. @returns undefined if `maxDismissed` are stored
 * already
 */
export async function dismissSynonym(pool: Pool, id: string, maxDismissed: number): Promise<Date | undefined> {
  const row = await queryFirst<{ dismissedAt: Date }>(
    pool,
    `INSERT INTO dismissed_synonyms AS d (id, dismissed_at)
     SELECT $1, date_trunc('milliseconds', now())
     WHERE (SELECT count(*) FROM dismissed_synonyms WHERE id <> $1) < $2
     ON CONFLICT (id) DO UPDATE SET dismissed_at = d.dismissed_at RETURNING dismissed_at AS "dismissedAt"`,
    [id, maxDismissed],
  );
  return row?.dismissedAt;
}
