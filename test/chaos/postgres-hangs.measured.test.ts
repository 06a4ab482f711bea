import { expectWithin, FAILS_AT } from '../setup/measured';
import { LIST, RECORD, type ListAnswer } from '../setup/operations';
import { residentMiB } from '../setup/resident-memory';
import { makeEvents } from './harness/events';
import { FaultShop } from './harness/fault-shop';
import { within } from './harness/load';
import { expectExact, recount } from './harness/recounted';
import { expectRecovery } from './harness/recovery';

/** More than the number of connections, so that some have to wait for one. */
const REQUESTS = 30;
/** Requests that wait for a connection have used half of the time limit when their statement begins. */
const BOUND_MS = 11_000;
/** From this time on, as many requests end as begin. */
const FULL_MS = 6_500;
const HANG_MS = 12_000;
const MAX_GROWTH_MIB = 32;
const EVERY_MS = 50;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('PostgreSQL that hangs: connections stay open, and nothing answers', () => {
  let shop: FaultShop;
  let hungAt: number;
  let storm: NodeJS.Timeout;
  const stormed: Promise<string | undefined>[] = [];

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 1, rate: 300 });
    shop.load.start();
    await sleep(500);
  }, 60_000);

  afterAll(async () => {
    clearInterval(storm);
    shop.services.wakePostgres();
    await shop.close();
  }, 30_000);

  /** Clients that do not wait for responses: 2,000 events a second, independent of the number of requests in flight. */
  function startStorm(): void {
    const source = makeEvents(3, 'storm-', Date.now() - 10 * 86_400_000);
    storm = setInterval(() => {
      const events = Array.from({ length: 100 }, () => source.next().value);
      shop.others.sent.push(...events); // The server may still execute requests that it received before it hung.
      const { client } = shop.apis[stormed.length % shop.apis.length];
      stormed.push(client.code(RECORD, { events }));
    }, EVERY_MS);
  }

  const timed = async (work: Promise<unknown>) => {
    const began = performance.now();
    return { failed: await work, milliseconds: performance.now() - began };
  };
  const memory = () => shop.apis.map(({ child }) => residentMiB(child.pid!));

  it('answers requests with UNAVAILABLE within a bound, and queries from memory', async () => {
    // The server, its own helpers, and the connections of two API processes, a worker and its learner.
    expect(shop.services.hangPostgres()).toBeGreaterThan(8);
    hungAt = performance.now();
    const looks = shop.living.flatMap((probe) => Array.from({ length: REQUESTS }, () => probe.look()));
    const others = shop.apis.flatMap(({ client }) => [
      timed(client.code('{ apiKeys { nodes { id } } }')),
      timed(client.as({ apiKey: 'a-key-never-seen-before' }).code('{ __typename }')),
      timed(client.code('mutation { upsertProducts(input: { products: [{ id: "x", title: "x" }] }) { accepted } }')),
      timed(client.code(LIST, { input: { intent: 'RECENTLY_VIEWED', customerId: 'nobody-asked-for-before' } })),
    ]);
    startStorm();
    for (const { client } of shop.apis) {
      const input = { intent: 'SIMILAR', productIds: ['product-01'] };
      const list = await within(1_000, client.data<ListAnswer>(LIST, { input }));
      expect(list.recommendations.edges).toHaveLength(10);
    }
    const answers = await Promise.all([...looks, ...others]);
    for (const { failed } of answers) expect(failed).toBe('UNAVAILABLE');
    expectWithin('UNAVAILABLE while PostgreSQL hangs', Math.max(...answers.map((one) => one.milliseconds)), BOUND_MS);
  }, 30_000);

  it('does not use more memory the longer it lasts', async () => {
    await sleep(FULL_MS - (performance.now() - hungAt));
    const before = memory();
    await sleep(HANG_MS - (performance.now() - hungAt));
    memory().forEach((now, n) => expect(now - before[n]).toBeLessThan(MAX_GROWTH_MIB));
    clearInterval(storm);
    const codes = await within(FAILS_AT * BOUND_MS, Promise.all(stormed));
    expect(codes.length).toBeGreaterThan(100);
    expect(codes).toContain('UNAVAILABLE');
    // The number of requests in flight is bounded, too.
    expect(codes.filter((code) => code !== 'UNAVAILABLE' && code !== 'OVERLOADED')).toEqual([]);
  }, 30_000);

  it('resumed: everything works within five seconds, without manual intervention', async () => {
    shop.services.wakePostgres();
    await expectRecovery(shop, 'PostgreSQL had hung');
  }, 25_000);

  it('has lost no acknowledged event: the log, the counts and the responses equal a recount', async () => {
    await shop.load.stop();
    await shop.settle();
    expectExact(await recount(shop));
    expect(shop.acknowledged.length).toBeGreaterThan(500);
  }, 60_000);
});
