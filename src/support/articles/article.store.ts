import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../../platform/sql';
import type { ArticleRecord } from './article';

const COLUMNS = `id, title, body, url, language, intents,
  to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt"`;

export function readArticles(client: PoolClient): Promise<ArticleRecord[]> {
  return queryRows<ArticleRecord>(client, withLongTimeout(`SELECT ${COLUMNS} FROM articles ORDER BY id`));
}

/** Returns up to `count` articles in order of id. @param after return only articles with a greater id */
export function pageOfArticles(pool: Pool, after: string | undefined, count: number): Promise<ArticleRecord[]> {
  return queryRows<ArticleRecord>(
    pool,
    `SELECT ${COLUMNS} FROM articles WHERE $1::text IS NULL OR id > $1 COLLATE "C" ORDER BY id COLLATE "C" LIMIT $2`,
    [after ?? null, count],
  );
}

/** Excludes other writers until the transaction ends. @returns the articles with these ids, and the number of all */
export async function lockArticles(
  client: PoolClient,
  ids: readonly string[],
): Promise<{ stored: Map<string, ArticleRecord>; count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':articles', 0))`);
  const rows = await queryRows<ArticleRecord>(client, `SELECT ${COLUMNS} FROM articles WHERE id = ANY($1)`, [ids]);
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM articles');
  return { stored: new Map(rows.map((row) => [row.id, row])), count };
}

export async function writeArticles(client: PoolClient, records: readonly ArticleRecord[]): Promise<void> {
  for (const { id, title, body, url, language, intents, updatedAt } of records) {
    await execute(
      client,
      `INSERT INTO articles (id, title, body, url, language, intents, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, url = excluded.url,
         language = excluded.language, intents = excluded.intents, updated_at = excluded.updated_at`,
      [id, title, body, url, language, intents, updatedAt],
    );
  }
}

/** Deletes articles. @returns the ids that existed */
export function removeArticles(client: PoolClient, ids: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(client, 'DELETE FROM articles WHERE id = ANY($1) RETURNING id', [ids]);
}
