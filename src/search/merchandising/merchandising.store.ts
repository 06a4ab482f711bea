import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../platform/sql';

/** A rule as stored in PostgreSQL and in the log; times as ISO 8601. */
export interface MerchandisingRuleRecord {
  readonly id: string;
  readonly queries: readonly string[];
  readonly placements: readonly string[];
  readonly pins: readonly string[];
  readonly buried: readonly string[];
  readonly boost: string | null;
  readonly redirect: string | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly updatedAt: string;
}

const TIME = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `id, queries, placements, pins, buried, boost, redirect, ${TIME('starts_at')} AS "startsAt",
  ${TIME('ends_at')} AS "endsAt", ${TIME('updated_at')} AS "updatedAt"`;

export async function readMerchandisingRules(client: Pool | PoolClient): Promise<MerchandisingRuleRecord[]> {
  return queryRows<MerchandisingRuleRecord>(
    client,
    withLongTimeout(`SELECT ${COLUMNS} FROM merchandising_rules ORDER BY id`),
  );
}

/** Returns up to `count` rules in order of id. @param after return only rules with a greater id */
export async function pageOfRules(
  client: Pool,
  after: string | undefined,
  count: number,
): Promise<MerchandisingRuleRecord[]> {
  return queryRows<MerchandisingRuleRecord>(
    client,
    `SELECT ${COLUMNS} FROM merchandising_rules
     WHERE $1::text IS NULL OR id > $1 COLLATE "C" ORDER BY id COLLATE "C" LIMIT $2`,
    [after ?? null, count],
  );
}

/** Blocks other writers until the transaction ends. @returns the rule with this id, and the number of all rules */
export async function lockRules(
  client: PoolClient,
  id: string,
): Promise<{ stored: MerchandisingRuleRecord | undefined; count: number }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':merchandising', 0))`);
  const row = await queryFirst<MerchandisingRuleRecord>(
    client,
    `SELECT ${COLUMNS} FROM merchandising_rules WHERE id = $1`,
    [id],
  );
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM merchandising_rules');
  return { stored: row, count };
}

export async function writeRule(client: PoolClient, rule: MerchandisingRuleRecord): Promise<void> {
  const { id, queries, placements, pins, buried, boost, redirect, startsAt, endsAt, updatedAt } = rule;
  await execute(
    client,
    `INSERT INTO merchandising_rules
       (id, queries, placements, pins, buried, boost, redirect, starts_at, ends_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET queries = excluded.queries, placements = excluded.placements, pins = excluded.pins,
       buried = excluded.buried, boost = excluded.boost, redirect = excluded.redirect, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, updated_at = excluded.updated_at`,
    [id, queries, placements, pins, buried, boost, redirect, startsAt, endsAt, updatedAt],
  );
}

/** Deletes a rule. @returns whether the rule existed */
export async function removeRule(client: PoolClient, id: string): Promise<boolean> {
  return (await execute(client, 'DELETE FROM merchandising_rules WHERE id = $1', [id])) === 1;
}
