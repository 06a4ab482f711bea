import { fillings, inFilledShop, type OpenShop } from './filled-shop';
import { keepAliveAgent } from './post';
import { refreshThroughApi } from './refresh-through-api';
import { percentile, type BenchRow } from './row';
import { steadyLoad, type Latencies } from './steady-load';

const WARM_UP_MS = 5_000;
const PHASE_MS = 30_000;

/**
 * Measures how training affects requests that are served at the same time: lists and single events at a steady rate,
 * before, during and after model refreshes that run one after another. Before and after together count as idle. Real
 * processes, PostgreSQL with fsync, Redis with its append-only file.
 */
export async function measureTraining(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const filling of fillings()) rows.push(...(await inFilledShop(filling, measureShop)));
  return rows;
}

async function measureShop(shop: OpenShop): Promise<BenchRow[]> {
  await during(shop, () => pause(WARM_UP_MS));
  const before = await during(shop, () => pause(PHASE_MS));
  let refreshes = 0;
  const training = await during(shop, async () => (refreshes = await refreshOverAndOver(shop)));
  const after = await during(shop, () => pause(PHASE_MS));
  return [
    ...beside(`${shop.name}: recommendations`, [...before.lists, ...after.lists], training.lists),
    ...beside(`${shop.name}: recordEvents`, [...before.events, ...after.events], training.events),
    { name: `${shop.name}: refreshes that ended meanwhile`, subject: 'freshet', rate: refreshes },
  ];
}

async function during(shop: OpenShop, phase: () => Promise<unknown>): Promise<Latencies> {
  const stop = await steadyLoad(shop);
  await phase();
  return stop();
}

/**
 * Refreshes for {@link PHASE_MS}, and until the last refresh has ended, because loading a new version is part of it.
 * @returns the number of refreshes
 */
async function refreshOverAndOver(shop: OpenShop): Promise<number> {
  const agent = keepAliveAgent(1);
  const begun = performance.now();
  let refreshes = 0;
  while (performance.now() - begun < PHASE_MS) {
    if (!(await refreshThroughApi(shop, agent, 'BLEND'))) break;
    refreshes++;
  }
  agent.destroy();
  return refreshes;
}

/** The ratio compares the 99th percentiles: 1 means that training delays no request. */
function beside(name: string, idle: readonly number[], training: readonly number[]): BenchRow[] {
  const row = (samples: readonly number[]) => ({ p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) });
  const alone = row(idle);
  const meanwhile = row(training);
  return [
    { name: `${name}, while training`, subject: 'freshet', ...meanwhile, ratio: alone.p99 / meanwhile.p99 },
    { name: `${name}, idle`, subject: 'freshet', ...alone },
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
