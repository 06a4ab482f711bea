import { type Job, RETRY_LATER } from '../platform/queues';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';
import { openEventLog } from './event-log';
import { Ingest } from './ingest';
import { IngestLanes } from './ingest-lanes';
import { Outbox } from './outbox.service';
import { Sweep } from './sweep';

/** Number of lanes. Each lane executes one transaction at a time. */
const LANES = 2;
/** Maximum number of batches in progress. A lane that becomes free writes all waiting batches in one transaction. */
const CONCURRENCY = 32;
const SWEEP_MS = 1_000;

/**
 * Writes accepted batches to the log, and completes what a crash has interrupted. A batch that fails repeatedly is
 * split into halves, which are processed next. The sweep uses a timer in every worker instead of a queue, because it
 * must work even if Redis has lost all data.
 */
export async function worker(ctx: WorkerContext) {
  const { pool, pools, pubSub, queues, log, rooms } = ctx;
  const eventLog = await openEventLog({ pool: pools.ingest, pubSub, log }, rooms);
  // Changes without events use connections other than those of ingest.
  const outbox = new Outbox(pool, pubSub, log);
  const ingest = new Ingest(eventLog);
  const sweep = new Sweep(ctx, eventLog.outbox, ingest);
  const lanes = new IngestLanes(
    {
      together: (ids) => ingest.together(ids),
      alone: async (inboxId) => {
        const outcome = await ingest.alone(inboxId);
        if (outcome?.became === 'REJECTED')
          log.warn({ inboxId }, 'an event keeps failing: it was moved to rejectedEvents');
        if (outcome?.became === 'HALVES') {
          log.warn({ inboxId, halves: outcome.halves }, 'a batch keeps failing: it was split into halves');
          for (const half of outcome.halves) queues.enqueue('ingest', { inboxId: half }, half);
        }
        return outcome?.became === 'BLOCKED' ? 'BLOCKED' : 'DONE';
      },
    },
    LANES,
  );
  const consume = async ({ data }: Job) => {
    const result = await lanes.ingest((data as { inboxId: string }).inboxId);
    return result === 'BLOCKED' ? RETRY_LATER : undefined;
  };
  let consumer: { close(): Promise<void> } | undefined;
  const parts = running(() => runPeriodically(SWEEP_MS, log, () => sweep.run()));
  return {
    offers: { eventLog, outbox },
    start: () => {
      consumer = queues.consume('ingest', consume, { concurrency: CONCURRENCY });
      parts.start();
    },
    stop: async () => {
      await parts.stop();
      await consumer?.close();
      await Promise.all([eventLog.outbox, outbox].map((each) => each.markPublished()));
    },
  };
}
