import type { Pool } from '../platform/postgres';
import { queryColumn } from '../platform/sql';

/** Returns the kinds of models that are fitted for the first time now. */
export function readFirstFits(pool: Pool): Promise<string[]> {
  return queryColumn<{ model: string }>(
    pool,
    `SELECT model FROM jobs WHERE state = 'RUNNING' AND NOT EXISTS (SELECT FROM model_versions v WHERE v.kind = jobs.model)
     ORDER BY requested_at, id`,
  );
}
