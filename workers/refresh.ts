import type { Platform } from '../src/platform/connect';
import { startThread } from './thread';

/** Fits models anew, one at a time, each in a thread that ends with it. */
export function consumeRefresh({ queues, log }: Platform): void {
  queues.consume('refresh', () => startThread('fit-blend', log).ended, { concurrency: 1, lockMs: 30_000 });
}
