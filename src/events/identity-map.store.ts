import type { PoolClient } from '../platform/postgres';
import { IdentityMap } from './identity-map';
import { queryRows } from '../platform/sql';
import type { LoggedMerge } from './log-event';

export async function readIdentityMap(client: PoolClient): Promise<IdentityMap> {
  const rows = await queryRows<LoggedMerge>(
    client,
    `SELECT position, from_subject AS "from", into_subject AS into FROM merges WHERE set_aside IS NULL ORDER BY position`,
  );
  return new IdentityMap(rows);
}
