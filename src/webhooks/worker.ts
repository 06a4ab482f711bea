import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';
import { WebhookSender } from './webhook-sender.service';

const SWEEP_MS = 2_000;

/** Sends webhooks, and again those that were not delivered. */
export function worker(ctx: WorkerContext) {
  const sender = new WebhookSender({ ...ctx, networks: ctx.config.webhookNetworks });
  const parts = running(() => runPeriodically(SWEEP_MS, ctx.log, () => sender.sweep()));
  return {
    offers: { sender },
    start: parts.start,
    stop: async () => {
      await parts.stop();
      await sender.close();
    },
  };
}
