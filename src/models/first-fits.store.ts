import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';

/** Returns the kinds of models that are fitted for the first time now, or wait for it. */
export async function readFirstFits(pool: Pool): Promise<string[]> {
  const rows = await queryRows<{ model: string }>(
    pool,
    `SELECT model FROM jobs WHERE ended_at IS NULL AND NOT EXISTS (SELECT FROM model_versions v WHERE v.kind = jobs.model)
     ORDER BY requested_at, id`,
  );
  return rows.map(({ model }) => model);
}
