import type { PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne, type SqlClient } from '../platform/sql';

/**
 * Blocks other processes that advance this follower until the transaction ends.
 * @returns the log position up to which its results are stored; 0 if there are none
 */
export async function lockFollower(client: PoolClient, name: string): Promise<number> {
  const lock = () =>
    queryFirst<{ position: number }>(client, 'SELECT position FROM followers WHERE name = $1 FOR UPDATE', [name]);
  const found = await lock();
  if (found !== undefined) return found.position;
  await execute(client, 'INSERT INTO followers (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', [name]);
  return (await lock())?.position ?? 0;
}

/** Stores the log position that a follower has reached. Call it in the transaction that stores its results. */
export async function storeFollowerPosition(client: SqlClient, name: string, position: number): Promise<void> {
  await execute(
    client,
    `INSERT INTO followers (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position`,
    [name, position],
  );
}

/** Returns the log position up to which a follower's results are stored, and the newest one. */
export function measureFollower(client: SqlClient, name: string): Promise<{ position: number; newest: number }> {
  return queryOne<{ position: number; newest: number }>(
    client,
    `SELECT coalesce((SELECT position FROM followers WHERE name = $1), 0) AS position, l.position AS newest
     FROM log_position l WHERE l.id = 1`,
    [name],
  );
}

/** SQL: the log position up to which a follower's results are stored, as a query without rows if there are none. */
export const followerPosition = (name: string) => `SELECT position FROM followers WHERE name = '${name}'`;
