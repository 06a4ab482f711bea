import type { Logger } from '../platform/log';
import { Networks } from '../networks';
import type { Pool } from '../platform/postgres';
import { inSpan, SpanKind } from '../platform/tracing';
import { retryDelayMs } from './retry-delay';
import {
  claimChanges,
  claimDelivery,
  claimContent,
  deleteOldChangeDeliveries,
  dropDelivery,
  readDueDeliveries,
  readSentChanges,
  failAbandonedDeliveries,
  recordDelivered,
  recordFailedAttempt,
  type ClaimedChanges,
  type ClaimedDelivery,
  type ClaimedContent,
  type DueDelivery,
} from './delivery.store';
import { sendSigned } from './send-signed';

/**
 * Maximum number of simultaneous attempts of this process in one lane. A lane holds the deliveries of one topic to one
 * webhook, so a webhook that does not answer delays only its own deliveries, and changes of segments delay no alert.
 */
const MAX_ATTEMPTS_PER_LANE = 4;
const PRUNE_MS = 600_000;

export interface WebhookSenderOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Networks that may be contacted although they are not public. */
  readonly networks: readonly string[];
}

/**
 * Sends deliveries to webhooks when they are due. PostgreSQL stores the due times, so alerts are sent while Redis is
 * unreachable, too. Each worker has one sender; a delivery is claimed by the first that attempts it.
 */
export class WebhookSender {
  private readonly allowed: Networks;
  private prunedAt = -Infinity;
  /** Deliveries whose attempt runs, by lane. */
  private readonly lanes = new Map<string, Set<string>>();
  private readonly attempts = new Set<Promise<void>>();
  private starting: Promise<void> | undefined;
  private mayHaveMore = false;
  private closed = false;

  constructor(private readonly options: WebhookSenderOptions) {
    this.allowed = new Networks(options.networks);
  }

  /** Starts attempts of due deliveries, as far as their lanes have room. Does not wait for them. */
  wake(): void {
    this.mayHaveMore = true;
    if (this.closed || this.starting !== undefined) return;
    this.starting = this.startDue()
      .catch((error: Error) =>
        this.options.log.warn({ error: error.message }, 'due deliveries to webhooks not read; will be retried'),
      )
      .finally(() => (this.starting = undefined));
  }

  /** Waits for the attempts that run, and starts no others. */
  async close(): Promise<void> {
    this.closed = true;
    await this.starting;
    await Promise.all(this.attempts);
  }

  private async startDue(): Promise<void> {
    while (this.mayHaveMore && !this.closed) {
      this.mayHaveMore = false;
      // Deliveries whose attempts have started but are not claimed yet are listed, too.
      for (const due of await readDueDeliveries(this.options.pool, 2 * MAX_ATTEMPTS_PER_LANE)) this.start(due);
    }
  }

  private start({ id, webhook, topic }: DueDelivery): void {
    const key = `${topic} ${webhook}`;
    const lane = this.lanes.get(key) ?? new Set();
    if (this.closed || lane.size >= MAX_ATTEMPTS_PER_LANE || lane.has(id)) return;
    this.lanes.set(key, lane.add(id));
    const attempt = inSpan('send webhook', { kind: SpanKind.CLIENT }, () => this.deliver(id))
      .catch((error: Error) => {
        this.options.log.warn(
          { delivery: id, error: error.message },
          'delivery to a webhook not attempted or recorded',
        );
        return false;
      })
      .then((wasAttempted) => {
        this.attempts.delete(attempt);
        lane.delete(id);
        if (lane.size === 0) this.lanes.delete(key);
        // A delivery that could not be claimed would be listed again at once; the next sweep tries it.
        if (wasAttempted) this.wake();
      });
    this.attempts.add(attempt);
  }

  /** Makes one attempt if the delivery is due. @returns whether it was due, and is recorded now */
  async deliver(id: string): Promise<boolean> {
    const { pool, log } = this.options;
    const claimed = await this.claim(id);
    if (claimed === null) return false;
    if (claimed === 'NOTHING_TO_SEND') return true;
    const { delivery, payload } = claimed;
    const { url, secret } = delivery;
    const { status, error } = await sendSigned({ id, url, secret, payload }, this.allowed);
    if (error === null) {
      await recordDelivered(pool, id, status as number);
      return true;
    }
    const pauseMs = retryDelayMs(delivery.attempts);
    const willRetry = await recordFailedAttempt(pool, delivery, { status, error, pauseMs });
    log.warn({ delivery: id, attempts: delivery.attempts, error, again: willRetry }, 'webhook not delivered');
    return true;
  }

  private async prune(): Promise<void> {
    if (performance.now() < this.prunedAt + PRUNE_MS) return;
    if ((await deleteOldChangeDeliveries(this.options.pool)) === 0) this.prunedAt = performance.now();
  }

  /** Claims a delivery, and deletes it if it has nothing to send any more. @returns null if it is not due */
  private async claim(
    id: string,
  ): Promise<
    | { readonly delivery: ClaimedDelivery | ClaimedChanges | ClaimedContent; readonly payload: object }
    | 'NOTHING_TO_SEND'
    | null
  > {
    const { pool } = this.options;
    const alert = await claimDelivery(pool, id);
    if (alert !== null) return { delivery: alert, payload: payloadOf(alert) };
    const change = await claimContent(pool, id);
    if (change !== null) return { delivery: change, payload: { id, createdAt: change.createdAt, ...change.content } };
    const delivery = await claimChanges(pool, id);
    if (delivery === null) return null;
    const { position, createdAt, segmentIds } = delivery;
    const changes = await readSentChanges(pool, position, segmentIds);
    if (changes.length > 0)
      return { delivery, payload: { id, type: 'segment.changed', createdAt, position: String(position), changes } };
    await dropDelivery(pool, id);
    return 'NOTHING_TO_SEND';
  }

  /** Starts due deliveries: retries, those that other processes have queued, and those of workers that have ended. */
  async sweep(): Promise<void> {
    await failAbandonedDeliveries(this.options.pool);
    await this.prune();
    this.wake();
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
