import { ingestBatch } from '../src/events/ingest';
import { Outbox } from '../src/events/outbox';
import type { Platform } from '../src/platform/connect';
import { StreamKeeper } from '../src/streams/stream-keeper.service';

const CONCURRENCY = 4;

/** Takes accepted batches into the log; one that kept failing comes back as halves, which are next. */
export function consumeIngest({ pool, pubSub, queues, log }: Platform): { outbox: Outbox; streams: StreamKeeper } {
  const outbox = new Outbox(pool, pubSub, log);
  const streams = new StreamKeeper(pool, pubSub, outbox, log);
  const work = async (inboxId: string) => {
    const outcome = await ingestBatch(pool, outbox, inboxId);
    if (outcome?.became === 'LOGGED') streams.counted(outcome.batch, outcome.inStreams);
    if (outcome?.became === 'REJECTED') log.warn({ inboxId }, 'an event keeps failing: it stands in rejectedEvents');
    if (outcome?.became !== 'HALVES') return;
    log.warn({ inboxId, halves: outcome.halves }, 'a batch keeps failing: it is halved');
    for (const half of outcome.halves) queues.enqueue('ingest', { inboxId: half }, half);
  };
  queues.consume('ingest', (job) => work((job.data as { inboxId: string }).inboxId), { concurrency: CONCURRENCY });
  return { outbox, streams };
}
