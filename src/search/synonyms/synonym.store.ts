import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../../platform/sql';
import type { SynonymRule } from '../../search-engine/text/synonyms';

/** A rule as stored in PostgreSQL and in the log. */
export interface SynonymRecord extends SynonymRule {
  readonly id: string;
  readonly finds: readonly string[];
  /** BCP 47; null for all languages. */
  readonly language: string | null;
  /** ISO 8601 timestamp, in UTC. */
  readonly updatedAt: string;
}

const COLUMNS = `id, kind, words, finds, language,
  to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt"`;

export async function readSynonyms(client: Pool | PoolClient): Promise<SynonymRecord[]> {
  return queryRows<SynonymRecord>(client, withLongTimeout(`SELECT ${COLUMNS} FROM synonyms ORDER BY id`));
}

/** Returns up to `count` rules in order of id. @param after return only rules with a greater id */
export async function pageOfSynonyms(client: Pool, after: string | undefined, count: number): Promise<SynonymRecord[]> {
  return queryRows<SynonymRecord>(
    client,
    `SELECT ${COLUMNS} FROM synonyms WHERE $1::text IS NULL OR id > $1 COLLATE "C" ORDER BY id COLLATE "C" LIMIT $2`,
    [after ?? null, count],
  );
}

/** Blocks other writers until the transaction ends. @returns the rules with these ids, and the number of all rules */
export async function lockSynonyms(
  client: PoolClient,
  ids: readonly string[],
): Promise<{ stored: Map<string, SynonymRecord>; count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':synonyms', 0))`);
  const rows = await queryRows<SynonymRecord>(client, `SELECT ${COLUMNS} FROM synonyms WHERE id = ANY($1)`, [ids]);
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM synonyms');
  return { stored: new Map(rows.map((row) => [row.id, row])), count };
}

export async function writeSynonyms(client: PoolClient, records: readonly SynonymRecord[]): Promise<void> {
  for (const { id, kind, words, finds, language, updatedAt } of records) {
    await execute(
      client,
      `INSERT INTO synonyms (id, kind, words, finds, language, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, words = excluded.words, finds = excluded.finds,
         language = excluded.language, updated_at = excluded.updated_at`,
      [id, kind, words, finds, language, updatedAt],
    );
  }
}

/** Deletes rules. @returns the ids that existed */
export function removeSynonyms(client: PoolClient, ids: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(client, 'DELETE FROM synonyms WHERE id = ANY($1) RETURNING id', [ids]);
}
