import type { Alert, AlertTransition } from './alert.type';
import type { Pool, PoolClient } from '../../platform/postgres';
import { queryFirst, queryRows } from '../../platform/sql';
import type { TimeCursor } from '../../graphql/connection';
import type { AlertState } from './alert-rule';
import { OPEN_ALERTS } from './alert.store';

const COLUMNS = `id, rule AS "ruleId", key, state, severity, revision, observed, started_at AS "startedAt",
  fired_at AS "firedAt", resolved_at AS "resolvedAt", acknowledged_at AS "acknowledgedAt",
  acknowledged_by AS "acknowledgedBy", note`;

/** Returns the alerts after the cursor, newest first. */
export function readAlerts(
  pool: Pool,
  states: readonly AlertState[] | null,
  rule: string | null,
  after: TimeCursor | undefined,
  limit: number,
): Promise<Alert[]> {
  return queryRows<Alert>(pool, {
    name: 'list-alerts',
    text: `SELECT ${COLUMNS} FROM alerts WHERE ($1::text[] IS NULL OR state = ANY($1)) AND ($2::text IS NULL OR rule = $2)
           AND ($3::timestamptz IS NULL OR (started_at, id) < ($3, $4::uuid))
           ORDER BY started_at DESC, id DESC LIMIT $5`,
    values: [states, rule, after?.time ?? null, after?.texts[0] ?? null, limit],
  });
}

/** Returns the alerts that are open or have changed recently, with the newest change first. */
export function readOpenOrRecentAlerts(pool: Pool, limit: number, recentMs: number): Promise<Alert[]> {
  return queryRows<Alert>(pool, {
    name: 'present-alerts',
    text: `SELECT ${COLUMNS} FROM alerts WHERE (${OPEN_ALERTS}) OR updated_at > now() - $2 * interval '1 ms' ORDER BY updated_at DESC LIMIT $1`,
    values: [limit, recentMs],
  });
}

/** Returns the state changes of an alert, oldest first. */
export function readTransitions(pool: Pool, id: string): Promise<AlertTransition[]> {
  return queryRows<AlertTransition>(
    pool,
    'SELECT revision, state, at, by, observed FROM alert_transitions WHERE alert = $1 ORDER BY revision',
    [id],
  );
}

/** Returns undefined if there is no open alert with this id. */
export function acknowledgeAlert(
  client: PoolClient,
  id: string,
  by: string,
  note: string | null,
): Promise<Alert | undefined> {
  return queryFirst<Alert>(
    client,
    `UPDATE alerts SET acknowledged_at = now(), acknowledged_by = $2, note = $3, revision = revision + 1, updated_at = now()
     WHERE id = $1 AND ${OPEN_ALERTS}
     RETURNING ${COLUMNS}`,
    [id, by, note],
  );
}
