import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../platform/sql';
import type { AlertSpec, AlertRuleRecord } from './alert-rule';

export interface RuleRow extends Omit<AlertRuleRecord, 'silencedUntil'> {
  readonly description: string | null;
  readonly silencedUntil: Date | null;
  readonly fault: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const RULES = `SELECT id, description, spec, revision, silenced_until AS "silencedUntil", fault, evaluated_at AS "evaluatedAt",
  created_at AS "createdAt", updated_at AS "updatedAt" FROM alert_rules`;

export function readRules(pool: Pool): Promise<RuleRow[]> {
  return queryRows<RuleRow>(pool, `${RULES} ORDER BY id COLLATE "C"`);
}

/** Excludes other writers of rules until the transaction ends. */
export async function lockAlertRules(client: PoolClient): Promise<void> {
  await execute(client, 'LOCK TABLE alert_rules IN SHARE ROW EXCLUSIVE MODE');
}

/** Counts the rules, and returns whether one has this id. */
export function countRules(client: PoolClient, id: string) {
  return queryOne<{ count: number; known: boolean }>(
    client,
    'SELECT count(*)::int AS count, coalesce(bool_or(id = $1), false) AS known FROM alert_rules',
    [id],
  );
}

export async function insertRule(
  client: PoolClient,
  id: string,
  description: string | null,
  spec: AlertSpec,
): Promise<void> {
  await execute(client, 'INSERT INTO alert_rules (id, description, spec) VALUES ($1, $2, $3)', [
    id,
    description,
    JSON.stringify(spec),
  ]);
}

/** @returns the number of updated rules: 0 if there is no rule with this id */
export function updateRule(pool: Pool, id: string, description: string | null, spec: AlertSpec): Promise<number> {
  return execute(
    pool,
    `UPDATE alert_rules SET description = $2, spec = $3, revision = revision + 1, fault = NULL, updated_at = now() WHERE id = $1`,
    [id, description, JSON.stringify(spec)],
  );
}

/** @returns the number of silenced rules: 0 if there is no rule with this id */
export function silenceRule(pool: Pool, id: string, until: Date | null): Promise<number> {
  return execute(pool, 'UPDATE alert_rules SET silenced_until = $2, updated_at = now() WHERE id = $1', [id, until]);
}

export function lockRule(client: PoolClient, id: string): Promise<RuleRow | undefined> {
  return queryFirst<RuleRow>(client, `${RULES} WHERE id = $1 FOR UPDATE`, [id]);
}

export async function deleteRule(client: PoolClient, id: string): Promise<void> {
  await execute(client, 'DELETE FROM alert_rules WHERE id = $1', [id]);
}

export function findRule(pool: Pool, id: string): Promise<RuleRow | undefined> {
  return queryFirst<RuleRow>(pool, `${RULES} WHERE id = $1`, [id]);
}
