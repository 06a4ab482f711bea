import { demoOpenedAt, DemoTraffic } from '../src/demo/demo-traffic.service';
import type { Platform } from '../src/platform/connect';
import { every } from '../src/platform/every';

const TURN_MS = 1_000;

/** Simulates visitors if the shop is the demo. */
export function keepDemoTraffic(platform: Platform): { stop(): Promise<void> } {
  const { config, log } = platform;
  if (!config.demo || !config.demoTraffic) return { stop: async () => undefined };
  let traffic: DemoTraffic | null | undefined;
  const ticking = every(TURN_MS, log, async () => {
    if (traffic === undefined) {
      const openedAt = await demoOpenedAt(platform);
      traffic = openedAt === null ? null : new DemoTraffic(platform, openedAt);
    }
    await traffic?.turn();
  });
  return {
    stop: async () => {
      await ticking.stop();
      await traffic?.close();
    },
  };
}
