import { ingestBatch } from '../src/events/ingest';
import { Outbox } from '../src/events/outbox';
import type { Platform } from '../src/platform/connect';

const CONCURRENCY = 4;

/** Takes accepted batches into the log. */
export function consumeIngest({ pool, pubSub, queues, log }: Platform): { outbox: Outbox } {
  const outbox = new Outbox(pool, pubSub, log);
  queues.consume('ingest', (job) => ingestBatch(pool, outbox, (job.data as { inboxId: string }).inboxId), {
    concurrency: CONCURRENCY,
  });
  return { outbox };
}
