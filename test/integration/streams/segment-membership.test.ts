import { isDeepStrictEqual } from 'node:util';
import { CustomerService } from '../../../src/customers/customer.service';
import { MergeService } from '../../../src/customers/merge.service';
import type { ProfileModels } from '../../../src/customers/profiles/profile';
import { ProfileMaintainer } from '../../../src/customers/profiles/profile-maintainer.service';
import { ProfileValuesReadModel } from '../../../src/customers/profiles/profile-values.read-model';
import { NEW } from '../../../src/customers/segments/assign-segment';
import { ErasureService } from '../../../src/erasure/erasure.service';
import { BackfillService } from '../../../src/events/backfill.service';
import { orderKeyOf, subjectOfCustomer } from '../../../src/events/log-event';
import { readHistory } from '../../../src/events/log-reader.store';
import { Outbox } from '../../../src/events/outbox.service';
import { isNewActive } from '../../../src/events/segment-history.store';
import type { StoredEvent } from '../../../src/events/stored-event';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { AnalysisService } from '../../../src/streams/analysis.service';
import { rebuildRequested } from '../../../src/streams/change-streams';
import { replayStreams } from '../../../src/streams/replay-streams';
import type { StreamInput } from '../../../src/streams/stream-input.type';
import { StreamMaintainer } from '../../../src/streams/stream-maintainer.service';
import { StreamService } from '../../../src/streams/stream.service';
import { WindowsService } from '../../../src/streams/windows.service';
import { SHOP } from '../../../src/shop';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { storedWindows } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const CUSTOMERS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Is erased in the end. It is never merged, because an erasure also removes the people merged into the customer. */
const ERASED = 'z';
const SESSIONS = ['v', 'w'];
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const ROUNDS = 30;
const YEAR = { kind: 'TUMBLING', size: 'P1Y' } as const;
const MISSING = '-';

/** A segment for each number of orders. */
const ORDER_COUNTS: ProfileModels = {
  versions: ['1'],
  currency: 'EUR',
  segmentOf: ({ orders }) => String(orders.length),
  predictValue: null,
};

const BY_SEGMENT: StreamInput = {
  id: 'by-segment',
  keys: [{ name: 'segment', expression: `has(customer.segment) ? customer.segment : '${MISSING}'` }],
  window: YEAR,
  aggregates: [
    { name: 'events', kind: 'COUNT' },
    { name: 'buyersOfTwo', kind: 'COUNT', filter: "customer['segment'] == '2'" },
    { name: 'bought', kind: 'SUM', expression: 'event.quantity' },
  ],
};
/** Reveals the segments of customers. */
const BY_CUSTOMER: StreamInput = {
  id: 'by-customer',
  derive: [{ name: 'segment', expression: 'customer.segment' }],
  filter: "event.segment != 'x'",
  keys: [
    { name: 'customer', expression: 'event.customerId' },
    { name: 'segment', expression: 'event.segment' },
  ],
  window: YEAR,
  aggregates: [{ name: 'events', kind: 'COUNT' }],
};
const PAIRS: StreamInput = {
  id: 'pairs',
  from: ['VIEW'],
  join: {
    from: ['PURCHASE'],
    on: [{ event: 'event.customerId + customer.segment', other: "other.customerId + '1'" }],
    before: 'P31D',
    after: 'P31D',
  },
  keys: [{ name: 'segment', expression: 'customer.segment' }],
  window: YEAR,
  lateness: 'P31D',
  aggregates: [{ name: 'pairs', kind: 'COUNT' }],
};

describe('streams that read the segment of customers', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let backfill: BackfillService;
  let profiles: ProfileMaintainer;
  let running: Promise<void>;
  let maintainer: StreamMaintainer;
  let streams: StreamService;
  let windows: WindowsService;
  let analyses: AnalysisService;
  let erasures: ErasureService;
  let customers: CustomerService;
  let values: ProfileValuesReadModel;
  let models: ProfileModels | null = null;
  let sent = 0;
  const random = seededRandom(11);
  const optedOut = new Set<string>();
  /** The events of the log, each with the segment that other expressions had as the value just before it. */
  let logged: { event: StoredEvent; segment: string | undefined }[] = [];

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 6 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    const eventLog = eventLogOf(pool, outbox);
    backfill = new BackfillService(eventLog);
    profiles = new ProfileMaintainer({
      pool,
      pubSub,
      outbox,
      log,
      models: { refresh: () => Promise.resolve(), current: () => models },
    });
    running = profiles.run();
    maintainer = new StreamMaintainer(pool, pubSub, outbox, log);
    streams = new StreamService(pool, outbox);
    windows = new WindowsService(pool);
    analyses = new AnalysisService(pool);
    erasures = new ErasureService(eventLog, log, 0, SHOP);
    customers = new CustomerService(pool, null as never, outbox, null as never);
    values = new ProfileValuesReadModel({ pool, hasSegments: () => models !== null });
  });

  afterAll(async () => {
    profiles.close();
    await running;
    await maintainer.stop();
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const event = (customerId = randomItem([...CUSTOMERS, ERASED], random)): StoredEvent => ({
    source: 'STOREFRONT',
    id: `e${sent++}`,
    type: randomItem(['VIEW', 'VIEW', 'PURCHASE', 'RETURN'], random),
    occurredAt: START + Math.floor(random() * 6) * DAY,
    ...(random() < 0.85 ? { customerId } : { sessionId: randomItem(SESSIONS, random) }),
    productId: randomItem(['x', 'y', 'z'], random),
    quantity: 1 + Math.floor(random() * 3),
  });

  /** Appends events as one batch, and notes the segment of each customer at this moment. */
  const append = async (events: readonly StoredEvent[]) => {
    values.reload();
    for (const each of events) {
      const { customerId } = each;
      logged.push({ event: each, segment: customerId && (await values.find(customerId)).segment });
    }
    await backfill.append(events);
  };

  /** Waits until the profiles equal a recount of the log. */
  const profilesFollow = async () => {
    const recounted = async () => {
      const counts = await Promise.all(
        [...CUSTOMERS, ERASED].map(async (id) => {
          const { events } = await readHistory(pool, subjectOfCustomer(id), ['PURCHASE'], 10_000);
          return [id, String(new Set(events.map(orderKeyOf)).size)] as const;
        }),
      );
      const profiled = counts.filter(([id, count]) => count !== '0' && !optedOut.has(id));
      return Object.fromEntries(profiled);
    };
    const stored = async () => {
      const { rows } = await pool.query<{ id: string; segment: string }>(
        'SELECT customer_id AS id, segment_id AS segment FROM customer_profiles ORDER BY customer_id',
      );
      return Object.fromEntries(rows.map(({ id, segment }) => [id, segment]));
    };
    await until(
      async () => isDeepStrictEqual(await stored(), await recounted()),
      (isSame) => isSame,
    );
  };

  /** Waits until workers have filled all streams. */
  const isFilled = () =>
    until(
      async () => {
        await maintainer.runMaintenance();
        const { rows } = await pool.query<{ open: number }>(
          `SELECT count(*)::int AS open FROM streams s LEFT JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown
           WHERE s.rebuild OR v.state IS DISTINCT FROM 'LIVE'
             OR EXISTS (SELECT FROM stream_versions w WHERE w.stream = s.id AND w.state = 'FILLING')`,
        );
        return rows[0].open;
      },
      (open) => open === 0,
    );

  const create = async (input: StreamInput) => {
    expect((await streams.create(input)).errors).toEqual([]);
    await isFilled();
  };
  const eventsByKey = async (stream: string) => {
    const found = await windows.windows({
      stream,
      from: START - 400 * DAY,
      to: START + 800 * DAY,
      keys: null,
      size: null,
      slide: null,
    });
    return Object.fromEntries(found.map(({ key, events }) => [key, events]));
  };
  const countBy = (keyOf: (each: (typeof logged)[number]) => string | undefined) => {
    const counts: Record<string, number> = {};
    for (const each of logged) {
      const key = keyOf(each);
      if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  };
  const expectedBySegment = () => countBy(({ segment }) => segment ?? MISSING);
  const expectedByCustomer = () =>
    countBy(({ event: { customerId }, segment }) => segment && JSON.stringify([customerId, segment]));

  /** Live counting, filling, `replay`, `analyze` and other expressions all agree. */
  const allAgree = async () => {
    expect(await eventsByKey('by-segment')).toEqual(expectedBySegment());
    expect(await eventsByKey('by-customer')).toEqual(expectedByCustomer());
    expect(await replayStreams(pool)).toEqual([]);
    const { id: _id, window: _window, ...definition } = BY_SEGMENT;
    const input = { ...definition, from: new Date(START), to: new Date(START + 30 * DAY), types: [] };
    const rows = await analyses.analyze(input);
    expect(Object.fromEntries(rows.map(({ key, events }) => [key, events]))).toEqual(expectedBySegment());
  };
  const forget = (customerId: string) => {
    optedOut.add(customerId);
    logged = logged.map((each) => (each.event.customerId === customerId ? { ...each, segment: undefined } : each));
  };
  const optOut = async (id: string, profiling: boolean) => {
    expect((await customers.upsert([{ id, profiling }])).errors).toEqual([]);
    if (!profiling) return forget(id);
    optedOut.delete(id);
  };
  const versionsOf = async () => {
    const { rows } = await pool.query<{ id: string; shown: string }>('SELECT id, shown::text FROM streams ORDER BY id');
    return rows;
  };

  it('answer nothing before the first version of the segments is active', async () => {
    await create(BY_SEGMENT);
    await create(BY_CUSTOMER);
    await create(PAIRS);
    await append(Array.from({ length: 8 }, () => event()));
    expect(await eventsByKey('by-segment')).toEqual({ [MISSING]: 8 });
    expect(await isNewActive(pool)).toBe(false);
    models = ORDER_COUNTS;
    await until(
      () => isNewActive(pool),
      (active) => active,
    );
    await profilesFollow();
  });

  it('count each event for the segment of its customer at that moment, as other expressions do', async () => {
    const merges = new MergeService(pool, outbox);
    let merged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await append(Array.from({ length: 4 }, () => event()));
      if (round % 4 === 0) {
        const intoCustomerId = randomItem(CUSTOMERS, random);
        const from =
          random() < 0.7
            ? { fromCustomerId: randomItem(CUSTOMERS, random) }
            : { fromSessionId: randomItem(SESSIONS, random) };
        const { errors } = await merges.merge({ ...from, intoCustomerId });
        merged += Number(errors.length === 0);
      }
      await profilesFollow();
    }
    expect(merged).toBeGreaterThan(3);
    await isFilled();
    const counts = await eventsByKey('by-segment');
    expect(Object.keys(counts).length).toBeGreaterThan(4);
    expect(counts[NEW]).toBeGreaterThan(3);
    await allAgree();
  });

  it('hold the same bytes when they are filled from the log', async () => {
    for (const stream of [BY_SEGMENT, BY_CUSTOMER, PAIRS]) {
      await create({ ...stream, id: `${stream.id}-filled` });
      const live = await storedWindows(pool, stream.id);
      expect(live.length).toBeGreaterThan(0);
      expect(await storedWindows(pool, `${stream.id}-filled`)).toEqual(live);
      await streams.delete(`${stream.id}-filled`);
    }
    // The rows that are no change of the segment are not needed.
    await pool.query('DELETE FROM profile_changes WHERE expires_at IS NOT NULL');
    await allAgree();
  });

  it('are rebuilt when a customer opts out; windows that may reveal whose segment it was are hidden immediately', async () => {
    await optOut('a', false);
    await expect(eventsByKey('by-customer')).rejects.toMatchObject({ extensions: { code: 'NOT_READY' } });
    expect(Object.keys(await eventsByKey('by-segment')).length).toBeGreaterThan(4);
    await isFilled();
    await allAgree();
    const { rows } = await pool.query(`SELECT FROM stream_windows WHERE key LIKE '["a",%'`);
    expect(rows).toEqual([]);
    // A request that changes nothing fills nothing.
    const before = await versionsOf();
    await optOut('a', false);
    await isFilled();
    expect(await versionsOf()).toEqual(before);
  });

  it('are rebuilt again when a customer opts out during a backfill, after the backfill has ended', async () => {
    const { id: _id, ...definition } = BY_SEGMENT;
    expect((await streams.create({ ...definition, id: 'filling' })).errors).toEqual([]);
    const versions = async () => {
      const { rows } = await pool.query<{ version: string }>(
        `SELECT version::text FROM stream_versions WHERE stream = 'filling' AND state <> 'GONE'`,
      );
      return rows.map(({ version }) => Number(version));
    };
    const [first, ...others] = await versions();
    expect(others).toEqual([]);
    await optOut('b', false);
    await rebuildRequested(pool, outbox);
    expect(await versions()).toEqual([first]);
    await isFilled();
    expect(Math.min(...(await versions()))).toBeGreaterThan(first);
    expect(await storedWindows(pool, 'filling')).toEqual(await storedWindows(pool, 'by-segment'));
    await allAgree();
    await streams.delete('filling');
    await optOut('b', true);
  });

  it('read segments again after the customer has opted in again, and miss the time before', async () => {
    await append([event('a'), event('b')]);
    const before = await versionsOf();
    await optOut('a', true);
    // The profile is computed without a further purchase.
    await profilesFollow();
    await append([{ ...event('a'), customerId: 'a', sessionId: undefined }]);
    expect(logged.at(-1)!.segment).toMatch(/^\d+$/);
    await isFilled();
    expect(await versionsOf()).toEqual(before);
    await allAgree();
  });

  it('follow random opt-outs, merges with customers who have opted out, and purchases', async () => {
    const merges = new MergeService(pool, outbox);
    let inherited = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await append(Array.from({ length: 3 }, () => event()));
      if (round % 5 === 0) await optOut(randomItem(CUSTOMERS, random), random() < 0.5);
      if (round % 6 === 1) {
        const fromCustomerId = randomItem(optedOut.size > 0 ? [...optedOut] : CUSTOMERS, random);
        const intoCustomerId = randomItem(
          CUSTOMERS.filter((id) => id !== fromCustomerId),
          random,
        );
        await merges.merge({ fromCustomerId, intoCustomerId });
        if (optedOut.has(fromCustomerId) && !optedOut.has(intoCustomerId)) {
          inherited++;
          forget(intoCustomerId);
        }
      }
      await profilesFollow();
    }
    expect(inherited).toBeGreaterThan(0);
    await isFilled();
    await allAgree();
  });

  it('forget an erased customer', async () => {
    expect(logged.some(({ event: { customerId }, segment }) => customerId === ERASED && segment !== undefined)).toBe(
      true,
    );
    expect((await erasures.eraseCustomer(ERASED)).errors).toEqual([]);
    // Order lines stay, without a customer.
    logged = logged.flatMap((each) => {
      if (each.event.customerId !== ERASED) return [each];
      return each.event.type === 'VIEW' ? [] : [{ ...each, segment: undefined }];
    });
    await isFilled();
    await allAgree();
  });

  it('are exact while batches, changes of segments, merges and opt-outs run at the same time', async () => {
    const merges = new MergeService(pool, outbox);
    for (let round = 0; round < 6; round++) {
      const appended = Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 4; n++) await backfill.append(Array.from({ length: 3 }, () => event()));
      });
      const changed = async () => {
        for (let n = 0; n < 3; n++) {
          await customers.upsert([{ id: CUSTOMERS[round], profiling: n !== 1 }]);
          await merges.merge({
            fromSessionId: randomItem(SESSIONS, random),
            intoCustomerId: randomItem(CUSTOMERS, random),
          });
        }
      };
      await Promise.all([...appended, changed(), maintainer.runMaintenance()]);
      await isFilled();
      expect(await replayStreams(pool)).toEqual([]);
    }
    for (const stream of [BY_SEGMENT, BY_CUSTOMER, PAIRS]) {
      await create({ ...stream, id: `${stream.id}-anew` });
      const live = await storedWindows(pool, stream.id);
      expect(await storedWindows(pool, `${stream.id}-anew`)).toEqual(live);
      await streams.delete(`${stream.id}-anew`);
    }
  });

  it('answer nothing again after the last version has ended', async () => {
    models = null;
    await until(
      () => isNewActive(pool),
      (active) => !active,
    );
    await until(
      () => pool.query('SELECT FROM customer_profiles'),
      ({ rows }) => rows.length === 0,
    );
    const before = await eventsByKey('by-segment');
    await append(CUSTOMERS.map((id) => ({ ...event(), customerId: id, sessionId: undefined })));
    expect(logged.at(-1)!.segment).toBeUndefined();
    const missing = before[MISSING] + CUSTOMERS.length;
    expect(await eventsByKey('by-segment')).toEqual({ ...before, [MISSING]: missing });
    await isFilled();
    expect(await replayStreams(pool)).toEqual([]);
  });
});
