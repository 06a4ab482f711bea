import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryFirst, queryRows } from '../platform/sql';
import { MAX_DELIVERY_ATTEMPTS } from './retry-delay';

/** A worker claims a delivery for this long. An attempt takes less, so a worker without a result by then has ended. */
const CLAIM_MS = 20_000;
/** Completed deliveries that are not about alerts are retained for this many days. */
const CHANGE_DELIVERY_DAYS = 7;
/** SQL expression for the rank of a severity; a higher rank is more severe. */
const severityRank = (severity: string) => `array_position(ARRAY['INFO', 'WARNING', 'CRITICAL'], ${severity})`;

/** SQL: whether the webhook still waits for an earlier delivery `b` of the same alert, shipment or order as that of `d`. */
const hasEarlier = (column: 'alert' | 'subject') =>
  `EXISTS (SELECT FROM webhook_deliveries b WHERE b.webhook = d.webhook AND b.${column} = d.${column}
     AND b.revision < d.revision AND b.state = 'WAITING')`;

/** A delivery that a worker has claimed, with the content and the destination of the notification. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret: string;
  readonly alert: string;
  readonly revision: number;
  readonly rule: string;
  readonly description: string | null;
  readonly key: string;
  readonly severity: string;
  readonly state: 'FIRING' | 'RESOLVED';
  readonly at: Date;
  readonly startedAt: Date;
  readonly firedAt: Date | null;
  readonly observed: object;
}

/**
 * Stores a delivery for each webhook that is to be notified of a state change of an alert. Runs in the transaction that
 * writes the change, so that a crash leaves both or neither. Only webhooks that were to be notified of the firing alert
 * are notified that it is resolved.
 * @returns the ids of the deliveries
 */
export function queueDeliveries(
  client: PoolClient,
  rule: string,
  alert: string,
  state: 'FIRING' | 'RESOLVED',
): Promise<string[]> {
  const recipients =
    state === 'FIRING'
      ? `'ALERTS' = ANY(w.events) AND (w.rules = '{}' OR $3 = ANY(w.rules)) AND ${severityRank('a.severity')} >= ${severityRank('w.min_severity')}`
      : `EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook = w.id AND d.alert = a.id)`;
  return queryColumn<{ id: string }>(client, {
    name: `queue-deliveries-${state}`,
    text: `INSERT INTO webhook_deliveries (id, webhook, alert, revision, due_at)
           SELECT gen_random_uuid(), w.id, a.id,
             (SELECT max(revision) FROM alert_transitions t WHERE t.alert = a.id AND t.state = $2), now()
           FROM alerts a, alert_webhooks w WHERE a.id = $1 AND ${recipients}
           ON CONFLICT (webhook, alert, revision) DO NOTHING RETURNING id`,
    values: state === 'FIRING' ? [alert, state, rule] : [alert, state],
  });
}

/**
 * Claims a due delivery for the calling worker, and counts the attempt before it starts.
 * @returns null if the delivery is not due, is completed, is claimed by another worker, or has to wait for an earlier
 * delivery of its alert
 */
export async function claimDelivery(pool: Pool, id: string): Promise<ClaimedDelivery | null> {
  const row = await queryFirst<ClaimedDelivery>(pool, {
    name: 'claim-delivery',
    text: `UPDATE webhook_deliveries d SET attempts = attempts + 1, due_at = now() + $2 * interval '1 ms'
           FROM alerts a, alert_webhooks w, alert_transitions t
           WHERE d.id = $1 AND d.state = 'WAITING' AND d.due_at <= now() AND d.attempts < $3
             AND a.id = d.alert AND w.id = d.webhook AND t.alert = d.alert AND t.revision = d.revision
             AND NOT ${hasEarlier('alert')}
           RETURNING d.id, d.attempts, w.url, w.secret, a.id AS alert, t.revision, a.rule, a.key, a.severity, t.state, t.at,
             a.started_at AS "startedAt", a.fired_at AS "firedAt", t.observed,
             (SELECT description FROM alert_rules r WHERE r.id = a.rule) AS description`,
    values: [id, CLAIM_MS, MAX_DELIVERY_ATTEMPTS],
  });
  return row ?? null;
}

/** The changes of segments at one log position, for a worker that has claimed their delivery. */
export interface ClaimedChanges {
  readonly id: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret: string;
  readonly position: number;
  readonly createdAt: Date;
  readonly segmentIds: readonly string[];
}

/**
 * Stores a delivery of the changes of segments at a log position for each webhook that receives some of them. Runs in
 * the transaction that logs the changes.
 * @returns the ids of the deliveries
 */
export function queueChangeDeliveries(client: PoolClient, position: number): Promise<string[]> {
  return queryColumn<{ id: string }>(client, {
    name: 'queue-change-deliveries',
    text: `INSERT INTO webhook_deliveries (id, webhook, position, due_at)
           SELECT gen_random_uuid(), w.id, $1, now() FROM alert_webhooks w
           WHERE 'SEGMENT_CHANGES' = ANY(w.events) AND EXISTS (
             SELECT FROM profile_changes c WHERE c.position = $1 AND c.from_segment IS DISTINCT FROM c.to_segment
               AND (w.segment_ids = '{}' OR c.from_segment = ANY(w.segment_ids) OR c.to_segment = ANY(w.segment_ids)))
           ON CONFLICT (webhook, position) DO NOTHING RETURNING id`,
    values: [position],
  });
}

/** As {@link claimDelivery}, for changes of segments. Deliveries of several positions do not wait for each other. */
export async function claimChanges(pool: Pool, id: string): Promise<ClaimedChanges | null> {
  const row = await queryFirst<ClaimedChanges>(pool, {
    name: 'claim-changes',
    text: `UPDATE webhook_deliveries d SET attempts = attempts + 1, due_at = now() + $2 * interval '1 ms'
           FROM alert_webhooks w
           WHERE d.id = $1 AND d.state = 'WAITING' AND d.due_at <= now() AND d.attempts < $3
             AND d.position IS NOT NULL AND w.id = d.webhook
           RETURNING d.id, d.attempts, w.url, w.secret, d.position, d.created_at AS "createdAt",
             w.segment_ids AS "segmentIds"`,
    values: [id, CLAIM_MS, MAX_DELIVERY_ATTEMPTS],
  });
  return row ?? null;
}

/** A change of a customer's segment, as a webhook receives it. */
export interface SentChange {
  readonly customerId: string;
  readonly previousSegmentId: string | null;
  readonly segmentId: string | null;
}

/**
 * Returns the changes of segments at a log position, in the order of customer ids. Persons who have been erased since
 * are left out.
 * @param segmentIds only changes of these segments; empty for all
 */
export function readSentChanges(pool: Pool, position: number, segmentIds: readonly string[]): Promise<SentChange[]> {
  return queryRows<SentChange>(pool, {
    name: 'sent-changes',
    text: `SELECT customer_id AS "customerId", from_segment AS "previousSegmentId", to_segment AS "segmentId"
           FROM profile_changes
           WHERE position = $1 AND from_segment IS DISTINCT FROM to_segment
             AND ($2::text[] = '{}' OR from_segment = ANY($2) OR to_segment = ANY($2))
           ORDER BY customer_id`,
    values: [position, segmentIds],
  });
}

/** A notification about a shipment or an order, with its content. */
export interface ContentNotification {
  /** The subject of the shipment or the order. */
  readonly subject: string;
  /** The notifications about one subject are delivered in this order. */
  readonly revision: number;
  /** The type of the notification, and what it says. */
  readonly content: { readonly type: string; readonly [field: string]: unknown };
}

/**
 * Stores a delivery of each notification for each webhook that receives the event. Runs in the transaction that they are
 * about. Workers find the deliveries in their next sweep.
 */
export async function queueContentDeliveries(
  client: PoolClient,
  event: 'SHIPMENTS' | 'ORDER_REQUESTS',
  notifications: readonly ContentNotification[],
): Promise<void> {
  await execute(client, {
    name: 'queue-content-deliveries',
    text: `INSERT INTO webhook_deliveries (id, webhook, subject, revision, content, due_at)
           SELECT gen_random_uuid(), w.id, c.subject, c.revision, c.content, now()
           FROM alert_webhooks w, unnest($1::text[], $2::int[], $3::jsonb[]) AS c (subject, revision, content)
           WHERE $4 = ANY(w.events) ON CONFLICT (webhook, subject, revision) DO NOTHING`,
    values: [
      notifications.map(({ subject }) => subject),
      notifications.map(({ revision }) => revision),
      notifications.map(({ content }) => JSON.stringify(content)),
      event,
    ],
  });
}

/** Returns the revision of the next notification about a subject whose notifications have no revision of their own. */
export async function nextRevision(client: PoolClient, subject: string): Promise<number> {
  const row = await queryFirst<{ next: number }>(
    client,
    'SELECT coalesce(max(revision), 0) + 1 AS next FROM webhook_deliveries WHERE subject = $1',
    [subject],
  );
  return row?.next ?? 1;
}

/** A notification about a shipment or an order, for a worker that has claimed its delivery. */
export interface ClaimedContent {
  readonly id: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret: string;
  readonly createdAt: Date;
  readonly content: ContentNotification['content'];
}

/** As {@link claimDelivery}, for a shipment or an order. It waits for the earlier notifications about it. */
export async function claimContent(pool: Pool, id: string): Promise<ClaimedContent | null> {
  const row = await queryFirst<ClaimedContent>(pool, {
    name: 'claim-content',
    text: `UPDATE webhook_deliveries d SET attempts = attempts + 1, due_at = now() + $2 * interval '1 ms'
           FROM alert_webhooks w
           WHERE d.id = $1 AND d.state = 'WAITING' AND d.due_at <= now() AND d.attempts < $3
             AND d.subject IS NOT NULL AND w.id = d.webhook AND NOT ${hasEarlier('subject')}
           RETURNING d.id, d.attempts, w.url, w.secret, d.created_at AS "createdAt", d.content`,
    values: [id, CLAIM_MS, MAX_DELIVERY_ATTEMPTS],
  });
  return row ?? null;
}

/** Deletes the deliveries about erased shipments and orders. @param subjects also of other things, which are ignored */
export async function eraseContentDeliveries(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM webhook_deliveries WHERE subject = ANY($1)', [subjects]);
}

/** Deletes a delivery whose changes are of erased persons only. */
export async function dropDelivery(pool: Pool, id: string): Promise<void> {
  await execute(pool, 'DELETE FROM webhook_deliveries WHERE id = $1', [id]);
}

/** Deletes some old deliveries that are not about alerts and that have been delivered or have failed. @returns how many */
export function deleteOldChangeDeliveries(pool: Pool): Promise<number> {
  return execute(
    pool,
    `DELETE FROM webhook_deliveries WHERE id IN (
       SELECT id FROM webhook_deliveries
       WHERE alert IS NULL AND state IN ('DELIVERED', 'FAILED') AND due_at < now() - $1 * interval '1 day' LIMIT 10000)`,
    [CHANGE_DELIVERY_DAYS],
  );
}

export async function recordDelivered(pool: Pool, id: string, status: number): Promise<void> {
  await execute(pool, {
    name: 'note-delivered',
    text: `UPDATE webhook_deliveries SET state = 'DELIVERED', delivered_at = now(), last_status = $2, last_error = NULL
           WHERE id = $1 AND state = 'WAITING'`,
    values: [id, status],
  });
}

/** Records a failed attempt. @returns whether the delivery will be retried */
export async function recordFailedAttempt(
  pool: Pool,
  { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
  { status, error, pauseMs }: { readonly status: number | null; readonly error: string; readonly pauseMs: number },
): Promise<boolean> {
  const isLast = attempts >= MAX_DELIVERY_ATTEMPTS;
  // If another worker has meanwhile claimed the delivery again, the result of this attempt is ignored.
  await execute(pool, {
    name: 'note-failed-delivery',
    text: `UPDATE webhook_deliveries SET state = $3, last_status = $4, last_error = $5, due_at = now() + $6 * interval '1 ms'
           WHERE id = $1 AND state = 'WAITING' AND attempts = $2`,
    values: [id, attempts, isLast ? 'FAILED' : 'WAITING', status, error.slice(0, 500), pauseMs],
  });
  return !isLast;
}

/** Marks deliveries as failed if their worker ended during the last allowed attempt, before it recorded the result. */
export async function failAbandonedDeliveries(pool: Pool): Promise<void> {
  await execute(pool, {
    name: 'give-up-lost-deliveries',
    text: `UPDATE webhook_deliveries SET state = 'FAILED', last_error = 'the worker ended in the last attempt'
           WHERE state = 'WAITING' AND attempts >= $1 AND due_at <= now()`,
    values: [MAX_DELIVERY_ATTEMPTS],
  });
}

/** What a delivery is about. Each webhook has its own lane for each topic. */
type DeliveryTopic = 'ALERT' | 'ORDER_REQUEST' | 'SEGMENT_CHANGES' | 'SHIPMENT';

/** A delivery that is due now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly topic: DeliveryTopic;
}

/** SQL: the due deliveries to the webhook `w` about subjects that begin with a prefix. */
const dueContent = (topic: DeliveryTopic, prefix: string) =>
  `(SELECT d.id, d.due_at, '${topic}' FROM webhook_deliveries d
    WHERE d.webhook = w.id AND d.state = 'WAITING' AND starts_with(d.subject, '${prefix}') AND d.due_at <= now()
      AND d.attempts < $2 AND NOT ${hasEarlier('subject')}
    ORDER BY d.due_at LIMIT $1)`;

/**
 * Returns the due deliveries of each webhook: of alerts, of requests about orders, of changes of segments and of
 * shipments, up to `countPerLane` each, those that were due first. Alerts come first. If several deliveries of one alert,
 * order or shipment to the same webhook wait, it returns only the earliest one.
 */
export function readDueDeliveries(pool: Pool, countPerLane: number): Promise<DueDelivery[]> {
  return queryRows<DueDelivery>(pool, {
    name: 'due-deliveries',
    text: `SELECT due.id, w.id AS webhook, due.topic FROM alert_webhooks w CROSS JOIN LATERAL (
             (SELECT d.id, d.due_at, 'ALERT' AS topic FROM webhook_deliveries d
              WHERE d.webhook = w.id AND d.state = 'WAITING' AND d.alert IS NOT NULL AND d.due_at <= now() AND d.attempts < $2
                AND NOT ${hasEarlier('alert')}
              ORDER BY d.due_at LIMIT $1)
             UNION ALL
             (SELECT d.id, d.due_at, 'SEGMENT_CHANGES' FROM webhook_deliveries d
              WHERE d.webhook = w.id AND d.state = 'WAITING' AND d.position IS NOT NULL AND d.due_at <= now()
                AND d.attempts < $2
              ORDER BY d.due_at LIMIT $1)
             UNION ALL
             ${dueContent('SHIPMENT', 'p:')}
             UNION ALL
             ${dueContent('ORDER_REQUEST', 'o:')}) due
           ORDER BY due.topic, due.due_at`,
    values: [countPerLane, MAX_DELIVERY_ATTEMPTS],
  });
}
