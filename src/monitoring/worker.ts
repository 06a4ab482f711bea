import { VersionStore } from '../models/version.store';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { LatestWindowsService } from '../streams/latest-windows.service';
import { WindowsService } from '../streams/windows.service';
import { AlertEvaluator } from './alerts/alert-evaluator.service';
import { RuleObserver } from './alerts/rule-observer.service';
import { SystemSamples } from './alerts/system-samples.service';
import { processRegistry } from './process-registry';
import type { needs } from './room';
import { shopGauges } from './shop-gauges';
import { ShopMetrics } from './shop-metrics.service';
import { reportProcess } from './system/process-reporter';
import { ProcessSlices } from './system/process-slices.service';
import { SystemService } from './system/system.service';

/** Evaluates alert rules (in one worker at a time), and reports the state of this process. */
export async function worker(ctx: WorkerContext, { webhooks: { sender } }: WorkerNeeds<typeof needs>) {
  const { pool, pubSub, queues, log, artefacts, rooms } = ctx;
  const registry = processRegistry();
  const slices = new ProcessSlices(pool);
  const versions = new VersionStore(pool, artefacts, pubSub);
  const metrics = new ShopMetrics(
    registry,
    await shopGauges(rooms),
    { pool, pubSub, queues, versions, slices, rooms },
    log,
  );
  const systems = new SystemService(registry, metrics, slices);
  const samples = new SystemSamples(pool, systems);
  const observer = new RuleObserver({
    latest: new LatestWindowsService(pool, new WindowsService(pool)),
    slices,
    systems,
  });
  const evaluator = new AlertEvaluator({
    pool,
    pubSub,
    log,
    observer,
    sample: () => samples.record(),
    deliver: () => sender.wake(),
  });
  return running(
    () => runLoop(evaluator),
    () => reportProcess(registry, 'WORKER', ctx),
  );
}
