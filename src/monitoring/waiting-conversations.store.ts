import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

/** Returns the number of conversations that wait for a person, and for how long (ms) the longest has waited. */
export function measureWaitingConversations(pool: Pool): Promise<{ count: number; longestMs: number }> {
  return queryOne<{ count: number; longestMs: number }>(pool, {
    name: 'waiting-conversations',
    text: `SELECT count(*)::int AS count,
             greatest(0, coalesce(extract(epoch FROM now() - min(handed_off_at)) * 1000, 0))::float8 AS "longestMs"
           FROM conversations WHERE status = 'WAITING'`,
  });
}
