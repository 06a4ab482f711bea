import { expectWithin } from '../setup/measured';
import { FaultShop } from './harness/fault-shop';
import { Flood, type Flooded } from './harness/flood';
import { expectExact, recount } from './harness/recounted';

/** As many requests as their connections allow. */
const RATE = 1_000_000;
const FLOOD_MS = 5_000;
const NORMAL_MS = 10_000;
/** While the worker is stopped for this time, the flood fills an inbox of this many events on every machine. */
const PAUSE_MS = 2_500;
const INBOX_MAX_EVENTS = 5_000;

/** The one-minute version, which also measures memory, is `npm run chaos -- flood`. */
describe('more events than a shop can process, from clients that do not wait for responses', () => {
  let shop: FaultShop;
  let flood: Flood;
  let flooded: Flooded;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 1, workers: 1, rate: 0, inboxMaxEvents: INBOX_MAX_EVENTS });
    flood = new Flood(shop);
    [flooded] = await Promise.all([flood.run(RATE, FLOOD_MS), shop.pauseWorkers(PAUSE_MS)]);
  }, 120_000);

  afterAll(async () => {
    flood.close();
    await shop.close();
  }, 30_000);

  it('are refused with OVERLOADED', () => {
    // If a batch was refused for another reason, the log of the API process says why.
    const outages = shop.apis
      .flatMap((api) => api.log().split('\n'))
      .filter((line) => line.includes('database outage'));
    expect({ codes: Object.keys(flooded.refused), outages }).toEqual({ codes: ['OVERLOADED'], outages: [] });
    expect(flooded.acknowledged).toBeGreaterThan(0);
  });

  it('are processed ten seconds after the flood ends, and lists are as live as before', () => {
    expectWithin('live lists again after a flood', flooded.livesMs, NORMAL_MS);
    expectWithin('the inbox empty again after a flood', flooded.drainedMs, NORMAL_MS);
  });

  it('are in the log if they were acknowledged, and only then', async () => {
    await shop.settle();
    expectExact(await recount(shop));
  }, 60_000);
});
