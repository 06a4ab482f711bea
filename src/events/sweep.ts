import type { Pool } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import { forgetDone, takeOverdue } from './inbox';
import type { Outbox } from './outbox';

const MOST_OVERDUE = 500;
/** How long a receipt can be waited for, and a gap be caught up. */
const KEPT_MS = 3_600_000;

/**
 * The sweep: hands out batches that nobody has finished, publishes what a crash left unpublished, forgets what nobody
 * can ask for any more. Everything here may run in several processes at once.
 */
export async function sweep(pool: Pool, queues: Queues, outbox: Outbox): Promise<void> {
  for (const inboxId of await takeOverdue(pool, MOST_OVERDUE)) queues.enqueue('ingest', { inboxId }, inboxId);
  await outbox.sweep();
  await outbox.forget(KEPT_MS);
  await forgetDone(pool, KEPT_MS);
}
