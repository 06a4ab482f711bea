import { BillingWorker } from '../src/ads/billing/billing-worker.service';
import type { Platform } from '../src/platform/connect';

/** Charges the impressions and clicks of ads, in one worker of the shop. */
export function startAdBilling(platform: Platform): { stop(): Promise<void> } {
  const worker = new BillingWorker(platform);
  const running = worker.run();
  return {
    stop: async () => {
      worker.close();
      await running;
    },
  };
}
