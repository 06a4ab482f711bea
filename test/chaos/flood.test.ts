import { FaultShop } from './harness/fault-shop';
import { Flood, type Flooded } from './harness/flood';
import { expectExact, recount } from './harness/recounted';

/** As many requests as their connections allow. */
const RATE = 1_000_000;
const FLOOD_MS = 5_000;
const NORMAL_MS = 10_000;

/** The one-minute version, which also measures memory, is `npm run chaos -- flood`. */
describe('more events than a shop can process, from clients that do not wait for responses', () => {
  let shop: FaultShop;
  let flood: Flood;
  let flooded: Flooded;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 1, workers: 1, rate: 0 });
    flood = new Flood(shop);
    flooded = await flood.run(RATE, FLOOD_MS);
  }, 120_000);

  afterAll(async () => {
    flood.close();
    await shop.close();
  }, 30_000);

  it('are refused with OVERLOADED', () => {
    expect(Object.keys(flooded.refused)).toEqual(['OVERLOADED']);
    expect(flooded.acknowledged).toBeGreaterThan(0);
  });

  it('are processed ten seconds after the flood ends, and lists are as live as before', () => {
    expect(flooded.livesMs).toBeLessThan(NORMAL_MS);
    expect(flooded.drainedMs).toBeLessThan(NORMAL_MS);
  });

  it('are in the log if they were acknowledged, and only then', async () => {
    await shop.settle();
    expectExact(await recount(shop));
  }, 60_000);
});
