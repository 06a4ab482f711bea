import type { AlertWebhook, WebhookDelivery } from './webhook.type';
import type { Pool, PoolClient } from '../platform/postgres';
import type { WebhookEvent } from './webhook-event';
import { execute, queryFirst, queryRows } from '../platform/sql';

const MAX_DELIVERIES = 100;

const COLUMNS =
  'id, url, events, min_severity AS "minSeverity", rules, segment_ids AS "segmentIds", created_at AS "createdAt"';

const DELIVERIES = `SELECT id, webhook AS "webhookId", alert AS "alertId", revision, position::text AS position, CASE WHEN subject LIKE 'p:%' THEN substr(subject, 3) END AS "shipmentId",
  CASE WHEN subject LIKE 'o:%' THEN substr(subject, 3) END AS "orderId", state, attempts, created_at AS "createdAt",
  CASE WHEN state = 'WAITING' THEN due_at END AS "nextAttemptAt", delivered_at AS "deliveredAt",
  last_status AS "lastStatus", last_error AS "lastError" FROM webhook_deliveries`;

export function readWebhooks(pool: Pool): Promise<AlertWebhook[]> {
  return queryRows<AlertWebhook>(pool, `SELECT ${COLUMNS} FROM alert_webhooks ORDER BY created_at, id`);
}

/** Returns whether a webhook receives what an event is about. */
export async function hasWebhook(pool: Pool, event: WebhookEvent): Promise<boolean> {
  const row = await queryFirst<{ found: boolean }>(
    pool,
    'SELECT EXISTS (SELECT FROM alert_webhooks WHERE $1 = ANY(events)) AS found',
    [event],
  );
  return row?.found === true;
}

/** Excludes other writers of webhooks until the transaction ends. */
export async function lockWebhooks(client: PoolClient): Promise<void> {
  await execute(client, 'LOCK TABLE alert_webhooks IN SHARE ROW EXCLUSIVE MODE');
}

interface NewWebhook {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly minSeverity: string;
  readonly rules: readonly string[];
  readonly events: readonly string[];
  readonly segmentIds: readonly string[];
}

/** Returns undefined if the shop already has `maxWebhooks` webhooks. */
export function insertWebhook(
  client: PoolClient,
  { id, url, secret, minSeverity, rules, events, segmentIds }: NewWebhook,
  maxWebhooks: number,
): Promise<AlertWebhook | undefined> {
  return queryFirst<AlertWebhook>(
    client,
    `INSERT INTO alert_webhooks (id, url, secret, min_severity, rules, events, segment_ids)
     SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM alert_webhooks) < $8 RETURNING ${COLUMNS}`,
    [id, url, secret, minSeverity, rules, events, segmentIds, maxWebhooks],
  );
}

/** @returns the number of deleted webhooks */
export function deleteWebhook(client: PoolClient, id: string): Promise<number> {
  return execute(client, 'DELETE FROM alert_webhooks WHERE id = $1', [id]);
}

export async function deleteDeliveries(client: PoolClient, id: string): Promise<void> {
  await execute(client, 'DELETE FROM webhook_deliveries WHERE webhook = $1', [id]);
}

/** Returns the deliveries of a webhook, newest first. */
export function readDeliveries(pool: Pool, webhook: string): Promise<WebhookDelivery[]> {
  return queryRows<WebhookDelivery>(pool, `${DELIVERIES} WHERE webhook = $1 ORDER BY created_at DESC, id LIMIT $2`, [
    webhook,
    MAX_DELIVERIES,
  ]);
}

/** Returns the deliveries of an alert, newest first. */
export function readAlertDeliveries(pool: Pool, alert: string): Promise<WebhookDelivery[]> {
  return queryRows<WebhookDelivery>(pool, `${DELIVERIES} WHERE alert = $1 ORDER BY created_at DESC, id LIMIT $2`, [
    alert,
    MAX_DELIVERIES,
  ]);
}

/** Stores that a test begins now. Returns undefined if the last test was too recent, or if there is no such webhook. */
export function startTest(pool: Pool, id: string, minTestIntervalMs: number) {
  return queryFirst<{ url: string; secret: string }>(
    pool,
    `UPDATE alert_webhooks SET tested_at = now()
     WHERE id = $1 AND (tested_at IS NULL OR tested_at <= now() - $2 * interval '1 ms') RETURNING url, secret`,
    [id, minTestIntervalMs],
  );
}

/** Returns how long the next test of a webhook has to wait. */
export async function readTestWait(pool: Pool, id: string, minTestIntervalMs: number): Promise<number | undefined> {
  const row = await queryFirst<{ waitMs: number }>(
    pool,
    `SELECT greatest(1, ceil($2 - extract(epoch FROM now() - tested_at) * 1000))::int AS "waitMs" FROM alert_webhooks WHERE id = $1`,
    [id, minTestIntervalMs],
  );
  return row?.waitMs;
}
