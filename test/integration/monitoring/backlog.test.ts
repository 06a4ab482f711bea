import { randomUUID } from 'node:crypto';
import { ProfileMaintainer } from '../../../src/customers/profiles/profile-maintainer.service';
import type { ProfileModels } from '../../../src/customers/profiles/profile';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import { newestPosition } from '../../../src/events/position.store';
import { isNewActive } from '../../../src/events/segment-history.store';
import { measureBacklog, type BacklogParts } from '../../../src/monitoring/backlog.store';
import { SHOP } from '../../../src/shop';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { caughtUp } from '../../setup/caught-up';
import { eventLogOf } from '../../setup/event-log';
import { event, IngestShop } from '../../setup/ingest-shop';
import { MERGE, RECORD } from '../../setup/operations';
import { ADMIN_KEY, startApi, startWorker } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { CREATE_STREAM } from '../../setup/stream-operations';
import { SALES } from '../../setup/stream-shop';
import { until } from '../../setup/until';

const CREATE_AUDIENCE = `mutation($input: UpsertAudienceInput!) {
  upsertAudience(input: $input) { userErrors { code } } }`;
const UPSERT_CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) { accepted } }`;

/** Returns the parts that have something left. */
async function left(pool: Pool): Promise<Partial<BacklogParts>> {
  const { parts } = await measureBacklog(pool, SHOP);
  return Object.fromEntries(Object.entries(parts).filter(([, count]) => count !== 0));
}

describe('the backlog of a shop without a worker', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    api = await startApi(shop);
  });

  afterAll(async () => {
    expect(await api.stop()).toBe(0);
    await pool.end();
    await shop.drop();
  });

  const metric = async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const text = await (await fetch(`http://127.0.0.1:${api.port}/metrics`, { headers })).text();
    const lines = [...text.matchAll(/^freshet_backlog\{part="(\w+)"\} (\d+)$/gm)];
    return Object.fromEntries(lines.map(([, part, count]) => [part, Number(count)]));
  };

  it('has every accepted kind of work, and nothing after a worker has done it', async () => {
    expect(await left(pool)).toEqual({});
    await api.client.data(UPSERT_CUSTOMERS, { customers: ['anna', 'otto'].map((id) => ({ id })) });
    await api.client.data(RECORD, { events: [{ type: 'VIEW', productId: 'p', sessionId: 'visit' }] });
    await api.client.data(MERGE, { input: { fromSessionId: 'visit', intoCustomerId: 'anna' } });
    await api.client.data(CREATE_STREAM, { stream: SALES });
    await api.client.data(CREATE_AUDIENCE, {
      input: { id: 'gold', name: 'Gold', condition: 'customer.attributes.tier == "gold"' },
    });
    await pool.query(
      `INSERT INTO shipments (id, order_id, started_at, awaits_order, due_at)
       VALUES ('parcel', 'order', now(), true, now() - interval '1 hour')`,
    );
    const newest = await newestPosition(pool);
    expect(newest).toBeGreaterThan(0);
    const backlog = await left(pool);
    expect(backlog).toEqual({
      ...{ inbox: 1, merges: 1, streams: 1, deliveredOrders: 1, dueParcels: 1 },
      ...{
        learner: newest,
        profiles: newest,
        audiences: newest,
        searchCounts: newest,
        attribution: newest,
        adBilling: newest,
      },
      audienceCustomers: backlog.audienceCustomers,
    });
    // Both customers are marked as changed, and an examination of all of them has not begun.
    expect(backlog.audienceCustomers).toBe(3);
    expect(await metric()).toEqual({ ...backlog, outdatedProfiles: 0, outdatedVisitors: 0, profileSweep: 0 });

    const worker = startWorker(shop);
    await caughtUp(pool);
    expect(await worker.stop()).toBe(0);
    const figures = `SELECT (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM merges) AS merges,
      (SELECT state FROM stream_versions) AS stream, (SELECT awaits_order FROM shipments) AS awaits,
      (SELECT examined::int FROM audiences) AS examined`;
    const { rows } = await pool.query(figures);
    expect(rows).toEqual([{ events: 1, merges: 1, stream: 'LIVE', awaits: false, examined: 2 }]);
    // The worker has stored its positions, so the shop has caught up without it, too.
    expect(await left(pool)).toEqual({});
    expect(Object.values(await metric()).every((count) => count === 0)).toBe(true);

    // Positions without events count, too: a follower may not have read them.
    await api.client.data(UPSERT_CUSTOMERS, { customers: [{ id: 'nora' }] });
    const more = (await newestPosition(pool)) - newest;
    expect(more).toBeGreaterThan(0);
    const after = await left(pool);
    expect(Object.keys(after).sort()).toEqual([
      'adBilling',
      'attribution',
      'audienceCustomers',
      'audiences',
      'learner',
      'profiles',
      'searchCounts',
    ]);
    expect(after).toMatchObject({ learner: 1, searchCounts: 1, profiles: 1, audiences: 1, attribution: 1 });
  });
});

describe('the backlog of streams', () => {
  let shop: IngestShop;

  beforeAll(async () => {
    shop = await IngestShop.open();
    await shop.pool.query(
      `INSERT INTO streams (id, spec, from_position, shown) SELECT stream, spec, 0, version FROM stream_versions`,
    );
  });
  afterAll(() => shop.close());

  const streams = async () => (await measureBacklog(shop.pool, SHOP)).parts.streams;
  const ingest = async () => {
    await shop.together(await shop.accept([[event('anna')]]));
    expect((await measureBacklog(shop.pool, SHOP)).parts.inbox).toBe(0);
  };

  it('is a stream with batches that are not in its windows, or whose rebuild is requested', async () => {
    expect(await streams()).toBe(0);
    await ingest();
    expect(await streams()).toBe(1);
    await shop.fold();
    expect(await streams()).toBe(0);
    await shop.pool.query('UPDATE streams SET rebuild = true');
    expect(await streams()).toBe(1);
    await shop.pool.query('UPDATE streams SET rebuild = false');
  });

  it('is no stream that has failed, because its batches are never merged', async () => {
    await ingest();
    expect(await streams()).toBe(1);
    await shop.pool.query(`UPDATE stream_versions SET state = 'FAILED'`);
    expect(await streams()).toBe(0);
  });
});

describe('the backlog of profiles', () => {
  const VERSION = randomUUID();
  const MODELS: ProfileModels = {
    versions: [VERSION],
    currency: 'EUR',
    segmentOf: ({ orders }) => String(orders.length),
    predictValue: null,
  };
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let mustGiveWay = false;
  let models: ProfileModels | null = MODELS;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, createLog({ logLevel: 'error' }));
    outbox = new Outbox(pool, pubSub, createLog({ logLevel: 'error' }));
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Updates profiles, as a worker does, until `work` has ended. */
  const maintaining = async (work: () => Promise<void>) => {
    const maintainer = new ProfileMaintainer({
      ...{ pool, pubSub, outbox, log: createLog({ logLevel: 'error' }) },
      models: { refresh: () => Promise.resolve(), current: () => models },
      mustGiveWay: () => Promise.resolve(mustGiveWay),
    });
    const running = maintainer.run();
    await work();
    maintainer.close();
    await running;
  };
  /** Waits until nothing is left, also of the position at which it is stored whether customers without orders are NEW. */
  const done = async () => {
    const parts = ['profiles', 'outdatedProfiles', 'profileSweep'] as const;
    await caughtUp(pool, parts);
    const wanted = models !== null;
    await until(
      () => isNewActive(pool),
      (active) => active === wanted,
    );
    await caughtUp(pool, parts);
  };
  const profilesLeft = async () => {
    const { profiles, outdatedProfiles, profileSweep } = (await measureBacklog(pool, SHOP)).parts;
    return { profiles, outdatedProfiles, profileSweep };
  };
  const importPurchases = async (customerIds: readonly string[]) => {
    const purchases = customerIds.map((customerId) => event(customerId, { type: 'PURCHASE' }));
    await new BackfillService(eventLogOf(pool, outbox)).append(purchases);
  };

  it('is the computation of all profiles from the moment at which a version is active', async () => {
    await importPurchases(['anna', 'otto']);
    await pool.query(
      `WITH version AS (INSERT INTO artefacts (id, kind, position, token, size, checksum) VALUES ($1, 'segments', 0, 1, 0, '') RETURNING id)
       INSERT INTO active_models (kind, artefact_id) SELECT 'segments', id FROM version`,
      [VERSION],
    );
    expect(await profilesLeft()).toEqual({ profiles: 1, outdatedProfiles: 0, profileSweep: 1 });
    await maintaining(done);
    const { rows } = await pool.query('SELECT customer_id AS id FROM customer_profiles ORDER BY 1');
    expect(rows).toEqual([{ id: 'anna' }, { id: 'otto' }]);
  });

  it('is the positions that were not read, and then the customers of imported purchases', async () => {
    mustGiveWay = true; // These customers wait for it.
    await importPurchases(['otto', 'nora', 'maja']);
    expect(await profilesLeft()).toEqual({ profiles: 1, outdatedProfiles: 0, profileSweep: 0 });
    await maintaining(async () => {
      await caughtUp(pool, ['profiles']);
      expect(await profilesLeft()).toEqual({ profiles: 0, outdatedProfiles: 3, profileSweep: 0 });
      mustGiveWay = false;
      await done();
    });
    const { rows } = await pool.query('SELECT customer_id AS id FROM customer_profiles ORDER BY 1');
    expect(rows).toEqual([{ id: 'anna' }, { id: 'maja' }, { id: 'nora' }, { id: 'otto' }]);
  });

  it('is the deletion of all profiles after no version is active any more', async () => {
    await pool.query('UPDATE active_models SET artefact_id = NULL');
    models = null;
    expect(await profilesLeft()).toEqual({ profiles: 0, outdatedProfiles: 0, profileSweep: 1 });
    await maintaining(done);
    expect((await pool.query('SELECT FROM customer_profiles')).rowCount).toBe(0);
  });
});
