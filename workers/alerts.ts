import { ShopMetrics } from '../src/monitoring/shop-metrics.service';
import { AlertEvaluator } from '../src/monitoring/alerts/alert-evaluator.service';
import { RuleObserver } from '../src/monitoring/alerts/rule-observer.service';
import { SystemSamples } from '../src/monitoring/alerts/system-samples.service';
import { processRegistry } from '../src/monitoring/process-registry';
import { reportProcess } from '../src/monitoring/system/process-reporter';
import { ProcessSlices } from '../src/monitoring/system/process-slices.service';
import { SystemService } from '../src/monitoring/system/system.service';
import type { WebhookSender } from '../src/webhooks/webhook-sender.service';
import { VersionStore } from '../src/models/version.store';
import type { Platform } from '../src/platform/connect';
import { runPeriodically } from '../src/platform/run-periodically';
import { LatestWindowsService } from '../src/streams/latest-windows.service';
import { WindowsService } from '../src/streams/windows.service';

const SWEEP_MS = 2_000;

/** Evaluates alert rules (in one worker at a time), sweeps webhook deliveries, and reports the state of this process. */
export function startAlerts(platform: Platform, sender: WebhookSender): { stop(): Promise<void> } {
  const { pool, pubSub, queues, log, artefacts } = platform;
  const registry = processRegistry();
  const slices = new ProcessSlices(pool);
  const versions = new VersionStore(pool, artefacts, pubSub);
  const metrics = new ShopMetrics(registry, { pool, pubSub, queues, versions, slices }, log);
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
  const running = evaluator.run();
  const sweeping = runPeriodically(SWEEP_MS, log, () => sender.sweep());
  const reporting = reportProcess(registry, 'WORKER', platform);
  return {
    stop: async () => {
      evaluator.close();
      await Promise.all([running, sweeping.stop(), reporting.stop()]);
    },
  };
}
