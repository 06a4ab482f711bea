import { createEventLog } from '../src/create-event-log';
import { ingestBatch, ingestTogether } from '../src/events/ingest';
import { IngestLanes } from '../src/events/ingest-lanes';
import type { EventLog } from '../src/events/event-log';
import type { Outbox } from '../src/events/outbox.service';
import type { Platform } from '../src/platform/connect';
import { RETRY_LATER, type Job } from '../src/platform/queues';
import { StreamMaintainer } from '../src/streams/stream-maintainer.service';

/** Number of lanes. Each lane executes one transaction at a time. */
const LANES = 2;
/** Maximum number of batches in progress. A lane that becomes free writes all waiting batches in one transaction. */
const CONCURRENCY = 32;

/** Writes accepted batches to the log. A batch that fails repeatedly is split into halves, which are processed next. */
export function consumeIngest(
  { pool, pools, pubSub, queues, log }: Platform,
  outbox: Outbox,
): {
  eventLog: EventLog;
  streams: StreamMaintainer;
} {
  const eventLog = createEventLog(
    { pool: pools.ingest, pubSub, log },
    { onCounted: (batch, changes) => streams.onBatchCounted(batch, changes) },
  );
  const streams = new StreamMaintainer(pool, pubSub, outbox, log);
  const lanes = new IngestLanes(
    {
      together: (ids) => ingestTogether(eventLog, ids),
      alone: async (inboxId) => {
        const outcome = await ingestBatch(eventLog, inboxId);
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
  const ingest = async ({ data }: Job) => {
    const result = await lanes.ingest((data as { inboxId: string }).inboxId);
    return result === 'BLOCKED' ? RETRY_LATER : undefined;
  };
  queues.consume('ingest', ingest, { concurrency: CONCURRENCY });
  return { eventLog, streams };
}
