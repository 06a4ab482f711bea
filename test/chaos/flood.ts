/**
 * `npm run chaos -- flood`: sends five times as many events as the shop can process, for a minute, and then compares
 * everything with a recount.
 */
import { writeFileSync } from 'node:fs';
import { FaultShop } from './harness/fault-shop';
import { Flood, type Flooded } from './harness/flood';
import { expectExact, recount } from './harness/recounted';

const APIS = 2;
const WORKERS = 3;
const WARM_UP_MS = 5_000;
const MEASURE_MS = 10_000;
const TIMES = 5;
const FLOOD_MS = 60_000;
const NORMAL_MS = 10_000;
/** A fraction of the memory that the acknowledged events would need if the process retained them. */
const MAX_GROWTH_MIB = 128;

describe('a flood', () => {
  let shop: FaultShop;
  let flood: Flood;
  let capacity: number;
  let flooded: Flooded;
  let lost = -1;
  let exact = false;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: APIS, workers: WORKERS, rate: 0 });
    flood = new Flood(shop);
    await flood.capacity(WARM_UP_MS);
    capacity = await flood.capacity(MEASURE_MS);
  }, 180_000);

  afterAll(async () => {
    const report = { apis: APIS, workers: WORKERS, capacity, flooded, lost, exact };
    if (process.env.CHAOS_REPORT) writeFileSync(process.env.CHAOS_REPORT, JSON.stringify(report));
    flood.close();
    await shop.close();
  }, 60_000);

  it(
    'is refused with OVERLOADED, and memory does not grow with its duration',
    async () => {
      flooded = await flood.run(TIMES * capacity, FLOOD_MS);
      expect(Object.keys(flooded.refused)).toEqual(['OVERLOADED']);
      for (const { first, last } of flooded.memory) expect(last - first).toBeLessThan(MAX_GROWTH_MIB);
    },
    FLOOD_MS + 180_000,
  );

  it('has no effect ten seconds after its end: lists are live, and no work is pending', () => {
    expect(flooded.livesMs).toBeLessThan(NORMAL_MS);
    expect(flooded.drainedMs).toBeLessThan(NORMAL_MS);
  });

  it('has lost no acknowledged event, and stored no refused one', async () => {
    await shop.settle();
    const recounted = await recount(shop);
    lost = recounted.lost.length;
    expectExact(recounted);
    exact = true;
  }, 120_000);
});
