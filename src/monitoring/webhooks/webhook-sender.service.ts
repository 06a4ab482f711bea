import type { Logger } from '../../platform/log';
import { Networks } from '../../platform/networks';
import type { Pool } from '../../platform/postgres';
import type { Queues } from '../../platform/queues';
import { pauseAfter } from './backoff';
import {
  claimDelivery,
  dueDeliveries,
  giveUpLost,
  noteDelivered,
  noteFailed,
  type ClaimedDelivery,
} from './delivery-store.service';
import { sendSigned } from './send-signed.service';

/** What the queue has not brought by then, this process does itself: Redis may be what the alert is about. */
const OVERDUE_MS = 5_000;
const MAX_CONCURRENT_DELIVERIES = 4;
/** Redis' clock may be ahead of PostgreSQL's; what comes too early is not due. */
const CLOCKS_MS = 100;

export interface WebhookSenderOptions {
  readonly pool: Pool;
  readonly queues: Pick<Queues, 'enqueue'>;
  readonly log: Logger;
  /** Networks that may be reached though they are not public. */
  readonly networks: readonly string[];
}

/**
 * Sends what is due, each delivery under one id however often it takes. What is due is in PostgreSQL; the queue brings it
 * at its time, with BullMQ's delay for the pauses in between.
 */
export class WebhookSender {
  private readonly allowed: Networks;

  constructor(private readonly options: WebhookSenderOptions) {
    this.allowed = new Networks(options.networks);
  }

  /** Hands deliveries to the queue. */
  enqueue(deliveries: readonly string[]): void {
    for (const id of deliveries) this.options.queues.enqueue('webhooks', { deliveryId: id }, id);
  }

  /** One attempt, if it is due. */
  async deliver(id: string): Promise<void> {
    const { pool, queues, log } = this.options;
    const delivery = await claimDelivery(pool, id);
    if (delivery === null) return;
    const { url, secret } = delivery;
    const { status, error } = await sendSigned({ id, url, secret, payload: payloadOf(delivery) }, this.allowed);
    if (error === null) return noteDelivered(pool, id, status as number);
    const pauseMs = pauseAfter(delivery.attempts);
    const again = await noteFailed(pool, delivery, { status, error, pauseMs });
    // The job that brought this attempt is still there, and has the delivery's own id.
    if (again) queues.enqueue('webhooks', { deliveryId: id }, `${id}-${delivery.attempts}`, pauseMs + CLOCKS_MS);
    log.warn({ delivery: id, attempts: delivery.attempts, error, again }, 'webhook not delivered');
  }

  /** What is due and was not brought: because Redis has lost it, or is away. */
  async sweep(): Promise<void> {
    const { pool } = this.options;
    await giveUpLost(pool);
    this.enqueue(await dueDeliveries(pool, 0));
    for (const id of (await dueDeliveries(pool, OVERDUE_MS)).slice(0, MAX_CONCURRENT_DELIVERIES))
      await this.deliver(id);
  }
}

/** The same at every attempt. */
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
