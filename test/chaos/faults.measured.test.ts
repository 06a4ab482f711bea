import { ERROR_CODES } from '../../src/graphql/errors';
import { expectWithin, FAILS_AT } from '../setup/measured';
import { LIST, RECORD, type ListAnswer } from '../setup/operations';
import { ADMIN_KEY } from '../setup/processes';
import { residentMiB } from '../setup/resident-memory';
import { until } from '../setup/until';
import { makeEvents } from './harness/events';
import { FaultShop } from './harness/fault-shop';
import { within } from './harness/load';
import { expectExact, expectExactSoFar, recount } from './harness/recounted';
import { expectRecovery, lookFor, RECOVERY_MS } from './harness/recovery';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a shop under load, through one fault after another', () => {
  let shop: FaultShop;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 1, rate: 300 });
    shop.load.start();
    await sleep(500);
  });

  afterAll(() => shop.close());

  /** Asks each API process for a list, which it answers from memory. */
  const listed = async (fault: string) => {
    const began = performance.now();
    const input = { intent: 'POPULAR' };
    const lists = await Promise.all(shop.apis.map(({ client }) => client.data<ListAnswer>(LIST, { input })));
    expectWithin(`a list from memory while ${fault}`, performance.now() - began, 1_000);
    for (const list of lists) expect(list.recommendations.edges).toHaveLength(10);
  };
  const itHasLostNothing = () =>
    it('has lost no acknowledged event: lists equal a recount, and those of a process that starts now', () =>
      expectExactSoFar(shop));

  describe('Redis', () => {
    /** Long enough for the pauses between attempts to reach their maximum. */
    const GONE_MS = 11_000;
    const PAUSED_MS = 2_500;
    /** A key that every Redis has unless its data was deleted. */
    const MARK = 'chaos:mark';

    it('killed and its data deleted: events are acknowledged and queries answered in the meantime', async () => {
      await shop.services.askRedis((redis) => redis.set(MARK, 'was here'));
      expect(await shop.services.killRedis()).toBe(true);
      shop.services.forgetRedisData();
      const looks = await lookFor(shop, GONE_MS);
      expect(looks.length).toBeGreaterThan(10);
      expect(looks.filter(({ failed }) => failed)).toEqual([]);
      await listed('Redis is missing');
      await expect(shop.services.askRedis((redis) => redis.ping())).rejects.toThrow();
      expect(shop.load.failures).toEqual(new Map());
    });

    it('back, and empty: live lists update again within five seconds, without manual intervention', async () => {
      await shop.services.reviveRedis();
      expect(await shop.services.askRedis((redis) => redis.exists(MARK))).toBe(0);
      await expectRecovery(shop, 'Redis came back empty');
    });

    it('stopped in the middle: the same, and no request waits for it', async () => {
      shop.services.pauseRedis();
      await expect(shop.services.askRedis((redis) => redis.ping())).rejects.toThrow();
      const looks = await lookFor(shop, PAUSED_MS);
      expect(looks.filter(({ failed }) => failed)).toEqual([]);
      expectWithin('recordEvents while Redis is stopped', Math.max(...looks.map((look) => look.milliseconds)), 2_000);
      await listed('Redis is stopped');
      shop.services.resumeRedis();
      await expectRecovery(shop, 'Redis had been stopped');
    });

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
    });

    itHasLostNothing();
  });

  describe('PostgreSQL', () => {
    const DOWN_MS = 2_000;
    /** A request waits at most this long for a database that refuses connections. */
    const BOUND_MS = 6_000;

    const alive = () => [...shop.apis, ...shop.workers].map(({ child }) => child.exitCode ?? child.signalCode);
    const readiness = async (port: number) => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return { status: response.status, ...((await response.json()) as { reasons: string[] }) };
    };

    it('cuts every connection: every process recovers within five seconds', async () => {
      // Two API processes, a worker and its learner.
      expect(await shop.services.cutConnections()).toBeGreaterThanOrEqual(4);
      await expectRecovery(shop, 'all connections were cut');
    });

    it('crashed: a request is refused with a code that says what to do, and queries are answered from memory', async () => {
      expect(await shop.services.crashPostgres()).toBe(true);
      const looks = await lookFor(shop, DOWN_MS);
      expect(looks.length).toBeGreaterThan(10);
      for (const { failed } of looks) expect(failed).toBe('UNAVAILABLE');
      expectWithin(
        'UNAVAILABLE while PostgreSQL is down',
        Math.max(...looks.map((look) => look.milliseconds)),
        BOUND_MS,
      );
      expect(Object.keys(ERROR_CODES)).toContain('UNAVAILABLE');
      // All paths to the database are tested: through Prisma, before the execution starts, and in plain JSON.
      const [{ client, port }] = shop.apis;
      expect(await client.code('{ apiKeys { nodes { id } } }')).toBe('UNAVAILABLE');
      expect(await client.as({ apiKey: 'a-key-never-seen-before' }).code('{ __typename }')).toBe('UNAVAILABLE');
      const body = JSON.stringify({ events: [{ type: 'VIEW', customerId: 'somebody', productId: 'product-01' }] });
      const headers = { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY };
      const response = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', headers, body });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      await listed('PostgreSQL is down');
      expect(alive()).toEqual([null, null, null]);
    });

    it('unavailable for long: every API process reports that it is not ready, and why', async () => {
      for (const { port } of shop.apis) {
        const { status, reasons } = await until(
          () => readiness(port),
          (answer) => answer.status === 503,
        );
        expect(status).toBe(503);
        expect(reasons).toEqual([expect.stringMatching(/^read models: not compared with the log for \d+ s$/)]);
      }
    });

    it('back after its recovery: everything works within five seconds, without manual intervention', async () => {
      await shop.services.revivePostgres();
      expect(shop.services.postgresLog()).toContain('was not properly shut down; automatic recovery in progress');
      await expectRecovery(shop, 'PostgreSQL came back');
      for (const { port } of shop.apis) {
        await until(
          () => readiness(port),
          ({ status }) => status === 200,
        );
      }
    });

    itHasLostNothing();
  });

  describe('PostgreSQL that hangs: connections stay open, and nothing answers', () => {
    /** More than the number of connections, so that some have to wait for one. */
    const REQUESTS = 30;
    /** Requests that wait for a connection have used half of the time limit when their statement begins. */
    const BOUND_MS = 10_000;
    /** From this time on, as many requests end as begin. */
    const FULL_MS = 6_500;
    const HANG_MS = 12_000;
    const MAX_GROWTH_MIB = 32;
    const EVERY_MS = 50;
    let hungAt: number;
    let storm: NodeJS.Timeout;
    const stormed: Promise<string | undefined>[] = [];

    afterAll(() => {
      clearInterval(storm);
      shop.services.wakePostgres();
    });

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
      await listed('PostgreSQL hangs');
      const answers = await Promise.all([...looks, ...others]);
      for (const { failed } of answers) expect(failed).toBe('UNAVAILABLE');
      expectWithin('UNAVAILABLE while PostgreSQL hangs', Math.max(...answers.map((one) => one.milliseconds)), BOUND_MS);
    });

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
    });

    it('resumed: everything works within five seconds, without manual intervention', async () => {
      shop.services.wakePostgres();
      await expectRecovery(shop, 'PostgreSQL had hung');
    });

    itHasLostNothing();
  });

  describe('a worker that is stopped while it holds the learner lease, and resumes after another has taken over', () => {
    let paused: FaultShop['workers'][number];
    let before: number;

    beforeAll(async () => {
      const other = shop.addWorker();
      await until(
        () => other.log(),
        (log) => log.includes('worker started'),
      );
      before = await shop.learnerToken();
      paused = shop.learning();
    });

    it('loses the lease to the other, which continues to learn', async () => {
      paused.child.kill('SIGSTOP');
      await until(
        () => shop.learnerToken(),
        (token) => token > before,
      );
      const recovered = await within(
        60_000,
        Promise.all(shop.living.map((probe) => Promise.all([probe.livesAgain(), probe.learnsAgain()]))),
      );
      expectWithin(
        'live lists while a learner is stopped',
        Math.max(...recovered.map(([lived]) => lived)),
        RECOVERY_MS,
      );
      expectWithin('learning by the next owner', Math.max(...recovered.map(([, learned]) => learned)), RECOVERY_MS);
    });

    it('notices the loss when it resumes, and neither writes nor takes the lease back', async () => {
      const token = await shop.learnerToken();
      paused.child.kill('SIGCONT');
      await until(
        () => paused.log(),
        (log) => /"lease":"learner"[^\n]*"lease lost"|another learner has taken over/.test(log),
      );
      await Promise.all(shop.living.map((probe) => probe.learnsAgain()));
      expect(await shop.learnerToken()).toBe(token);
      const { rows } = await shop.services.pool.query<{ token: number }>(
        `SELECT token FROM artefacts WHERE kind = 'shop-state' AND created_at > now() - interval '1 second'`,
      );
      for (const row of rows) expect(row.token).toBe(token);
    });
  });

  it('has lost no acknowledged event: the log, the counts and the responses of every process equal a recount', async () => {
    await shop.load.stop();
    await shop.settle();
    expect(shop.acknowledged.length).toBeGreaterThan(3_000);
    expectExact(await recount(shop));
  });
});
