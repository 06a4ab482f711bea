import { AttributionWorker } from '../src/attribution/attribution-worker.service';
import { isBackfillRunning } from '../src/models/backfill-activity.store';
import type { Platform } from '../src/platform/connect';

/** Attributes orders to the lists that earned them, in one worker of the shop. */
export function startAttribution(platform: Platform): { stop(): Promise<void> } {
  const { timeZone, attributionDays: windowDays } = platform.config;
  const isImporting = () => isBackfillRunning(platform.pool);
  const worker = new AttributionWorker({ ...platform, timeZone, windowDays, isImporting });
  const running = worker.run();
  return {
    stop: async () => {
      worker.close();
      await running;
    },
  };
}
