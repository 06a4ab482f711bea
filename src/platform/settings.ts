import type { Pool } from './postgres';

/**
 * Returns the values of a shop's settings by name, without those that are not set. It uses plain SQL because processes
 * call it while they start: before its first query, Prisma compiles its query compiler, in half a second of CPU.
 */
export async function readSettings(pool: Pool, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ name: string; value: string }>(
    'SELECT name, value FROM settings WHERE name = ANY($1::text[])',
    [names],
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}
