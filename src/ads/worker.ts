import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { BillingWorker } from './billing/billing-worker.service';
import { deleteOldDecisions } from './decision/ad-decision.store';

const RETENTION_MS = 10_000;

/** Charges the impressions and clicks of ads, in one worker of the shop, and deletes old decisions. */
export function worker(ctx: WorkerContext) {
  const { pool, config, log } = ctx;
  return running(
    () => runLoop(new BillingWorker(ctx)),
    () => runPeriodically(RETENTION_MS, log, () => deleteOldDecisions(pool, config.adDecisionDays)),
  );
}
