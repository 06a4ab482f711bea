import { isDeepStrictEqual } from 'node:util';
import type { ProductsReadModel } from '../../../src/catalog/products.read-model';
import { AudienceMaintainer } from '../../../src/customers/audiences/audience-maintainer.service';
import { AudienceService } from '../../../src/customers/audiences/audience.service';
import { CustomerService } from '../../../src/customers/customer.service';
import { MergeService } from '../../../src/customers/merge.service';
import type { ProfileModels } from '../../../src/customers/profiles/profile';
import { ProfileMaintainer } from '../../../src/customers/profiles/profile-maintainer.service';
import { ErasureService } from '../../../src/erasure/erasure.service';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { connectPrisma, type PrismaClient } from '../../../src/platform/prisma';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP } from '../../../src/shop';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const ROUNDS = 60;
const PATIENCE_MS = 60_000;

/** What the test itself knows of a customer. It is read without the code that is tested. */
interface Facts {
  readonly id: string;
  readonly tier: unknown;
  readonly visits: unknown;
  /** `NEW` without a profile; null for a customer who has opted out. */
  readonly segment: string | null;
  readonly churn: number | null;
}

/** Conditions, each with a function that decides the same. */
const CONDITIONS: Readonly<Record<string, readonly [string, (facts: Facts) => boolean]>> = {
  gold: ["customer.attributes.tier == 'gold'", ({ tier }) => tier === 'gold'],
  visitors: ['customer.attributes.visits > 2.0', ({ visits }) => typeof visits === 'number' && visits > 2],
  new: ["customer.segment == 'NEW'", ({ segment }) => segment === 'NEW'],
  repeat: ["customer.segment in ['2', '3', '4']", ({ segment }) => ['2', '3', '4'].includes(segment ?? '')],
  churning: [
    "customer.churnProbability > 0.5 || customer.attributes.tier == 'gold'",
    ({ churn, tier }) => (churn !== null && churn > 0.5) || tier === 'gold',
  ],
  known: ["customer.segment != 'NEW'", ({ segment }) => segment !== null && segment !== 'NEW'],
};

describe('AudienceMaintainer', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let prisma: PrismaClient;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let backfill: BackfillService;
  let customers: CustomerService;
  let audiences: AudienceService;
  let erasure: ErasureService;
  let profiles: ProfileMaintainer;
  let maintainer: AudienceMaintainer;
  let running: Promise<void>[];
  let models: ProfileModels | null = null;
  let sent = 0;
  let oldest = 0;
  const definitions: Record<string, string> = {};
  const log = createLog({ logLevel: 'error' });
  const random = seededRandom(8);
  /** Erased customers are replaced by new ones. */
  const customer = () => `c${oldest + Math.floor(random() * 8)}`;

  /** A segment for each number of orders, and a churn probability that falls with it. */
  const ORDER_COUNTS: ProfileModels = {
    versions: ['1'],
    currency: 'EUR',
    segmentOf: ({ orders }) => String(orders.length),
    predictValue: ({ orders }) => ({
      expectedAmount: 1,
      low: 0,
      high: 2,
      purchaseProbability: 0.5,
      churnProbability: 1 / orders.length,
    }),
  };
  const startMaintainer = () => {
    maintainer = new AudienceMaintainer({ pool, pubSub, log });
    return maintainer.run();
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
    prisma = connectPrisma(pool, shop.namespace);
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    const eventLog = eventLogOf(pool, outbox);
    backfill = new BackfillService(eventLog);
    customers = new CustomerService(pool, prisma, outbox, { get: () => undefined } as unknown as ProductsReadModel);
    audiences = new AudienceService(pool, pubSub, log);
    erasure = new ErasureService(eventLog, log, 0, SHOP);
    profiles = new ProfileMaintainer({
      pool,
      pubSub,
      outbox,
      log,
      models: { refresh: () => Promise.resolve(), current: () => models },
      now: () => START + 100 * DAY,
    });
    running = [profiles.run(), startMaintainer()];
  });

  afterAll(async () => {
    profiles.close();
    maintainer.close();
    await Promise.all(running);
    await outbox.markPublished();
    await prisma.$disconnect();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const event = (customerId: string, type: StoredEvent['type']): StoredEvent => ({
    source: 'STOREFRONT',
    id: `e${sent++}`,
    type,
    occurredAt: START + Math.floor(random() * 50) * DAY,
    customerId,
    productId: randomItem(['x', 'y', 'z'], random),
    quantity: 1,
  });
  const define = async (id: string, condition: string) => {
    expect(await audiences.upsert({ id, name: id, condition: CONDITIONS[condition][0] })).toMatchObject({
      userErrors: [],
    });
    definitions[id] = condition;
  };

  /** Counts the customers of each audience from the tables, with the conditions as functions. */
  const recount = async (): Promise<Record<string, string[]>> => {
    const { rows } = await pool.query<{
      id: string;
      attributes: { tier?: unknown; visits?: unknown };
      profiling: boolean;
      segment: string | null;
      churn: number | null;
      profiled: boolean;
    }>(
      `SELECT id, attributes, profiling, segment_id AS segment, churn_probability AS churn, customer_id IS NOT NULL AS profiled
       FROM customers LEFT JOIN customer_profiles ON customer_id = id ORDER BY id COLLATE "C"`,
    );
    const { rows: merges } = await pool.query<{ from: string; into: string; position: string }>(
      'SELECT from_subject AS from, into_subject AS into, position FROM merges WHERE set_aside IS NULL',
    );
    const { rows: events } = await pool.query<{ subject: string; position: string }>(
      'SELECT subject, position FROM events JOIN log_batches USING (batch)',
    );
    /** Whether the last thing that happened to the customer was a merge into another one. */
    const isMerged = (id: string) => {
      const subject = `c:${id}`;
      const last = (positions: readonly { position: string }[]) =>
        Math.max(0, ...positions.map(({ position }) => Number(position)));
      const away = last(merges.filter(({ from }) => from === subject));
      const alive = last([
        ...merges.filter(({ into }) => into === subject),
        ...events.filter((e) => e.subject === subject),
      ]);
      return away > alive;
    };
    const facts = rows
      .filter(({ id }) => !isMerged(id))
      .map(({ id, attributes, profiling, segment, churn, profiled }): Facts => ({
        id,
        tier: attributes.tier,
        visits: attributes.visits,
        segment: profiled ? segment : profiling && models !== null ? 'NEW' : null,
        churn,
      }));
    return Object.fromEntries(
      Object.entries(definitions).map(([id, condition]) => [
        id,
        facts.filter(CONDITIONS[condition][1]).map((f) => f.id),
      ]),
    );
  };
  const stored = async () => {
    const list = await audiences.list();
    return Promise.all(
      list.map(async (audience) => ({
        id: audience.id,
        size: audience.size,
        progress: audience.progress,
        members: await audiences.memberIds(audience, '', 1_000),
      })),
    );
  };
  const expected = async () =>
    Object.entries(await recount())
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, members]) => ({ id, size: members.length, progress: 1, members }));
  /** Waits until the stored audiences equal the recount. @returns them */
  const becomesRecounted = async () => {
    const end = Date.now() + PATIENCE_MS;
    let [have, want] = [await stored(), await expected()];
    while (!isDeepStrictEqual(have, want) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      [have, want] = [await stored(), await expected()];
    }
    expect(have).toEqual(want);
    return have;
  };

  it('examines the customers that were stored before an audience was created', async () => {
    await backfill.append(Array.from({ length: 12 }, () => event(customer(), 'PURCHASE')));
    await customers.upsert([{ id: 'c1', attributes: { tier: 'gold' } }]);
    for (const [id, condition] of Object.entries({ a: 'gold', b: 'new', c: 'repeat' })) await define(id, condition);
    await becomesRecounted();
    expect((await audiences.find('a'))?.size).toBe(1);
    expect((await audiences.find('b'))?.size).toBe(0);
  });

  it('examines all customers again when a version of the segments becomes active', async () => {
    await customers.upsert([{ id: 'c7', attributes: {} }]);
    models = ORDER_COUNTS;
    // Sizes that are read later may be null: profiles change one after the other, and a new version restarts the count.
    const sizes = new Map((await becomesRecounted()).map(({ id, size }) => [id, size]));
    expect(sizes.get('b')! + sizes.get('c')!).toBeGreaterThan(0);
  });

  it('has the members of a recount after each of many random changes', async () => {
    const merges = new MergeService(pool, outbox);
    const reached = { merged: 0, revived: 0, erased: 0, optedOut: 0, sizes: new Set<string>() };
    const steps: (() => Promise<unknown>)[] = [
      () =>
        backfill.append(
          Array.from({ length: 3 }, () => event(customer(), randomItem(['PURCHASE', 'VIEW', 'RETURN'], random))),
        ),
      () => backfill.append([event(customer(), 'VIEW')]),
      () => {
        const attributes = randomItem(
          [{ tier: 'gold' }, { tier: 'silver', visits: 3 }, { visits: 'many' }, {}],
          random,
        );
        return customers.upsert([{ id: customer(), attributes }]);
      },
      () => {
        const profiling = random() < 0.5;
        reached.optedOut += Number(!profiling);
        return customers.upsert([{ id: customer(), profiling }]);
      },
      async () => {
        const [from, into] = [customer(), customer()];
        if (from === into) return;
        await merges.merge({ fromCustomerId: from, intoCustomerId: into });
        reached.merged++;
        if (random() > 0.5) return;
        await becomesRecounted();
        await backfill.append([event(from, 'VIEW')]);
        reached.revived++;
      },
      async () => {
        expect((await erasure.eraseCustomer(`c${oldest}`)).errors).toEqual([]);
        oldest++;
        reached.erased++;
      },
      () => define(randomItem(['a', 'b', 'c', 'd'], random), randomItem(Object.keys(CONDITIONS), random)),
    ];
    for (let round = 0; round < ROUNDS; round++) {
      // Several steps at the same time, so that they overlap with the examination of earlier ones.
      await Promise.all(Array.from({ length: 1 + (round % 3) }, () => randomItem(steps, random)()));
      await becomesRecounted();
      for (const { id, size } of await stored()) reached.sizes.add(`${id} ${size}`);
    }
    expect(Math.min(reached.merged, reached.revived, reached.erased, reached.optedOut)).toBeGreaterThan(1);
    expect(reached.sizes.size).toBeGreaterThan(12);
  });

  it('removes what is left of changed and deleted audiences, and of changes without any audience', async () => {
    await define('a', 'known');
    await becomesRecounted();
    await audiences.delete('b');
    delete definitions.b;
    await becomesRecounted();
    const formerMembers = async () => {
      const { rows } = await pool.query<{ members: number }>(
        'SELECT count(*)::int AS members FROM audience_members WHERE definition NOT IN (SELECT definition FROM audiences)',
      );
      return rows[0].members;
    };
    const waiting = async () => (await pool.query('SELECT FROM audience_changes')).rowCount;
    // Profiles are still being refreshed, and each of them marks its customer again for a moment.
    const left = async () => [await formerMembers(), await waiting()];
    const end = Date.now() + PATIENCE_MS;
    let found = await left();
    while (!isDeepStrictEqual(found, [0, 0]) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = await left();
    }
    expect(found).toEqual([0, 0]);
  });

  it('continues after a restart with what has changed meanwhile', async () => {
    maintainer.close();
    await running[1];
    await define('a', 'gold');
    await customers.upsert([{ id: customer(), attributes: { tier: 'gold' } }]);
    await backfill.append(Array.from({ length: 5 }, () => event(customer(), 'PURCHASE')));
    expect(await audiences.find('a')).toMatchObject({ size: null, progress: 0 });
    running[1] = startMaintainer();
    await becomesRecounted();
  });

  it('has no members after all audiences and models are deleted', async () => {
    models = null;
    await becomesRecounted();
    for (const id of Object.keys(definitions)) {
      await audiences.delete(id);
      delete definitions[id];
    }
    await becomesRecounted();
  });
});
