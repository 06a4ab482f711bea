import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';

export async function countRejectedEvents(pool: Pool): Promise<number> {
  const row = await queryOne<{ count: number }>(pool, 'SELECT count(*)::int AS count FROM rejected_events');
  return row.count;
}
