import type { Pool } from '../platform/postgres';
import { queryFirst, queryRows } from '../platform/sql';

/** Returns the number of profiles of customers in each segment; the id is null for those without a segment. */
export function countProfiles(pool: Pool) {
  return queryRows<{ segment: string | null; profiles: number }>(pool, {
    name: 'profiles-by-segment',
    text: 'SELECT segment_id AS segment, count(*) AS profiles FROM customer_profiles GROUP BY 1',
  });
}

/** Returns the sizes of the audiences for which all customers have been examined. */
export function readAudienceSizes(pool: Pool) {
  return queryRows<{ audience: string; size: number }>(pool, {
    name: 'audience-sizes',
    text: 'SELECT id AS audience, size FROM audiences WHERE cursor IS NULL',
  });
}

/** Returns how long ago the newest sweep of all profiles began, in seconds; undefined before the first one. */
export async function readSweepAge(pool: Pool): Promise<number | undefined> {
  const row = await queryFirst<{ age: number }>(pool, {
    name: 'profile-sweep-age',
    text: 'SELECT extract(epoch FROM now() - started_at)::float8 AS age FROM profile_sweep WHERE id = 1',
  });
  return row?.age;
}
