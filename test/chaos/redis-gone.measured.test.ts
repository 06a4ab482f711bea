import { LIST, type ListAnswer } from '../setup/operations';
import { FaultShop } from './harness/fault-shop';
import { within } from './harness/load';
import { expectExact, recount } from './harness/recounted';
import { expectRecovery, lookFor } from './harness/recovery';

/** Long enough for the pauses between attempts to reach their maximum. */
const GONE_MS = 11_000;
const PAUSED_MS = 2_500;
/** A key that every Redis has unless its data was deleted. */
const MARK = 'chaos:mark';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('Redis', () => {
  let shop: FaultShop;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 1, rate: 300 });
    shop.load.start();
    await sleep(500);
  }, 60_000);

  afterAll(() => shop.close(), 30_000);

  const answers = () =>
    Promise.all(
      shop.apis.map(({ client }) =>
        within(1_000, client.data<ListAnswer>(LIST, { input: { intent: 'SIMILAR', productIds: ['product-01'] } })),
      ),
    );

  it('killed and its data deleted: events are acknowledged and queries answered in the meantime', async () => {
    await shop.services.askRedis((redis) => redis.set(MARK, 'was here'));
    expect(await shop.services.killRedis()).toBe(true);
    shop.services.forgetRedisData();
    const looks = await lookFor(shop, GONE_MS);
    expect(looks.length).toBeGreaterThan(10);
    expect(looks.filter(({ failed }) => failed)).toEqual([]);
    for (const list of await answers()) expect(list.recommendations.edges).toHaveLength(10);
    await expect(shop.services.askRedis((redis) => redis.ping())).rejects.toThrow();
    expect(shop.load.failures).toEqual(new Map());
  }, 30_000);

  it('back, and empty: live lists update again within five seconds, without manual intervention', async () => {
    await shop.services.reviveRedis();
    expect(await shop.services.askRedis((redis) => redis.exists(MARK))).toBe(0);
    await expectRecovery(shop, 'Redis came back empty');
  }, 25_000);

  it('stopped in the middle: the same, and no request waits for it', async () => {
    shop.services.pauseRedis();
    await expect(shop.services.askRedis((redis) => redis.ping())).rejects.toThrow();
    const looks = await lookFor(shop, PAUSED_MS);
    expect(looks.filter(({ failed, milliseconds }) => failed || milliseconds > 2_000)).toEqual([]);
    for (const list of await answers()) expect(list.recommendations.edges).toHaveLength(10);
    shop.services.resumeRedis();
    await expectRecovery(shop, 'Redis had been stopped');
  }, 30_000);

  it('full: events are acknowledged, and jobs exist again once it has space', async () => {
    const refused = await shop.services.askRedis(async (redis) => {
      await redis.config('SET', 'maxmemory', '1');
      return redis.set('one-more', '1').catch((error: Error) => error.message);
    });
    expect(refused).toContain('OOM');
    const looks = await lookFor(shop, 1_500);
    expect(looks.filter(({ failed }) => failed)).toEqual([]);
    await shop.services.askRedis((redis) => redis.config('SET', 'maxmemory', '0'));
    await expectRecovery(shop, 'Redis had been full');
  }, 30_000);

  it('has lost no event: the log, the counts and the responses of every process equal a recount', async () => {
    await shop.load.stop();
    await shop.settle();
    expect(shop.acknowledged.length).toBeGreaterThan(1_000);
    expectExact(await recount(shop));
  }, 60_000);
});
