import type { Logger } from '../platform/log';
import { Networks } from '../networks';
import type { Pool } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import { retryDelayMs } from './retry-delay';
import {
  claimChanges,
  claimDelivery,
  deleteOldChangeDeliveries,
  dropDelivery,
  readSentChanges,
  dueDeliveries,
  failAbandonedDeliveries,
  recordDelivered,
  recordFailedAttempt,
  type ClaimedChanges,
  type ClaimedDelivery,
} from './delivery.store';
import { sendSigned } from './send-signed';

/** A delivery this long overdue is sent without the queue, because the alert may be about an outage of Redis. */
const OVERDUE_MS = 5_000;
const MAX_CONCURRENT_DELIVERIES = 4;
const PRUNE_MS = 600_000;
/**
 * Added to the delay of a retry's job. The clock of PostgreSQL decides whether the delivery is due, but the job starts
 * by the clock of a worker, which may be ahead.
 */
const MAX_CLOCK_DIFFERENCE_MS = 100;

export interface WebhookSenderOptions {
  readonly pool: Pool;
  readonly queues: Pick<Queues, 'enqueue'>;
  readonly log: Logger;
  /** Networks that may be contacted although they are not public. */
  readonly networks: readonly string[];
}

/**
 * Sends deliveries to webhooks when they are due. PostgreSQL stores the due times, and jobs in the queue trigger the
 * attempts. The job of a retry is delayed until the retry is due.
 */
export class WebhookSender {
  private readonly allowed: Networks;
  private prunedAt = -Infinity;

  constructor(private readonly options: WebhookSenderOptions) {
    this.allowed = new Networks(options.networks);
  }

  /** Adds deliveries to the queue. */
  enqueue(deliveries: readonly string[]): void {
    for (const id of deliveries) this.options.queues.enqueue('webhooks', { deliveryId: id }, id);
  }

  /** Makes one attempt if the delivery is due. */
  async deliver(id: string): Promise<void> {
    const { pool, queues, log } = this.options;
    const claimed = await this.claim(id);
    if (claimed === null) return;
    const { delivery, payload } = claimed;
    const { url, secret } = delivery;
    const { status, error } = await sendSigned({ id, url, secret, payload }, this.allowed);
    if (error === null) return recordDelivered(pool, id, status as number);
    const pauseMs = retryDelayMs(delivery.attempts);
    const willRetry = await recordFailedAttempt(pool, delivery, { status, error, pauseMs });
    // The job of this attempt still exists, so the next job needs another id.
    if (willRetry)
      queues.enqueue('webhooks', { deliveryId: id }, `${id}-${delivery.attempts}`, pauseMs + MAX_CLOCK_DIFFERENCE_MS);
    log.warn({ delivery: id, attempts: delivery.attempts, error, again: willRetry }, 'webhook not delivered');
  }

  private async prune(): Promise<void> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return;
    if ((await deleteOldChangeDeliveries(this.options.pool)) === 0) this.prunedAt = performance.now();
  }

  /** Claims a delivery. @returns null if it is not due, or has nothing to send any more */
  private async claim(
    id: string,
  ): Promise<{ readonly delivery: ClaimedDelivery | ClaimedChanges; readonly payload: object } | null> {
    const { pool } = this.options;
    const alert = await claimDelivery(pool, id);
    if (alert !== null) return { delivery: alert, payload: payloadOf(alert) };
    const delivery = await claimChanges(pool, id);
    if (delivery === null) return null;
    const { position, createdAt, segmentIds } = delivery;
    const changes = await readSentChanges(pool, position, segmentIds);
    if (changes.length > 0)
      return { delivery, payload: { id, type: 'segment.changed', createdAt, position: String(position), changes } };
    await dropDelivery(pool, id);
    return null;
  }

  /** Handles due deliveries that have no job, because Redis has lost the job or is unreachable. */
  async sweep(): Promise<void> {
    const { pool } = this.options;
    await failAbandonedDeliveries(pool);
    await this.prune();
    this.enqueue(await dueDeliveries(pool, 0));
    for (const id of (await dueDeliveries(pool, OVERDUE_MS)).slice(0, MAX_CONCURRENT_DELIVERIES))
      await this.deliver(id);
  }
}

/** Returns the payload of an alert's delivery, which is the same for every attempt. */
function payloadOf(delivery: ClaimedDelivery): object {
  const { id, alert, revision, rule, description, key, severity, state, at, startedAt, firedAt, observed } = delivery;
  return {
    id,
    type: state === 'FIRING' ? 'alert.firing' : 'alert.resolved',
    createdAt: at,
    alert: {
      id: alert,
      revision,
      rule,
      description,
      key,
      severity,
      state,
      startedAt,
      firedAt,
      resolvedAt: state === 'RESOLVED' ? at : null,
      observed,
    },
  };
}
