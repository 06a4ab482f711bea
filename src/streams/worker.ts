import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running } from '../rooms/running';
import type { needs } from './room';
import { StreamCounter } from './stream-counter.service';
import { StreamMaintainer } from './stream-maintainer.service';

const MAINTENANCE_MS = 1_000;

/** Merges the counts of this worker's batches into windows, and backfills new streams. */
export function worker(
  { pool, pubSub, log }: WorkerContext,
  { events: { eventLog, outbox } }: WorkerNeeds<typeof needs>,
) {
  const maintainer = new StreamMaintainer(pool, pubSub, outbox, log);
  eventLog.effect(StreamCounter)!.onCounted = (batch, changes) => maintainer.onBatchCounted(batch, changes);
  return running(
    () => runPeriodically(MAINTENANCE_MS, log, () => maintainer.runMaintenance()),
    () => maintainer,
  );
}
