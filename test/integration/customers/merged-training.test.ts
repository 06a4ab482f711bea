import { BackfillService } from '../../../src/events/backfill.service';
import { EVENT_TYPES, orderIdOf, subjectOf, type LogEvent } from '../../../src/events/log-event';
import { readEventsByTime } from '../../../src/events/customer-sample.store';
import { readHistory } from '../../../src/events/log-reader.store';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { MergeService } from '../../../src/customers/merge.service';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { SIGNAL_EVENT_TYPES } from '../../../src/live-state/signals';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { eventLogOf } from '../../setup/event-log';

const CUSTOMERS = ['a', 'b', 'c', 'd'];
const SESSIONS = ['v', 'w'];
const SUBJECTS = [...CUSTOMERS.map((id) => `c:${id}`), ...SESSIONS.map((id) => `s:${id}`)];
const ROUNDS = 40;
const PER_ROUND = 5;

describe('the training data of the blend', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  const random = seededRandom(11);
  let sent = 0;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const event = (): StoredEvent => ({
    source: 'STOREFRONT',
    id: `e${sent++}`,
    type: randomItem(['VIEW', 'PURCHASE'], random),
    occurredAt: Date.UTC(2026, 0, 1) + Math.floor(random() * 1e9),
    ...(random() < 0.6 ? { customerId: randomItem(CUSTOMERS, random) } : { sessionId: randomItem(SESSIONS, random) }),
    productId: randomItem(['x', 'y', 'z'], random),
    quantity: 1,
  });

  /** The histories of all customers, as training and as serving have them. */
  const histories = async () => {
    const events: LogEvent[] = [];
    const { position } = await readEventsByTime(pool, SIGNAL_EVENT_TYPES, 1_000, (event) => events.push(event));
    const trained = SUBJECTS.map((subject) => events.filter((each) => subjectOf(each) === subject));
    const served = await Promise.all(SUBJECTS.map((subject) => readHistory(pool, subject, EVENT_TYPES, 1_000)));
    return {
      total: events.length,
      trained: trained.map((of) => of.map(({ id }) => id).sort()),
      served: served.map((slice) => slice.events.map(({ id }) => id).sort()),
      positions: new Set([position, ...served.map((slice) => slice.position)]),
    };
  };

  it('assigns every event to its current owner: the histories that are served', async () => {
    const backfill = new BackfillService(eventLogOf(pool, outbox));
    const merges = new MergeService(pool, outbox);
    let merged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await backfill.append(Array.from({ length: PER_ROUND }, event));
      const from =
        random() < 0.5
          ? { fromCustomerId: randomItem(CUSTOMERS, random) }
          : { fromSessionId: randomItem(SESSIONS, random) };
      const { errors } = await merges.merge({ ...from, intoCustomerId: randomItem(CUSTOMERS, random) });
      if (errors.length === 0) merged++;
      const { total, trained, served, positions } = await histories();
      expect(positions.size).toBe(1);
      expect(total).toBe(sent);
      expect(trained).toEqual(served);
    }
    expect(merged).toBeGreaterThan(ROUNDS / 2);
  });

  it('of a shop with too many events is a sample of its customers and anonymous orders, each as a whole', async () => {
    const backfill = new BackfillService(eventLogOf(pool, outbox));
    const many = Array.from({ length: 40 }, (_, n) => n);
    const named = many.flatMap((n) =>
      [event(), event()].map((each) => ({ ...each, sessionId: undefined, customerId: `other-${n}` })),
    );
    const anonymous = many.flatMap((n) =>
      ['1', '2', '2#2'].map((line): StoredEvent => {
        sent++;
        const type = line === '2#2' ? 'RETURN' : 'PURCHASE';
        return {
          ...event(),
          source: 'ORDERS',
          id: `order-${n}:${line}`,
          type,
          customerId: undefined,
          sessionId: undefined,
        };
      }),
    );
    sent -= anonymous.length; // `event` has counted them as well
    await backfill.append([...named, ...anonymous]);
    const all: LogEvent[] = [];
    const whole = await readEventsByTime(pool, SIGNAL_EVENT_TYPES, 1_000, (each) => all.push(each));
    expect(all).toHaveLength(sent);
    expect([whole.weight, whole.firstSeen.size]).toEqual([1, 0]);
    const partOf = (each: LogEvent) => subjectOf(each) ?? orderIdOf(each.id);
    let before = new Set(all.map(partOf));
    let previousWeight = 1;
    for (const limit of [Math.ceil(sent / 1.5), Math.ceil(sent / 3)]) {
      const read: LogEvent[] = [];
      const sample = await readEventsByTime(pool, SIGNAL_EVENT_TYPES, limit, (each) => read.push(each));
      expect(sample.weight).toBeGreaterThan(previousWeight);
      for (const product of ['x', 'y', 'z'])
        expect(sample.firstSeen.get(product)).toBe(all.find(({ productId }) => productId === product)?.occurredAt);
      const sampled = new Set(read.map(partOf));
      for (const kind of ['order-', 'c:other-'])
        expect([...sampled].filter((part) => part.startsWith(kind)).length).toBeGreaterThan(0);
      expect(sampled.size).toBeLessThan(before.size);
      expect([...sampled].filter((part) => !before.has(part))).toEqual([]);
      // No merged customer is large enough for twice the limit, so nothing is left out.
      expect(read).toEqual(all.filter((each) => sampled.has(partOf(each))));
      before = sampled;
      previousWeight = sample.weight;
    }
  });

  it('leaves out quarantined entries: an event, and a merge', async () => {
    await pool.query("UPDATE events SET set_aside = 1 WHERE id = 'e0'");
    const before = await histories();
    expect(before.total).toBe(sent - 1);
    expect(before.trained).toEqual(before.served);
    const { rowCount } = await pool.query('UPDATE merges SET set_aside = 1 WHERE position % 2 = 0');
    expect(rowCount).toBeGreaterThan(5);
    const after = await histories();
    expect(after.trained).not.toEqual(before.trained);
    expect(after.trained).toEqual(after.served);
  });
});
