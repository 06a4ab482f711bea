import type { Platform } from '../platform/connect';
import { forgetDone, takeOverdue, type Overdue } from './inbox';
import { ingestBatch, ingestTogether } from './ingest';
import type { Outbox } from './outbox';
import { forgetFinishedMerges } from './pending-merges.service';
import { forgetRejected } from './rejected-event.service';

const MOST_OVERDUE = 500;
/** Batches at a time that the sweep takes into the log itself, of those that can't be taken together. */
const LANES = 2;
/** How long a receipt can be waited for, and a gap be caught up. */
const KEPT_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The sweep: hands out batches that nobody has finished, publishes what a crash left unpublished, forgets what nobody
 * can ask for any more. Everything here may run in several processes at once.
 */
export async function sweep(platform: Platform, outbox: Outbox): Promise<void> {
  const { pool, config } = platform;
  await handOut(platform, outbox, await takeOverdue(pool, MOST_OVERDUE));
  await outbox.sweep();
  await outbox.forget(KEPT_MS);
  await forgetDone(pool, KEPT_MS);
  await forgetFinishedMerges(pool, KEPT_MS);
  await forgetRejected(pool, config.rejectedEventsDays * DAY_MS);
}

/**
 * By the queue; but what it did not deliver the first time is taken into the log here and now, as is everything while
 * Redis is gone: whatever Redis does, what is accepted must not age until events are refused.
 */
async function handOut(
  { pool, queues, pubSub, log }: Platform,
  outbox: Outbox,
  overdue: readonly Overdue[],
): Promise<void> {
  const mine = new Set(overdue.filter(({ untried }) => untried || !pubSub.reachable).map(({ id }) => id));
  for (const { id } of overdue) if (!mine.has(id)) queues.enqueue('ingest', { inboxId: id }, id);
  const apart: string[] = [];
  for (let waiting: readonly string[] = [...mine]; waiting.length > 0;) {
    const taken = await ingestTogether(pool, outbox, waiting);
    apart.push(...taken.apart);
    waiting = taken.next;
  }
  const next = apart.values();
  const lane = async () => {
    for (const id of next)
      await ingestBatch(pool, outbox, id).catch((error: Error) =>
        log.warn({ inboxId: id, error: error.message }, 'batch failed'),
      );
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
