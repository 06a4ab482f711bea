import { RequestIds } from '../auth/request-id.service';
import { openEventLog } from '../events/event-log';
import { connectHost } from '../platform/connect-host';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext } from '../rooms/room';
import { running } from '../rooms/running';
import { DEMO_STOREFRONT_KEY } from './demo-names';
import { demoOpenedAt, DemoTraffic } from './demo-traffic.service';
import { storefrontDoor } from './storefront-door';

const TICK_MS = 1_000;

/** Simulates visitors if the shop is the demo shop. */
export function worker(ctx: WorkerContext) {
  const { config, log } = ctx;
  if (!config.demo || !config.demoTraffic) return {};
  let traffic: DemoTraffic | null | undefined;
  const parts = running(() =>
    runPeriodically(TICK_MS, log, async () => {
      if (traffic === undefined) traffic = await createTraffic(ctx);
      await traffic?.tick();
    }),
  );
  return {
    start: parts.start,
    stop: async () => {
      await parts.stop();
      await traffic?.close();
    },
  };
}

async function createTraffic(ctx: WorkerContext): Promise<DemoTraffic | null> {
  const openedAt = await demoOpenedAt(ctx);
  if (openedAt === null) return null;
  const requestIds = new RequestIds(ctx.pool);
  await requestIds.start();
  const { host, port } = ctx.config;
  // With the port 0, the system chooses the port of the API, which this process does not know.
  const url = `http://${connectHost(host)}:${port}/graphql`;
  const door = port === 0 ? undefined : storefrontDoor(url, DEMO_STOREFRONT_KEY);
  return new DemoTraffic(ctx, await openEventLog(ctx, ctx.rooms), { openedAt, requestIds, door });
}
