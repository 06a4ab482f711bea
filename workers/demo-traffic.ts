import { RequestIds } from '../src/auth/request-id.service';
import { DEMO_STOREFRONT_KEY } from '../src/demo/demo-names';
import { demoOpenedAt, DemoTraffic } from '../src/demo/demo-traffic.service';
import { storefrontDoor } from '../src/demo/storefront-door';
import type { Platform } from '../src/platform/connect';
import { connectHost } from '../src/platform/connect-host';
import { runPeriodically } from '../src/platform/run-periodically';
import { createEventLog } from '../src/create-event-log';

const TICK_MS = 1_000;

/** Simulates visitors if the shop is the demo shop. */
export function startDemoTraffic(platform: Platform): { stop(): Promise<void> } {
  const { config, log } = platform;
  if (!config.demo || !config.demoTraffic) return { stop: async () => undefined };
  let traffic: DemoTraffic | null | undefined;
  const ticking = runPeriodically(TICK_MS, log, async () => {
    if (traffic === undefined) traffic = await createTraffic(platform);
    await traffic?.tick();
  });
  return {
    stop: async () => {
      await ticking.stop();
      await traffic?.close();
    },
  };
}

async function createTraffic(platform: Platform): Promise<DemoTraffic | null> {
  const openedAt = await demoOpenedAt(platform);
  if (openedAt === null) return null;
  const requestIds = new RequestIds(platform.prisma);
  await requestIds.start();
  const { host, port } = platform.config;
  // With the port 0, the system chooses the port of the API, which this process does not know.
  const url = `http://${connectHost(host)}:${port}/graphql`;
  const door = port === 0 ? undefined : storefrontDoor(url, DEMO_STOREFRONT_KEY);
  return new DemoTraffic(platform, createEventLog(platform), { openedAt, requestIds, door });
}
