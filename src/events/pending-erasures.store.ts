import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export interface PendingErasures {
  readonly count: number;
  readonly oldestAgeMs: number;
}

export async function measurePendingErasures(pool: Pool): Promise<PendingErasures> {
  return queryOne<PendingErasures>(
    pool,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(requested_at)) * 1000, 0)::float8 AS "oldestAgeMs"
     FROM erasures WHERE done_at IS NULL`,
  );
}
