import { isBackfillRunning } from '../models/backfill-activity.store';
import type { WorkerContext } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { AttributionWorker } from './attribution-worker.service';

/** Attributes orders to the lists that earned them, in one worker of the shop. */
export function worker(ctx: WorkerContext) {
  const { timeZone, attributionDays: windowDays } = ctx.config;
  const isImporting = () => isBackfillRunning(ctx.pool);
  return running(() => runLoop(new AttributionWorker({ ...ctx, timeZone, windowDays, isImporting })));
}
