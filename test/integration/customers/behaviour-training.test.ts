import { SessionsReadModel } from '../../../src/customers/behaviour/sessions.read-model';
import { sessionFeaturesAt } from '../../../src/customers/behaviour/session-examples';
import { readSubjectEvents, readVisitors } from '../../../src/customers/behaviour/visitors.store';
import { sortEvents, type VisitorEvents } from '../../../src/customers/behaviour/visitor-sessions';
import { MergeService } from '../../../src/customers/merge.service';
import { catalogueProduct } from '../../../src/catalog/catalogue-product';
import { factsOf } from '../../../src/catalog/product-facts';
import type { ProductRecord } from '../../../src/catalog/product-record';
import type { EventLog } from '../../../src/events/event-log';
import { subjectOf } from '../../../src/events/log-event';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { isSessionEvent } from '../../../src/features/session-event';
import { SESSION_FEATURES } from '../../../src/features/session-features';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DAY = 86_400_000;
const CUSTOMERS = ['carl', 'dora', 'emil'];
const SUBJECTS = [...CUSTOMERS.map((id) => `c:${id}`), 's:shared', 's:other'];

let shop: TestNamespace;
let pool: Pool;
let pubSub: RedisPubSub;
let outbox: Outbox;
let log: EventLog;
let merges: MergeService;
let sent = 0;

beforeEach(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  const logger = createLog({ logLevel: 'error' });
  pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, logger);
  outbox = new Outbox(pool, pubSub, logger);
  log = eventLogOf(pool, outbox);
  merges = new MergeService(pool, outbox);
});

afterEach(async () => {
  await outbox.markPublished();
  await pubSub.close();
  await pool.end();
  await shop.drop();
});

/** Appends events as a worker does, in one transaction. @returns their log position */
async function append(events: readonly StoredEvent[], backfill = false): Promise<number> {
  const { position } = await log.commit(async (transaction) => {
    await transaction.append(events, { receivedAt: () => new Date(), backfill });
    return { change: { events } };
  });
  return position;
}

const view = (subject: string, occurredAt: number, more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'STOREFRONT',
  id: `e${sent++}`,
  type: 'VIEW',
  occurredAt,
  ...(subject.startsWith('c:') ? { customerId: subject.slice(2) } : { sessionId: subject.slice(2) }),
  productId: 'mug',
  quantity: 1,
  ...more,
});

async function readAll(): Promise<Map<string, VisitorEvents>> {
  const visitors = new Map<string, VisitorEvents>();
  await readVisitors(pool, {
    days: 90,
    maxEvents: 1e6,
    onVisitor: (visitor) => {
      expect(visitors.has(visitor.visitor)).toBe(false);
      visitors.set(visitor.visitor, visitor);
    },
  });
  return visitors;
}

const timesOf = (visitor: VisitorEvents | undefined) => visitor?.events.map(({ at }) => at);

describe('the visitors that BEHAVIOUR is fitted on', () => {
  it('have the events of a shared id in the ranges of the log that were merged into them', async () => {
    const now = Date.now();
    const at = (minute: number) => now + (minute - 60) * 60_000;
    for (const [index, customer] of CUSTOMERS.entries()) {
      await append([view('s:shared', at(10 * index)), view(`c:${customer}`, at(10 * index + 1))]);
      await merges.merge({ fromSessionId: 'shared', intoCustomerId: customer });
    }
    await append([view('s:shared', at(40))]);
    // An event that occurred before the merges, and was logged after them, belongs to none of the customers.
    await append([view('s:shared', at(5))]);
    const visitors = await readAll();
    for (const [index, customer] of CUSTOMERS.entries()) {
      const visitor = visitors.get(`c:${customer}`)!;
      expect(timesOf(visitor)).toEqual([at(10 * index), at(10 * index + 1)]);
      expect(visitor.merges).toMatchObject([{ from: 's:shared', into: `c:${customer}` }]);
    }
    expect(timesOf(visitors.get('s:shared'))).toEqual([at(5), at(40)]);
    // The opt-out of one of them leaves out its range only.
    await pool.query("UPDATE customers SET profiling = false WHERE id = 'dora'");
    const others = await readAll();
    expect([...others.keys()].sort()).toEqual(['c:carl', 'c:emil', 's:shared']);
    for (const [subject, visitor] of others) expect(visitor).toEqual(visitors.get(subject));
  });

  it('have the events that serving reads for the subject, after any merges', async () => {
    const random = seededRandom(5);
    const start = Date.now() - DAY / 2;
    let merged = 0;
    for (let round = 0; round < 40; round++) {
      await append(
        Array.from({ length: 4 }, () => view(randomItem(SUBJECTS, random), start + Math.floor((random() * DAY) / 2))),
        random() < 0.3,
      );
      const from =
        random() < 0.6
          ? { fromSessionId: randomItem(['shared', 'other'], random) }
          : { fromCustomerId: randomItem(CUSTOMERS, random) };
      const { errors } = await merges.merge({ ...from, intoCustomerId: randomItem(CUSTOMERS, random) });
      if (errors.length === 0) merged++;
      if (round % 5 !== 4) continue;
      const visitors = await readAll();
      for (const subject of SUBJECTS) {
        const served = await readSubjectEvents(pool, subject, start);
        expect([subject, timesOf(visitors.get(subject)) ?? []]).toEqual([subject, served.events.map(({ at }) => at)]);
      }
    }
    expect(merged).toBeGreaterThan(20);
  });
});

describe('the features of a running session', () => {
  const money = ['0', '0.00', '5', '5.00', '7.5', null];
  const products: ProductRecord[] = money.flatMap((price, a) =>
    money.map((listPrice, b) => ({
      id: `p${a}-${b}`,
      title: 'x',
      description: null,
      url: null,
      imageUrls: [],
      price,
      listPrice,
      currency: (a + b) % 5 === 4 ? null : 'EUR',
      brand: null,
      categories: a === 0 ? [] : ['all', `category ${b}`],
      groupId: null,
      language: null,
      availability: 'IN_STOCK',
      stock: null,
      rating: null,
      attributes: {},
      publishedAt: null,
      updatedAt: new Date(0).toISOString(),
      offerUpdatedAt: new Date(0).toISOString(),
    })),
  );
  const catalogue = new Map(products.map((record) => [record.id, catalogueProduct(record)]));

  it('are the same when followed, when read from the log, and in training', async () => {
    await pool.query(
      'INSERT INTO product_versions (id, position, facts) SELECT id, 0, facts FROM unnest($1::text[], $2::jsonb[]) AS v (id, facts)',
      [products.map(({ id }) => id), products.map((record) => JSON.stringify(factsOf(record)))],
    );
    const random = seededRandom(9);
    const start = Date.now() - 25 * 60_000;
    const types = ['VIEW', 'VIEW', 'CLICK', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'SEARCH', 'IMPRESSION', 'LIKE'] as const;
    const requestIds = ['r1', 'r2', 'x'.repeat(200), `${'x'.repeat(199)}y`, undefined];
    const event = (): StoredEvent => {
      const type = random() < 0.1 ? 'PURCHASE' : randomItem(types, random);
      const order = `order-${Math.floor(5 * random())}:${sent}`;
      return view(randomItem(SUBJECTS, random), start + Math.floor(random() * 24 * 60_000), {
        type,
        ...(type === 'PURCHASE' ? { source: 'ORDERS', id: order } : {}),
        // Some orders are older than the session.
        ...(type === 'PURCHASE' && random() < 0.5 ? { occurredAt: start - Math.floor(random() * 100 * DAY) } : {}),
        productId: randomItem(products, random).id,
        quantity: 1 + Math.floor(4 * random()),
        requestId: randomItem(requestIds, random),
        ...(type === 'SEARCH'
          ? {
              source: randomItem(['SEARCH', 'STOREFRONT'] as const, random),
              query: 'mug',
              properties: {
                sort: randomItem(['PRICE_ASC', 'DISCOUNT', 'NEWEST', null, 0], random),
                total: randomItem([0, 3, '0', '', null, 0.5], random),
              },
            }
          : {}),
      });
    };
    const following = new SessionsReadModel(pool, catalogue, 100);
    for (const subject of SUBJECTS) await following.get(subject);
    for (let round = 0; round < 60; round++) {
      const events = [event(), event(), event()];
      following.apply({ events }, await append(events));
      expect(events.every((each) => isSessionEvent(each) && subjectOf(each) !== undefined)).toBe(true);
    }
    const loaded = new SessionsReadModel(pool, catalogue, 100);
    const visitors = await readAll();
    const now = Date.now();
    const rows = new Set<string>();
    for (const subject of SUBJECTS) {
      const expected = new Float64Array(SESSION_FEATURES.length);
      const visitor = visitors.get(subject)!;
      const newest = sortEvents(visitor.events).at(-1)!;
      expect(sessionFeaturesAt(visitor, { at: now, event: newest }, expected)).toBe(true);
      for (const model of [following, loaded]) {
        const features = new Float64Array(SESSION_FEATURES.length);
        expect((await model.get(subject)).fill(now, features)).toBe(true);
        SESSION_FEATURES.forEach(({ name }, index) => {
          expect([subject, name, features[index]]).toEqual([subject, name, expected[index]]);
        });
      }
      rows.add(expected.join());
    }
    expect(rows.size).toBe(SUBJECTS.length);
  });
});
