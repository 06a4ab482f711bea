import { MS_PER_DAY } from '../learn/durations';
import type { Platform } from '../platform/connect';
import { measureUnreadable } from './inbox-pressure.store';
import { deleteFinished, claimOverdue, type OverdueBatch } from './inbox.store';
import type { Ingest } from './ingest';
import type { Outbox } from './outbox.service';
import { deleteFinishedMerges } from './pending-merges.store';
import { deleteExpiredRejections } from './rejected-event.store';

const MAX_OVERDUE = 500;
/** How long receipts stay valid, and how long a process that missed a change can read it from the outbox. */
const RETENTION_MS = 3_600_000;

/**
 * Dispatches overdue batches, publishes changes that a crash left unpublished, and deletes expired rows. Several
 * processes may run it concurrently.
 */
export class Sweep {
  /** Whether it has logged that it can't read some batches. */
  private hasWarned = false;

  constructor(
    private readonly platform: Platform,
    private readonly outbox: Outbox,
    private readonly ingest: Ingest,
  ) {}

  async run(): Promise<void> {
    const { platform, outbox } = this;
    const { pool, config } = platform;
    await this.warnOfUnreadable();
    await this.dispatchOverdue(await claimOverdue(pool, MAX_OVERDUE));
    await outbox.sweep();
    await outbox.deletePublished(RETENTION_MS);
    await deleteFinished(pool, RETENTION_MS);
    await deleteFinishedMerges(pool, RETENTION_MS);
    await deleteExpiredRejections(pool, config.rejectedEventsDays * MS_PER_DAY);
  }

  private async warnOfUnreadable(): Promise<void> {
    const { pool, log } = this.platform;
    const unreadable = await measureUnreadable(pool);
    if (unreadable !== null && !this.hasWarned)
      log.warn(unreadable, 'batches in the inbox wait for a newer release of Freshet');
    this.hasWarned = unreadable !== null;
  }

  /**
   * Enqueues overdue batches. Batches that the queue did not deliver the first time are ingested directly, and so are
   * all batches while Redis is unreachable or refuses jobs. Otherwise, accepted events would wait in the inbox during a
   * Redis outage, until the shop refused new events.
   */
  private async dispatchOverdue(overdue: readonly OverdueBatch[]): Promise<void> {
    const { queues, pubSub } = this.platform;
    const isDelivered = pubSub.isReachable && !queues.isRefused;
    const ingestedHere = new Set(overdue.filter(({ untried }) => untried || !isDelivered).map(({ id }) => id));
    const enqueue = (id: string) => queues.enqueue('ingest', { inboxId: id }, id);
    for (const { id } of overdue) if (!ingestedHere.has(id)) enqueue(id);
    // A batch that waits for another overdue batch is retried in the same sweep. Otherwise, in a chain of waiting
    // batches, each batch would have to wait one sweep longer than the batch before it.
    for (let waiting: readonly string[] = [...ingestedHere]; waiting.length > 0;) {
      const blocked = await this.ingestDirectly(waiting);
      if (blocked.length === waiting.length) return blocked.forEach(enqueue);
      waiting = blocked;
    }
  }

  /** Ingests batches, together if possible, otherwise individually. @returns the batches that wait for other batches */
  private async ingestDirectly(inboxIds: readonly string[]): Promise<string[]> {
    const { log } = this.platform;
    const requestedIds = new Set(inboxIds);
    const individually: string[] = [];
    const blocked: string[] = [];
    for (let waiting = inboxIds; waiting.length > 0;) {
      const result = await this.ingest.together(waiting);
      individually.push(...result.individually);
      blocked.push(...result.blocked);
      waiting = result.next;
    }
    for (const id of individually) {
      const outcome = await this.ingest.alone(id).catch((error: Error) => {
        log.warn({ inboxId: id, error: error.message }, 'batch failed');
      });
      if (outcome?.became === 'BLOCKED' && requestedIds.has(id)) blocked.push(id);
    }
    return blocked;
  }
}
