import type { Platform } from '../platform/connect';
import { measureUnreadable } from './inbox-pressure.service';
import { forgetDone, takeOverdue, type Overdue } from './inbox';
import { ingestBatch, ingestTogether } from './ingest';
import type { Outbox } from './outbox';
import { forgetFinishedMerges } from './pending-merges.service';
import { forgetRejected } from './rejected-event.service';

const MAX_OVERDUE = 500;
/** How long a receipt can be waited for, and a gap be caught up. */
const KEPT_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The sweep: hands out batches that nobody has finished, publishes what a crash left unpublished, forgets what nobody
 * can ask for any more. Everything here may run in several processes at once.
 */
export async function sweep(platform: Platform, outbox: Outbox): Promise<void> {
  const { pool, config } = platform;
  await noteUnreadable(platform);
  await handOut(platform, outbox, await takeOverdue(pool, MAX_OVERDUE));
  await outbox.sweep();
  await outbox.forget(KEPT_MS);
  await forgetDone(pool, KEPT_MS);
  await forgetFinishedMerges(pool, KEPT_MS);
  await forgetRejected(pool, config.rejectedEventsDays * DAY_MS);
}

/** Whether this process has logged that there are batches that it can't read. */
let isNoted = false;

async function noteUnreadable({ pool, log }: Platform): Promise<void> {
  const unreadable = await measureUnreadable(pool);
  if (unreadable !== null && !isNoted) log.warn(unreadable, 'batches in the inbox wait for a newer release of Freshet');
  isNoted = unreadable !== null;
}

/**
 * By the queue; but what it did not deliver the first time is taken into the log here and now, as is everything while
 * Redis is gone: whatever Redis does, what is accepted must not age until events are refused.
 */
async function handOut(platform: Platform, outbox: Outbox, overdue: readonly Overdue[]): Promise<void> {
  const { queues, pubSub } = platform;
  const mine = new Set(overdue.filter(({ untried }) => untried || !pubSub.reachable).map(({ id }) => id));
  const enqueue = (id: string) => queues.enqueue('ingest', { inboxId: id }, id);
  for (const { id } of overdue) if (!mine.has(id)) enqueue(id);
  // A batch that waits for another of them is asked for again in the same sweep: a chain of batches would else lose a
  // retry interval for each of its links.
  for (let waiting: readonly string[] = [...mine]; waiting.length > 0;) {
    const blocked = await takeIn(platform, outbox, waiting);
    if (blocked.length === waiting.length) return blocked.forEach(enqueue);
    waiting = blocked;
  }
}

/** Takes batches into the log, together where that is possible, else one by one. @returns those that wait for others */
async function takeIn({ pool, log }: Platform, outbox: Outbox, inboxIds: readonly string[]): Promise<string[]> {
  const isAsked = new Set(inboxIds);
  const apart: string[] = [];
  const blocked: string[] = [];
  for (let waiting = inboxIds; waiting.length > 0;) {
    const taken = await ingestTogether(pool, outbox, waiting);
    apart.push(...taken.apart);
    blocked.push(...taken.blocked);
    waiting = taken.next;
  }
  for (const id of apart) {
    const outcome = await ingestBatch(pool, outbox, id).catch((error: Error) => {
      log.warn({ inboxId: id, error: error.message }, 'batch failed');
    });
    if (outcome?.became === 'BLOCKED' && isAsked.has(id)) blocked.push(id);
  }
  return blocked;
}
