import { isDeepStrictEqual } from 'node:util';
import { BackfillService } from '../../../src/events/backfill.service';
import type { EventLog } from '../../../src/events/event-log';
import { measureFollower } from '../../../src/events/follower.store';
import { orderKeyOf, subjectOfCustomer } from '../../../src/events/log-event';
import { readHistory } from '../../../src/events/log-reader.store';
import { Outbox } from '../../../src/events/outbox.service';
import { newestPosition } from '../../../src/events/position.store';
import type { StoredEvent } from '../../../src/events/stored-event';
import { MergeService } from '../../../src/customers/merge.service';
import type { ProfileModels } from '../../../src/customers/profiles/profile';
import { ProfileMaintainer } from '../../../src/customers/profiles/profile-maintainer.service';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { PROFILES_LEASE } from '../../../src/models/customer-leases';
import { leaseHolder } from '../../../src/platform/lease';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { until } from '../../setup/until';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { eventLogOf } from '../../setup/event-log';

const CUSTOMERS = ['a', 'b', 'c', 'd', 'e'];
const SESSIONS = ['v', 'w'];
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const ROUNDS = 25;

describe('ProfileMaintainer', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let eventLog: EventLog;
  let maintainer: ProfileMaintainer;
  let running: Promise<void>;
  let models: ProfileModels | null | undefined = null;
  let modelReads = 0;
  /** Whether sweeps and outdated profiles have to wait. */
  let mustWait = false;
  let now = START + 100 * DAY;
  let sent = 0;
  const random = seededRandom(5);

  /** A segment for each number of orders. */
  const ORDER_COUNTS: ProfileModels = {
    versions: ['1'],
    currency: 'EUR',
    segmentOf: ({ orders }) => String(orders.length),
    predictValue: null,
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    eventLog = eventLogOf(pool, outbox);
    maintainer = new ProfileMaintainer({
      pool,
      pubSub,
      outbox,
      log,
      models: {
        refresh: () => Promise.resolve(),
        current: () => {
          modelReads++;
          return models;
        },
      },
      mustGiveWay: () => Promise.resolve(mustWait),
      now: () => now,
    });
    running = maintainer.run();
  });

  afterAll(async () => {
    maintainer.close();
    await running;
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const event = (more: Partial<StoredEvent> = {}): StoredEvent => ({
    source: 'STOREFRONT',
    id: `e${sent++}`,
    type: randomItem(['VIEW', 'PURCHASE', 'PURCHASE', 'RETURN'], random),
    // Few distinct times, so that purchases of one subject sometimes belong to one order.
    occurredAt: START + Math.floor(random() * 6) * DAY,
    ...(random() < 0.7 ? { customerId: randomItem(CUSTOMERS, random) } : { sessionId: randomItem(SESSIONS, random) }),
    productId: randomItem(['x', 'y', 'z'], random),
    quantity: 1,
    ...more,
  });

  /** Appends events in one batch: live ones, or imported ones. */
  const append = (events: readonly StoredEvent[], isImported = random() < 0.5): Promise<unknown> =>
    isImported
      ? new BackfillService(eventLog).append(events)
      : eventLog.commit(async (transaction) => {
          const arrival = { receivedAt: () => new Date(), backfill: false };
          return { change: { events: (await transaction.append(events, arrival)).inserted } };
        });

  /** The segments by a count of each customer's orders in the log. Customers without orders are left out. */
  const recounted = async () => {
    const counts = await Promise.all(
      CUSTOMERS.map(async (id) => {
        const { events } = await readHistory(pool, subjectOfCustomer(id), ['PURCHASE'], 10_000);
        return [id, String(new Set(events.map(orderKeyOf)).size)] as const;
      }),
    );
    return Object.fromEntries(counts.filter(([, count]) => count !== '0'));
  };
  const stored = async () => {
    const { rows } = await pool.query<{ id: string; segment: string }>(
      'SELECT customer_id AS id, segment_id AS segment FROM customer_profiles ORDER BY customer_id',
    );
    return Object.fromEntries(rows.map(({ id, segment }) => [id, segment]));
  };
  /** The segments that the logged changes add up to, without customers who have opted out. */
  const fromChanges = async () => {
    const { rows } = await pool.query<{ id: string; from: string | null; to: string | null }>(
      'SELECT customer_id AS id, from_segment AS from, to_segment AS to FROM profile_changes WHERE customer_id NOT IN (SELECT id FROM customers WHERE NOT profiling) ORDER BY position, customer_id',
    );
    const segments = new Map<string, string | null>();
    for (const { id, from, to } of rows) {
      expect(segments.get(id) ?? null).toBe(from);
      segments.set(id, to);
    }
    return Object.fromEntries([...segments].filter(([, segment]) => segment !== null).sort());
  };
  const becomes = async (expected: () => Promise<object>) => {
    await until(
      async () => ({ have: await stored(), want: await expected() }),
      ({ have, want }) => isDeepStrictEqual(have, want),
    );
  };
  /** Waits until the maintainer has processed the log. */
  const hasFollowed = async () => {
    const newest = await newestPosition(pool);
    await until(
      () => measureFollower(pool, PROFILES_LEASE),
      ({ position }) => position >= newest,
    );
  };
  const noneIsOutdated = async () => {
    await hasFollowed();
    await until(
      async () => (await pool.query('SELECT FROM outdated_profiles')).rowCount,
      (count) => count === 0,
    );
  };
  /** Waits until the maintainer uses the present `models`. */
  const hasReadModels = async () => {
    const before = modelReads;
    await until(
      () => modelReads,
      (count) => count > before,
    );
  };

  it('computes no profile while no version is active, and all profiles once one is', async () => {
    await append(Array.from({ length: 20 }, () => event()));
    await hasFollowed();
    expect(await stored()).toEqual({});
    models = ORDER_COUNTS;
    await becomes(recounted);
    expect(Object.keys(await stored()).length).toBeGreaterThan(2);
  });

  it('follows purchases, returns, late events and merges: profiles equal a recount, and changes add up to them', async () => {
    const merges = new MergeService(pool, outbox);
    let merged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await append(Array.from({ length: 3 }, () => event()));
      if (round % 3 === 0) {
        const from =
          random() < 0.5
            ? { fromCustomerId: randomItem(CUSTOMERS, random) }
            : { fromSessionId: randomItem(SESSIONS, random) };
        merged += Number(
          (await merges.merge({ ...from, intoCustomerId: randomItem(CUSTOMERS, random) })).errors.length === 0,
        );
      }
      await becomes(recounted);
    }
    expect(merged).toBeGreaterThan(3);
    expect(await fromChanges()).toEqual(await stored());
  });

  it('computes profiles after an import once, and meanwhile those of live purchases', async () => {
    await noneIsOutdated();
    const before = await stored();
    const changes = async () => {
      const { rows } = await pool.query<{ id: string; count: number }>(
        'SELECT customer_id AS id, count(*)::int AS count FROM profile_changes GROUP BY 1',
      );
      return new Map(rows.map(({ id, count }) => [id, count]));
    };
    const changesBefore = await changes();
    mustWait = true;
    const purchase = (customerId: string, day: number) =>
      event({ type: 'PURCHASE', customerId, sessionId: undefined, occurredAt: START + day * DAY });
    for (let day = 10; day < 13; day++)
      await append(
        ['a', 'b', 'c'].map((id) => purchase(id, day)),
        true,
      );
    await append([purchase('b', 13), purchase('d', 13)], false);
    await append([event({ type: 'VIEW', customerId: 'e', sessionId: undefined })], true);
    const counts = await recounted();
    const live = { ...before, b: counts.b, d: counts.d };
    await becomes(() => Promise.resolve(live));
    await hasFollowed();
    expect(await stored()).toEqual(live);
    const outdated = await pool.query('SELECT customer_id AS id FROM outdated_profiles ORDER BY 1');
    expect(outdated.rows).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    mustWait = false;
    await becomes(recounted);
    await noneIsOutdated();
    // One change for all imported batches, and one for the live one.
    const changesAfter = await changes();
    const added = CUSTOMERS.map((id) => (changesAfter.get(id) ?? 0) - (changesBefore.get(id) ?? 0));
    expect(added).toEqual([1, 2, 1, 1, 0]);
    expect(await fromChanges()).toEqual(await stored());
  });

  it('counts an order at once whose sender has a clock that is ahead', async () => {
    await append([event({ customerId: 'ahead', sessionId: undefined, type: 'PURCHASE', occurredAt: now + 60_000 })]);
    await becomes(async () => ({ ...(await recounted()), ahead: '1' }));
  });

  it('waits while an active version is not loaded: nothing is removed, and nothing is missed', async () => {
    const before = await stored();
    models = undefined;
    await hasReadModels();
    await append([event({ customerId: 'e', type: 'PURCHASE', sessionId: undefined, occurredAt: START + 9 * DAY })]);
    // It waits for a while, then releases the lease, so that another process can acquire it.
    const tokenBefore = (await leaseHolder(pool, PROFILES_LEASE))?.token ?? 0;
    await until(
      () => leaseHolder(pool, PROFILES_LEASE),
      (holder) => holder !== null && holder.token > tokenBefore,
    );
    expect(await stored()).toEqual(before);
    models = ORDER_COUNTS;
    await becomes(async () => ({ ...(await recounted()), ahead: '1' }));
    expect(await stored()).not.toEqual(before);
    expect(await fromChanges()).toEqual(await stored());
  });

  it('computes all profiles again with another version, and after a day', async () => {
    const before = await stored();
    const prefixed = (prefix: string) =>
      Object.fromEntries(Object.entries(before).map(([id, segment]) => [id, `${prefix}${segment}`]));
    models = { ...ORDER_COUNTS, versions: ['2'], segmentOf: ({ orders }) => `v2-${orders.length}` };
    await becomes(() => Promise.resolve(prefixed('v2-')));
    // Without an event, recency alone changes the segment.
    models = {
      ...models,
      segmentOf: ({ orders, asOf }) => `${asOf > START + 101 * DAY ? 'old' : 'v2'}-${orders.length}`,
    };
    now += 2 * DAY;
    await becomes(() => Promise.resolve(prefixed('old-')));
    expect(await fromChanges()).toEqual(await stored());
  });

  it('computes all profiles again when the same version is active again after a time without one', async () => {
    const active = models;
    models = null;
    await becomes(() => Promise.resolve({}));
    await append([event({ customerId: 'c', type: 'PURCHASE', sessionId: undefined, occurredAt: START - DAY })]);
    await hasFollowed();
    models = active;
    await becomes(async () => {
      const counts = Object.entries({ ...(await recounted()), ahead: '1' });
      return Object.fromEntries(counts.map(([id, count]) => [id, `old-${count}`]));
    });
  });

  it('skips a customer whose profile can not be computed, in the log and in a sweep, and computes all others', async () => {
    const before = await stored();
    models = {
      ...ORDER_COUNTS,
      versions: ['3'],
      segmentOf: ({ orders, netAmount }) => {
        if (netAmount === 666) throw new Error('no segment for this amount');
        return `v3-${orders.length}`;
      },
    };
    await append([
      event({
        customerId: 'broken',
        sessionId: undefined,
        type: 'PURCHASE',
        unitPrice: '666',
        currency: 'EUR',
      }),
      event({ customerId: 'd', sessionId: undefined, type: 'PURCHASE' }),
    ]);
    await becomes(async () => {
      const counts = Object.entries({ ...(await recounted()), ahead: '1' });
      return Object.fromEntries(counts.map(([id, count]) => [id, `v3-${count}`]));
    });
    expect(Object.keys(before)).not.toContain('broken');
    // The sweep ends.
    const cursor = async () =>
      (await pool.query<{ cursor: string | null }>('SELECT cursor FROM profile_sweep')).rows[0].cursor;
    await until(cursor, (at) => at === null);
    models = { ...models, versions: ['4'], segmentOf: ({ orders }) => `old-${orders.length}` };
    await becomes(async () => {
      const counts = Object.entries({ ...(await recounted()), ahead: '1', broken: '1' });
      return Object.fromEntries(counts.map(([id, count]) => [id, `old-${count}`]));
    });
  });

  it('removes the profile of a customer who has opted out, and makes none', async () => {
    await pool.query(`UPDATE customers SET profiling = false WHERE id = 'a'`);
    await append([event({ customerId: 'a', type: 'PURCHASE', sessionId: undefined })]);
    now += 2 * DAY;
    await becomes(async () => {
      const segments = await recounted();
      const kept = Object.entries({ ...segments, ahead: '1', broken: '1' }).filter(([id]) => id !== 'a');
      return Object.fromEntries(kept.map(([id, count]) => [id, `old-${count}`]).sort());
    });
    expect(await fromChanges()).toEqual(await stored());
    const { rows } = await pool.query<{ from: string | null; to: string | null; hours: number }>(
      `SELECT from_segment AS from, to_segment AS to, extract(epoch FROM expires_at - now())::float8 / 3600 AS hours
       FROM profile_changes WHERE customer_id = 'a' ORDER BY position`,
    );
    // Its earlier changes have lost their segments, and all of them are deleted soon.
    expect(rows.at(-1)).toMatchObject({ from: expect.stringMatching(/^old-/) as string, to: null });
    expect(rows.slice(0, -1).every(({ from, to }) => from === null && to === null)).toBe(true);
    expect(rows.every(({ hours }) => hours < 24)).toBe(true);
  });
});
