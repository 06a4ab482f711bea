import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryFirst, queryRows } from '../../platform/sql';
import type { HiddenSuggestion } from './hidden-suggestion.type';

export function readHiddenQueries(client: PoolClient): Promise<string[]> {
  return queryColumn<{ query: string }>(client, withLongTimeout('SELECT query FROM hidden_suggestions'));
}

const COLUMNS = 'query, text, hidden_at AS "hiddenAt"';

/** Returns the hidden suggestions after a query, in order of query. */
export function pageOfHiddenSuggestions(
  pool: Pool,
  after: string | undefined,
  count: number,
): Promise<HiddenSuggestion[]> {
  return queryRows<HiddenSuggestion>(
    pool,
    `SELECT ${COLUMNS} FROM hidden_suggestions
     WHERE $1::text IS NULL OR query > $1 COLLATE "C" ORDER BY query COLLATE "C" LIMIT $2`,
    [after ?? null, count],
  );
}

export function findHiddenSuggestion(client: PoolClient, query: string): Promise<HiddenSuggestion | undefined> {
  return queryFirst<HiddenSuggestion>(client, `SELECT ${COLUMNS} FROM hidden_suggestions WHERE query = $1`, [query]);
}

/** Returns undefined if the shop already hides `maxHidden` suggestions. */
export function insertHiddenSuggestion(
  client: PoolClient,
  query: string,
  text: string,
  maxHidden: number,
): Promise<HiddenSuggestion | undefined> {
  return queryFirst<HiddenSuggestion>(
    client,
    `INSERT INTO hidden_suggestions (query, text, hidden_at)
     SELECT $1, $2, date_trunc('milliseconds', now())
     WHERE (SELECT count(*) FROM hidden_suggestions) < ${maxHidden} RETURNING ${COLUMNS}`,
    [query, text],
  );
}

export function deleteHiddenSuggestion(client: PoolClient, query: string): Promise<HiddenSuggestion | undefined> {
  return queryFirst<HiddenSuggestion>(client, `DELETE FROM hidden_suggestions WHERE query = $1 RETURNING ${COLUMNS}`, [
    query,
  ]);
}

/** Excludes other writers of hidden suggestions until the transaction ends. */
export async function lockHiddenSuggestions(client: PoolClient): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':hidden-suggestions', 0))`);
}
