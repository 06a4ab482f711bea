import { randomUUID } from 'node:crypto';
import { requireNoErasureSince } from '../../events/tombstone.store';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryFirst, queryRows } from '../../platform/sql';
import { queueDeliveries } from '../../webhooks/delivery.store';
import type { AlertRuleRecord, AlertState } from './alert-rule';
import type { Observation } from './observation';

/** The Redis topic on which the ids of changed alerts are published. */
export const ALERT_TOPIC = 'alert';
export const ALERTS_LEASE = 'alerts';
/**
 * SQL condition: the alert is not resolved. The column `open` is null once an alert is resolved, so the unique key
 * (rule, key, open) allows many resolved alerts but only one open alert of a rule and key.
 */
export const OPEN_ALERTS = "open AND state <> 'RESOLVED'";

/** How long resolved alerts are stored. Alerts that never fired are stored for one day. */
const RETENTION_DAYS = 90;
/** Maximum number of alerts that one call deletes, separately for those that fired and those that never fired. */
const MAX_DELETED = 1_000;

/** An alert that is not resolved. */
export interface OpenAlert {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly state: 'PENDING' | 'FIRING';
  readonly revision: number;
  readonly startedAt: Date;
  readonly notified: boolean;
}

/** A state change of an alert that an evaluation has found. */
export interface AlertChange {
  readonly key: string;
  /** The open alert; null if there is none yet. */
  readonly open: OpenAlert | null;
  readonly state: AlertState;
  readonly observed: Observation;
}

/** The ids of the alerts that were written and of the webhook deliveries that were queued. */
export interface WrittenAlerts {
  readonly alerts: string[];
  readonly deliveries: string[];
}

export async function readAlertRules(pool: Pool): Promise<AlertRuleRecord[]> {
  return queryRows<AlertRuleRecord>(pool, {
    name: 'alert-rules',
    text: `SELECT id, revision, spec, silenced_until AS "silencedUntil", evaluated_at AS "evaluatedAt"
           FROM alert_rules ORDER BY id COLLATE "C"`,
  });
}

/** The open alerts before an evaluation. */
export interface OpenAlertsSnapshot {
  /** The current time by the clock of PostgreSQL, like all times in this file. */
  readonly now: Date;
  /** The newest log position before the evaluation reads any data. */
  readonly position: number;
  readonly alerts: readonly OpenAlert[];
}

export async function readOpenAlerts(pool: Pool): Promise<OpenAlertsSnapshot> {
  // The left join returns the time and position even if there is no open alert.
  const rows = await queryRows<
    (OpenAlert | { [Name in keyof OpenAlert]: null }) & Pick<OpenAlertsSnapshot, 'now' | 'position'>
  >(pool, {
    name: 'open-alerts-of-rules',
    text: `SELECT one.now, one.position, id, rule, key, state, revision, started_at AS "startedAt", notified
           FROM (SELECT now(), position FROM log_position WHERE id = 1) one LEFT JOIN alerts ON ${OPEN_ALERTS}`,
  });
  const { now, position } = rows[0]!;
  return { now, position, alerts: rows.filter((row) => row.id !== null) };
}

/**
 * Writes the changes of a rule's alerts in one transaction. Writes nothing if the rule has changed or another process
 * holds the lease. An alert that has changed since it was read is left to the next evaluation.
 * @param position log position before the evaluation
 * @throws ErasureConflict if a person's data was erased after that position, because a key may contain their name
 */
export function writeAlertChanges(
  pool: Pool,
  rule: AlertRuleRecord,
  changes: readonly AlertChange[],
  { token, position }: { readonly token: number; readonly position: number },
): Promise<WrittenAlerts> {
  return inTransaction(pool, async (client) => {
    const written: WrittenAlerts = { alerts: [], deliveries: [] };
    await requireNoErasureSince(client, position);
    const rowCount = await execute(client, {
      name: 'hold-alert-rule',
      text: `SELECT FROM alert_rules r JOIN leases l ON l.name = $3 AND l.token = $4 AND l.expires_at > now()
             WHERE r.id = $1 AND r.revision = $2 FOR SHARE`,
      values: [rule.id, rule.revision, ALERTS_LEASE, token],
    });
    if (rowCount === 0) return written;
    for (const change of changes) {
      if (change.open === null) await insertAlert(client, rule, change, written);
      else await changeAlertState(client, rule, { ...change, open: change.open }, null, written);
    }
    return written;
  });
}

/** Queues the notification of an alert that started to fire while its rule was silenced, if the silence has ended. */
export function notifyOfFiring(pool: Pool, rule: AlertRuleRecord, alert: OpenAlert): Promise<WrittenAlerts> {
  return inTransaction(pool, async (client) => {
    const written: WrittenAlerts = { alerts: [], deliveries: [] };
    await queueFiringNotification(client, rule.id, alert.id, written);
    return written;
  });
}

/** Resolves all open alerts of a rule, in the transaction that deletes the rule. */
export async function resolveRuleAlerts(
  client: PoolClient,
  rule: AlertRuleRecord,
  why: string,
): Promise<WrittenAlerts> {
  const written: WrittenAlerts = { alerts: [], deliveries: [] };
  const rows = await queryRows<OpenAlert & { readonly observed: Observation }>(
    client,
    `SELECT id, rule, key, state, revision, started_at AS "startedAt", notified, observed FROM alerts
     WHERE rule = $1 AND ${OPEN_ALERTS} FOR UPDATE`,
    [rule.id],
  );
  for (const open of rows)
    await changeAlertState(
      client,
      rule,
      { key: open.key, open, state: 'RESOLVED', observed: open.observed },
      why,
      written,
    );
  return written;
}

/**
 * SQL: whether an alert of the stream $3 may identify a person. True for a stream that no longer exists. Rules on the
 * system and on operations have no stream: for them, $3 is null.
 */
const IS_PERSONAL = `($3::text IS NOT NULL
  AND coalesce((SELECT bool_or(v.personal) FROM stream_versions v WHERE v.stream = $3), true))`;

async function insertAlert(
  client: PoolClient,
  rule: AlertRuleRecord,
  change: AlertChange,
  written: WrittenAlerts,
): Promise<void> {
  const { key, state, observed } = change;
  const id = randomUUID();
  // The unique key allows only one open alert for a rule and key. If there is one already, nothing is inserted.
  const rowCount = await execute(client, {
    name: 'raise-alert',
    text: `INSERT INTO alerts (id, rule, personal, key, state, severity, observed, started_at, fired_at, updated_at)
           VALUES ($1, $2, ${IS_PERSONAL}, $4, $5, $6, $7, now(), CASE WHEN $5 = 'FIRING' THEN now() END, now())
           ON CONFLICT (rule, key, open) DO NOTHING`,
    values: [id, rule.id, rule.spec.stream, key, state, rule.spec.severity, JSON.stringify(observed)],
  });
  if (rowCount === 0) return;
  await recordTransition(client, id, 1, state, observed, null);
  written.alerts.push(id);
  if (state === 'FIRING') await queueFiringNotification(client, rule.id, id, written);
}

async function changeAlertState(
  client: PoolClient,
  rule: Pick<AlertRuleRecord, 'id' | 'spec'>,
  { open, state, observed }: AlertChange & { readonly open: OpenAlert },
  why: string | null,
  written: WrittenAlerts,
): Promise<void> {
  const row = await queryFirst<{ revision: number }>(client, {
    name: 'move-alert',
    text: `UPDATE alerts SET state = $4, observed = $5, revision = revision + 1, updated_at = now(),
             personal = personal OR ${IS_PERSONAL},
             fired_at = CASE WHEN $4 = 'FIRING' THEN now() ELSE fired_at END,
             resolved_at = CASE WHEN $4 = 'RESOLVED' THEN now() END,
             open = CASE WHEN $4 = 'RESOLVED' THEN NULL ELSE true END
           WHERE id = $1 AND revision = $2 RETURNING revision`,
    values: [open.id, open.revision, rule.spec.stream, state, JSON.stringify(observed)],
  });
  if (!row) return;
  await recordTransition(client, open.id, row.revision, state, observed, why);
  written.alerts.push(open.id);
  if (state === 'FIRING') await queueFiringNotification(client, rule.id, open.id, written);
  if (state === 'RESOLVED') written.deliveries.push(...(await queueDeliveries(client, rule.id, open.id, 'RESOLVED')));
}

/** Queues the notification of a firing alert unless its rule is silenced. */
async function queueFiringNotification(
  client: PoolClient,
  rule: string,
  alert: string,
  written: WrittenAlerts,
): Promise<void> {
  const rowCount = await execute(client, {
    name: 'notify-of-alert',
    text: `UPDATE alerts a SET notified = true FROM alert_rules r
           WHERE a.id = $1 AND NOT a.notified AND a.state = 'FIRING' AND r.id = a.rule
             AND (r.silenced_until IS NULL OR r.silenced_until <= now())`,
    values: [alert],
  });
  if (rowCount === 1) written.deliveries.push(...(await queueDeliveries(client, rule, alert, 'FIRING')));
}

/** Adds a transition to the history of an alert. */
export async function recordTransition(
  client: PoolClient,
  alert: string,
  revision: number,
  state: AlertState | 'ACKNOWLEDGED',
  observed: Observation,
  by: string | null,
): Promise<void> {
  await execute(client, {
    name: 'note-transition',
    text: 'INSERT INTO alert_transitions (alert, revision, state, at, by, observed) VALUES ($1, $2, $3, now(), $4, $5)',
    values: [alert, revision, state, by, JSON.stringify(observed)],
  });
}

/** Stores the time and the fault of this evaluation for each rule. The fault is null if the evaluation succeeded. */
export async function recordEvaluation(pool: Pool, faults: ReadonlyMap<string, string | null>): Promise<void> {
  await execute(pool, {
    name: 'note-evaluated',
    text: `UPDATE alert_rules r SET fault = e.fault, evaluated_at = now()
           FROM unnest($1::text[], $2::text[]) AS e (id, fault) WHERE r.id = e.id`,
    values: [[...faults.keys()], [...faults.values()]],
  });
}

/** Deletes some old resolved alerts with their history and deliveries. @returns whether more may be left */
export function deleteOldAlerts(pool: Pool): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows<{ id: string }>(
      client,
      `DELETE FROM alerts WHERE id IN (
         (SELECT id FROM alerts WHERE state = 'RESOLVED' AND fired_at IS NULL
            AND updated_at < now() - interval '1 day' ORDER BY updated_at LIMIT $2)
         UNION ALL
         (SELECT id FROM alerts WHERE state = 'RESOLVED' AND fired_at IS NOT NULL
            AND updated_at < now() - $1 * interval '1 day' ORDER BY updated_at LIMIT $2))
       RETURNING id`,
      [RETENTION_DAYS, MAX_DELETED],
    );
    await deleteHistory(client, rows);
    return rows.length >= MAX_DELETED;
  });
}

/** Deletes all alerts whose key may identify a person, in the transaction of an erasure. */
export async function eraseFromAlerts(client: PoolClient): Promise<void> {
  const rows = await queryRows<{ id: string }>(client, 'DELETE FROM alerts WHERE personal RETURNING id');
  await deleteHistory(client, rows);
}

async function deleteHistory(client: PoolClient, alerts: readonly { readonly id: string }[]): Promise<void> {
  const ids = alerts.map(({ id }) => id);
  if (ids.length === 0) return;
  await execute(client, 'DELETE FROM alert_transitions WHERE alert = ANY($1::uuid[])', [ids]);
  await execute(client, 'DELETE FROM webhook_deliveries WHERE alert = ANY($1::uuid[])', [ids]);
}
