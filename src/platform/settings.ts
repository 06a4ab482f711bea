import { queryRows, type SqlClient } from './sql';

/**
 * Returns the values of a shop's settings by name; settings without a value are absent. Processes call it while they
 * start, so it uses plain SQL: before its first query, Prisma spends half a second of CPU time on compiling its query
 * compiler.
 */
export async function readSettings(client: SqlClient, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await queryRows<{ name: string; value: string }>(
    client,
    'SELECT name, value FROM settings WHERE name = ANY($1::text[])',
    [names],
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}
