import type { Pool } from 'pg';
import pino from 'pino';
import { kindsOf } from '../../src/models/fitter';
import { SHOP } from '../../src/shop';
import { ArtefactStore } from '../../src/platform/artefacts';
import { RedisPubSub } from '../../src/platform/pubsub';
import { EaseReadModel } from '../../src/recommend/ease/ease.read-model';
import { connectPostgres } from '../../src/platform/postgres';
import { ALERTS, CREATE_RULE, type AlertsAnswer, type RuleWritten } from '../setup/alert-operations';
import { ERASE, type Erased } from '../setup/erasure-shop';
import { expectWithin } from '../setup/measured';
import { allLogged, purchaseOf, recordAll, refreshModel } from '../setup/model-operations';
import { ids, LIST, LIVE, RECORD, type ListAnswer, type LiveAnswer, type RecordAnswer } from '../setup/operations';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { CREATE_STREAM, STREAM, type StreamAnswer, type StreamWritten } from '../setup/stream-operations';
import { fillTasteShop } from '../setup/taste-shop';
import { until } from '../setup/until';

jest.setTimeout(240_000);

const SECOND = 1_000;
const SIXTY_DAYS = 60 * 86_400_000;
/** Customers with one order each. Segments need 100 customers with an order; the taste shop has 80. */
const ONCE = 60;
const SEGMENT = 'query($id: ID!) { customer(id: $id) { segment { id } } }';
const TO_NONE = 'mutation { changed: rollbackModel(input: { kind: BLEND, toNone: true }) { errors { code } } }';
const PROMOTE = 'mutation($id: ID!) { changed: promoteModel(input: { versionId: $id }) { errors { code } } }';
/** The stream of orders has hopping windows of two seconds, one each second. */
const [WINDOW, SLIDE, FOR] = [2 * SECOND, SECOND, SECOND];
const ORDERS = {
  id: 'orders',
  from: ['PURCHASE'],
  window: { kind: 'HOPPING', size: 'PT2S', slide: 'PT1S' },
  aggregates: [{ name: 'orders', kind: 'COUNT' }],
};
const OUTAGE = { id: 'outage', source: 'WINDOWS', stream: 'orders', condition: 'window.orders == 0.0', for: 'PT1S' };
/** Enough customers and events for a pass over the log that takes longer than the effect of a live event. */
const CROWD = 2_000;
const VIEWS_EACH = 20;
const ERASED_VIEWS = 60;
/** Otherwise, the second erasure would wait until a minute after the first. */
const ENV = { ERASURE_INTERVAL_MS: '0' };

type Api = Awaited<ReturnType<typeof startApiProcess>>;

/** Returns the fencing tokens with which a worker has logged this message. */
const tokensIn = (worker: OwnProcess, message: string) =>
  worker
    .log()
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`) && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { token: number }).token);

describe('a shop with two API processes and two workers', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let [one, two]: Api[] = [];
  let workers: OwnProcess[] = [];

  const record = async (events: readonly object[]) => {
    const { recordEvents } = await one.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt;
  };
  const view = (customerId: string, productId: string) => ({ type: 'VIEW', customerId, productId });
  const list = (api: Api, input: object) => api.client.data<ListAnswer>(LIST, { input, first: 20 });
  /** Waits until both API processes have what was learned from the events. */
  const learned = (awaitReceipt: string | null) =>
    Promise.all([one, two].map((api) => list(api, { intent: 'POPULAR', awaitReceipt })));
  /** Returns after how many milliseconds the result matches. `until` polls every 50 ms. */
  const timeUntil = async <T>(ask: () => Promise<T> | T, fits: (answer: T) => boolean, began = performance.now()) => {
    await until(ask, fits);
    return performance.now() - began;
  };
  /** Makes models rest as after a long refresh, so that new events do not cause a refresh during a measurement. */
  const restModels = () =>
    pool.query(
      `INSERT INTO jobs (id, model, state, reason, started_at, ended_at)
       SELECT gen_random_uuid(), kind, 'DONE', 'OPERATOR', now() - interval '1 day', now() FROM unnest($1::text[]) kind`,
      [kindsOf(SHOP)],
    );

  /** Returns the number of products in the sessions of each API process, summed over sessions. */
  const sessionProducts = () =>
    Promise.all(
      [one, two].map(async ({ port }) => {
        const headers = { authorization: `Bearer ${ADMIN_KEY}` };
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
        return Number(/^freshet_session_products (\d+)$/m.exec(metrics)![1]);
      }),
    );
  /** Erases a customer. @returns after how many milliseconds no API process has more products in sessions than `others` */
  const eraseAndDrop = async (customerId: string, others: number) => {
    await until(
      () => one.client.data<Erased>(ERASE, { customerId }),
      ({ eraseCustomer }) => eraseCustomer.status === 'DONE',
    );
    return timeUntil(sessionProducts, (counts) => counts.every((count) => count <= others));
  };
  /**
   * Kills the worker that logged the message with the present token of the lease. @returns after how many milliseconds
   * another worker logs it with a newer token
   */
  const killOwner = async (lease: string, message: string) => {
    const sql = 'SELECT token FROM leases WHERE name = $1';
    const tokenNow = async () => (await pool.query<{ token: number }>(sql, [lease])).rows[0].token;
    const living = () => workers.filter(({ child }) => child.signalCode === null);
    const { token, owner } = await until(
      async () => {
        const current = await tokenNow();
        return { token: current, owner: living().find((worker) => tokensIn(worker, message).includes(current)) };
      },
      (found) => found.owner !== undefined,
    );
    const began = performance.now();
    await owner!.kill();
    expect(owner!.child.signalCode).toBe('SIGKILL');
    const nextTokens = () => living().flatMap((worker) => tokensIn(worker, message));
    const takenOver = timeUntil(nextTokens, (tokens) => tokens.some((next) => next > token), began);
    return { takenOver };
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    [one, two] = await Promise.all([startApiProcess(shop, ENV), startApiProcess(shop, ENV)]);
    await fillTasteShop(shop, one.client);
    const once = (_: unknown, n: number) => purchaseOf(`once-${n}`, `once-${n}`, 5, Date.now() - SIXTY_DAYS);
    await recordAll(one.client, Array.from({ length: ONCE }, once));
    await restModels();
    workers = [startWorkerProcess(shop, ENV), startWorkerProcess(shop, ENV)];
    for (const job of await Promise.all(['BLEND', 'SEGMENTS'].map((kind) => refreshModel(one.client, kind))))
      expect(job).toMatchObject({ state: 'DONE', version: { verdict: 'PROMOTED' } });
    await restModels();
  });

  afterAll(async () => {
    await Promise.all([one.client.close(), two.client.close()]);
    const living = [one, two, ...workers].filter(({ child }) => child.signalCode === null);
    expect(await Promise.all(living.map((process) => process.stop()))).toEqual(living.map(() => 0));
    await pool.end();
    await shop.drop();
  });

  it('changes a cached list within a second after events of other customers at the other API process', async () => {
    const input = { intent: 'POPULAR' };
    const times: number[] = [];
    for (const [round, size] of [100, 200, 400].entries()) {
      // A response that was computed for a request has the id of that request.
      const [cached] = await until(
        async () => [await list(two, input), await list(two, input)],
        ([first, next]) => first.recommendations.requestId === next.recommendations.requestId,
      );
      const productId = ids(cached).at(-1)!;
      const buyer = (n: number) => ({ type: 'PURCHASE', customerId: `buyer-${round}-${n}`, productId });
      await record([...Array(size).keys()].map(buyer));
      times.push(
        await timeUntil(
          () => list(two, input),
          (answer) => ids(answer)[0] === productId,
        ),
      );
    }
    expectWithin("a cached list after other customers' events (longest)", Math.max(...times), SECOND);
  });

  it('serves a promotion and a roll-back of one API process at the other within a second', async () => {
    const served = async () =>
      (await list(two, { intent: 'PERSONAL', customerId: 'c-1' })).recommendations.modelVersion;
    const id = await served();
    const changes = [
      { mutation: TO_NONE, version: 'rank-fusion' },
      { mutation: PROMOTE, version: id },
    ];
    const times: number[] = [];
    for (const { mutation, version } of [...changes, ...changes]) {
      expect(await served()).not.toBe(version);
      expect(await one.client.data(mutation, { id })).toEqual({ changed: { errors: [] } });
      times.push(await timeUntil(served, (now) => now === version));
    }
    expectWithin('a promotion or roll-back by another API process (longest)', Math.max(...times), SECOND);
  });

  it("puts a customer into a segment within ten seconds after the customer's first order", async () => {
    const segment = async () => {
      type Answer = { customer: { segment: { id: string } | null } | null };
      return (await two.client.data<Answer>(SEGMENT, { id: 'newcomer' })).customer?.segment?.id;
    };
    await record([view('newcomer', 'lamp-0')]);
    await until(segment, (id) => id === 'NEW');
    await record([purchaseOf('newcomer', 'first', 5, Date.now() - SIXTY_DAYS)]);
    const time = await timeUntil(segment, (id) => id !== 'NEW');
    expect(await segment()).toMatch(/^\d+$/);
    expectWithin('the segment of a customer after an order', time, 10 * SECOND);
  });

  it('raises an alert within window + slide + `for` + three seconds after the last order', async () => {
    expect((await one.client.data<StreamWritten>(CREATE_STREAM, { stream: ORDERS })).written.errors).toEqual([]);
    await until(
      () => one.client.data<StreamAnswer>(STREAM, { id: ORDERS.id }),
      ({ stream }) => stream?.state === 'LIVE',
    );
    // An order every quarter of a second, from the past to after the first evaluations of the rule.
    const now = Date.now();
    const times = Array.from({ length: 33 }, (_, n) => now + (n - 16) * (SECOND / 4));
    await learned(await record(times.map((at, n) => purchaseOf('c-1', `order-${n}`, 5, at))));
    const { written } = await one.client.data<RuleWritten>(CREATE_RULE, { rule: OUTAGE });
    expect(written.errors).toEqual([]);
    const last = times.at(-1)!;
    const began = performance.now() + last - Date.now();
    const alerts = async () => (await two.client.data<AlertsAnswer>(ALERTS, { ruleId: OUTAGE.id })).alerts.nodes;
    const time = await timeUntil(alerts, (found) => found.some(({ state }) => state === 'FIRING'), began);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(Date.parse(alert.startedAt)).toBeGreaterThan(last + WINDOW);
    expectWithin('an alert after the last order', time, WINDOW + SLIDE + FOR + 3 * SECOND);
  });

  it('drops the sessions of an erased customer within three seconds, and is live while it learns the log again', async () => {
    const crowd = (_: unknown, n: number) => view(`crowd-${n % CROWD}`, `p${n % 97}`);
    await recordAll(one.client, Array.from({ length: CROWD * VIEWS_EACH }, crowd));
    await allLogged(one.client);
    // This customer views the same two products alternately, which adds no products to the sessions.
    const viewed = ['lamp-0', 'lamp-1'];
    for (const id of viewed) await learned(await record([view('live', id)]));
    const [others] = await sessionProducts();
    expect(others).toBeGreaterThan(CROWD * VIEWS_EACH);
    await learned(await record(Array.from({ length: ERASED_VIEWS }, (_, n) => view('leaving', `p${n}`))));
    expect(await sessionProducts()).toEqual([others + ERASED_VIEWS, others + ERASED_VIEWS]);
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'live' };
    const live = two.client.subscribe<LiveAnswer>(LIVE, { input, first: 1 });
    const top = async () => (await live.next()).value.data.recommendationsUpdated.nodes[0].id as string;
    expect(await top()).toBe(viewed[1]);

    const dropped = eraseAndDrop('leaving', others);
    const lists: number[] = [];
    const learning: number[] = [];
    let whileRelearning = 0;
    for (let n = 0, count = Infinity; count !== others; n++) {
      const began = performance.now();
      const awaitReceipt = await record([view('live', viewed[n % 2])]);
      const listed = top().then((id) => {
        lists.push(performance.now() - began);
        return id;
      });
      await list(two, { intent: 'POPULAR', awaitReceipt });
      learning.push(performance.now() - began);
      expect(await listed).toBe(viewed[n % 2]);
      // An API process has no sessions until the log has been learned again.
      [, count] = await sessionProducts();
      if (count === 0) whileRelearning++;
    }
    await live.return?.();
    expect(whileRelearning).toBeGreaterThan(0);
    expectWithin('sessions of an erased customer in API processes', await dropped, 3 * SECOND);
    expectWithin('a live list while the log is learned again (longest)', Math.max(...lists), 2 * SECOND);
    expectWithin('learning an event while the log is learned again (longest)', Math.max(...learning), 2 * SECOND);
  });

  // The last two, because they kill workers.
  it('has rows of EASE that follow an event within ten seconds', async () => {
    const log = pino({ level: 'silent' });
    const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    const ease = new EaseReadModel({ pool, artefacts: new ArtefactStore(pool), log, pubSub });
    await ease.start();
    const began = performance.now();
    await learned(await record([view('follower', 'lamp-0'), view('follower', 'kettle-1')]));
    const { rows } = await pool.query<{ position: number }>('SELECT max(position) AS position FROM outbox');
    const ms = await timeUntil(
      () => ease.state.position,
      (position) => position >= rows[0].position,
      began,
    );
    expectWithin('rows of EASE after an event', ms, 10 * SECOND);
    await ease.close();
    await pubSub.close();
  });

  it('has another learner within 15 seconds after a kill, and drops sessions within three seconds without it', async () => {
    const [before] = await sessionProducts();
    const { takenOver } = await killOwner('learner', 'learning');
    const dropped = await eraseAndDrop('crowd-0', before - VIEWS_EACH);
    expectWithin('another learner after a kill', await takenOver, 15 * SECOND);
    expectWithin('sessions of an erased customer after the learner was killed', dropped, 3 * SECOND);
  });

  it('has another owner of EASE within 15 seconds after a kill', async () => {
    workers.push(startWorkerProcess(shop, ENV));
    await until(workers.at(-1)!.log, (log) => log.includes('"msg":"worker started"'));
    const { takenOver } = await killOwner('ease', 'owning EASE');
    expectWithin('another owner of EASE after a kill', await takenOver, 15 * SECOND);
  });
});
