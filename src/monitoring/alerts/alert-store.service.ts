import { randomUUID } from 'node:crypto';
import { requireNoErasureSince } from '../../events/tombstone.service';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { queueDeliveries } from '../webhooks/delivery-store.service';
import type { AlertRuleRecord, AlertState } from './alert-rule';
import type { Observation } from './observation';

/** Told with the id of an alert that has changed. */
export const ALERT_TOPIC = 'alert';
export const ALERTS_LEASE = 'alerts';
/** SQL. */
export const OPEN_ALERTS = "open AND state <> 'RESOLVED'";

/** Resolved alerts are kept so long; those that never fired, a day. */
const KEPT_DAYS = 90;
/** Alerts of each kind forgotten at a time. */
const FORGOTTEN = 1_000;

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

/** What an evaluation has found to be different. */
export interface Change {
  readonly key: string;
  /** null: there is none yet. */
  readonly open: OpenAlert | null;
  readonly state: AlertState;
  readonly observed: Observation;
}

/** What was written: whom to tell of it. */
export interface Written {
  readonly alerts: string[];
  readonly deliveries: string[];
}

export async function readRules(pool: Pool): Promise<AlertRuleRecord[]> {
  const { rows } = await pool.query<AlertRuleRecord>({
    name: 'alert-rules',
    text: 'SELECT id, revision, spec, silenced_until AS "silencedUntil" FROM alert_rules ORDER BY id COLLATE "C"',
  });
  return rows;
}

/** How things stand before rules are evaluated. */
export interface Standing {
  /** By the database's clock, by which everything here is dated. */
  readonly now: Date;
  /** Of the log: what is observed later is of it, or newer. */
  readonly position: number;
  readonly alerts: readonly OpenAlert[];
}

export async function readStanding(pool: Pool): Promise<Standing> {
  const { rows } = await pool.query<OpenAlert & Pick<Standing, 'now' | 'position'>>({
    name: 'open-alerts-of-rules',
    text: `SELECT one.now, one.position, id, rule, key, state, revision, started_at AS "startedAt", notified
           FROM (SELECT now(), position FROM log_position WHERE id = 1) one LEFT JOIN alerts ON ${OPEN_ALERTS}`,
  });
  const [{ now, position }] = rows;
  return { now, position, alerts: rows.filter(({ id }) => (id as string | null) !== null) };
}

/**
 * Writes what has changed for one rule, in one transaction: all of it, or nothing where the rule is another by now or the
 * lease is another's. An alert that somebody has changed in between is left for the next look.
 * @param position of the log, from before the look
 * @throws ErasedMeanwhile where somebody was erased since: a key may be their name
 */
export function writeChanges(
  pool: Pool,
  rule: AlertRuleRecord,
  changes: readonly Change[],
  { token, position }: { readonly token: number; readonly position: number },
): Promise<Written> {
  return inTransaction(pool, async (client) => {
    const written: Written = { alerts: [], deliveries: [] };
    await requireNoErasureSince(client, position);
    const { rowCount } = await client.query({
      name: 'hold-alert-rule',
      text: `SELECT FROM alert_rules r JOIN leases l ON l.name = $3 AND l.token = $4 AND l.expires_at > now()
             WHERE r.id = $1 AND r.revision = $2 FOR SHARE`,
      values: [rule.id, rule.revision, ALERTS_LEASE, token],
    });
    if (rowCount === 0) return written;
    for (const change of changes) {
      if (change.open === null) await raise(client, rule, change, written);
      else await move(client, rule, { ...change, open: change.open }, null, written);
    }
    return written;
  });
}

/** Tells webhooks of alerts that fire and that a silence has kept from them. */
export function tellOfFiring(pool: Pool, rule: AlertRuleRecord, alert: OpenAlert): Promise<Written> {
  return inTransaction(pool, async (client) => {
    const written: Written = { alerts: [], deliveries: [] };
    await notify(client, rule.id, alert.id, written);
    return written;
  });
}

/** Ends a rule's alerts with the rule. In the transaction that removes it. */
export async function resolveAll(client: PoolClient, rule: AlertRuleRecord, why: string): Promise<Written> {
  const written: Written = { alerts: [], deliveries: [] };
  const { rows } = await client.query<OpenAlert & { readonly observed: Observation }>(
    `SELECT id, rule, key, state, revision, started_at AS "startedAt", notified, observed FROM alerts
     WHERE rule = $1 AND ${OPEN_ALERTS} FOR UPDATE`,
    [rule.id],
  );
  for (const open of rows)
    await move(client, rule, { key: open.key, open, state: 'RESOLVED', observed: open.observed }, why, written);
  return written;
}

async function raise(client: PoolClient, rule: AlertRuleRecord, change: Change, written: Written): Promise<void> {
  const { key, state, observed } = change;
  const id = randomUUID();
  // One at a time for a rule and key: whoever comes second raises nothing.
  const { rowCount } = await client.query({
    name: 'raise-alert',
    text: `INSERT INTO alerts (id, rule, key, state, severity, observed, started_at, fired_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, now(), CASE WHEN $4 = 'FIRING' THEN now() END, now())
           ON CONFLICT (rule, key, open) DO NOTHING`,
    values: [id, rule.id, key, state, rule.spec.severity, JSON.stringify(observed)],
  });
  if (rowCount === 0) return;
  await note(client, id, 1, state, observed, null);
  written.alerts.push(id);
  if (state === 'FIRING') await notify(client, rule.id, id, written);
}

async function move(
  client: PoolClient,
  rule: Pick<AlertRuleRecord, 'id'>,
  { open, state, observed }: Change & { readonly open: OpenAlert },
  why: string | null,
  written: Written,
): Promise<void> {
  const { rows } = await client.query<{ revision: number }>({
    name: 'move-alert',
    text: `UPDATE alerts SET state = $3, observed = $4, revision = revision + 1, updated_at = now(),
             fired_at = CASE WHEN $3 = 'FIRING' THEN now() ELSE fired_at END,
             resolved_at = CASE WHEN $3 = 'RESOLVED' THEN now() END,
             open = CASE WHEN $3 = 'RESOLVED' THEN NULL ELSE true END
           WHERE id = $1 AND revision = $2 RETURNING revision`,
    values: [open.id, open.revision, state, JSON.stringify(observed)],
  });
  if (!rows[0]) return;
  await note(client, open.id, rows[0].revision, state, observed, why);
  written.alerts.push(open.id);
  if (state === 'FIRING') await notify(client, rule.id, open.id, written);
  if (state === 'RESOLVED') written.deliveries.push(...(await queueDeliveries(client, rule.id, open.id, 'RESOLVED')));
}

/** Unless the rule is silenced: then when it is not any more, if the alert still fires. */
async function notify(client: PoolClient, rule: string, alert: string, written: Written): Promise<void> {
  const { rowCount } = await client.query({
    name: 'notify-of-alert',
    text: `UPDATE alerts a SET notified = true FROM alert_rules r
           WHERE a.id = $1 AND NOT a.notified AND a.state = 'FIRING' AND r.id = a.rule
             AND (r.silenced_until IS NULL OR r.silenced_until <= now())`,
    values: [alert],
  });
  if (rowCount === 1) written.deliveries.push(...(await queueDeliveries(client, rule, alert, 'FIRING')));
}

/** History. */
export async function note(
  client: PoolClient,
  alert: string,
  revision: number,
  state: AlertState | 'ACKNOWLEDGED',
  observed: Observation,
  by: string | null,
): Promise<void> {
  await client.query({
    name: 'note-transition',
    text: 'INSERT INTO alert_transitions (alert, revision, state, at, by, observed) VALUES ($1, $2, $3, now(), $4, $5)',
    values: [alert, revision, state, by, JSON.stringify(observed)],
  });
}

/** Whether a rule can be evaluated, and when it last was. */
export async function noteEvaluated(pool: Pool, faults: ReadonlyMap<string, string | null>): Promise<void> {
  await pool.query({
    name: 'note-evaluated',
    text: `UPDATE alert_rules r SET fault = e.fault, evaluated_at = now()
           FROM unnest($1::text[], $2::text[]) AS e (id, fault) WHERE r.id = e.id`,
    values: [[...faults.keys()], [...faults.values()]],
  });
}

/** Forgets some of what was over long ago, with its history and deliveries. @returns whether there is more */
export function forgetResolved(pool: Pool): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `DELETE FROM alerts WHERE id IN (
         (SELECT id FROM alerts WHERE state = 'RESOLVED' AND fired_at IS NULL
            AND updated_at < now() - interval '1 day' ORDER BY updated_at LIMIT $2)
         UNION ALL
         (SELECT id FROM alerts WHERE state = 'RESOLVED' AND fired_at IS NOT NULL
            AND updated_at < now() - $1 * interval '1 day' ORDER BY updated_at LIMIT $2))
       RETURNING id`,
      [KEPT_DAYS, FORGOTTEN],
    );
    await forgetParts(client, rows);
    return rows.length >= FORGOTTEN;
  });
}

/**
 * A person is erased: alerts whose key may tell of one go, whole. In the transaction that erases.
 * Of what is left: rules of the system, of operations, and of streams that keep nothing of persons.
 */
export async function eraseFromAlerts(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `DELETE FROM alerts a WHERE NOT EXISTS (
       SELECT FROM alert_rules r WHERE r.id = a.rule AND (r.spec->>'source' <> 'WINDOWS' OR (
         EXISTS (SELECT FROM stream_versions v WHERE v.stream = r.spec->>'stream')
         AND NOT EXISTS (SELECT FROM stream_versions v WHERE v.stream = r.spec->>'stream' AND v.personal))))
     RETURNING id`,
  );
  await forgetParts(client, rows);
}

async function forgetParts(client: PoolClient, alerts: readonly { readonly id: string }[]): Promise<void> {
  const ids = alerts.map(({ id }) => id);
  if (ids.length === 0) return;
  await client.query('DELETE FROM alert_transitions WHERE alert = ANY($1::uuid[])', [ids]);
  await client.query('DELETE FROM webhook_deliveries WHERE alert = ANY($1::uuid[])', [ids]);
}
