import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { PLACES } from '../../src/erasure/places';
import { ErasureService } from '../../src/erasure/erasure.service';
import { BackfillService } from '../../src/events/backfill.service';
import { Outbox } from '../../src/events/outbox';
import { bury } from '../../src/events/tombstone.service';
import { ArtefactStore } from '../../src/platform/artefacts';
import type { Logger } from '../../src/platform/log';
import { connectPostgres, inTransaction } from '../../src/platform/postgres';
import type { RedisPubSub } from '../../src/platform/pubsub';
import { SHOP_ARTEFACT } from '../../src/recommend/learner-names';
import { replay } from '../../src/recommend/replay.service';
import { ShopState } from '../../src/recommend/shop-state';
import {
  ids,
  LIST,
  LIVE,
  RECORD,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type RecordAnswer,
} from '../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

const ERASE = `mutation($customerId: ID!) {
  eraseCustomer(input: { customerId: $customerId }) { receipt removedEvents keptOrderLines notReached errors { code path } }
}`;
const MERGE = `mutation($input: MergeCustomerInput!) { mergeCustomer(input: $input) { receipt errors { code path } } }`;
const UPSERT_CUSTOMER = `mutation($id: ID!, $attributes: JSONObject) {
  upsertCustomers(input: { customers: [{ id: $id, attributes: $attributes }] }) { accepted errors { code path } }
}`;

interface Erased {
  readonly eraseCustomer: {
    readonly receipt: string;
    readonly removedEvents: number;
    readonly keptOrderLines: number;
    readonly notReached: readonly string[];
    readonly errors: readonly object[];
  };
}

/** In everything that is only nadia's: her names, her orders' ids, her words. */
const NEEDLE = 'nadia';
const DAY = 86_400_000;

let shop: TestNamespace;
let pool: Pool;
let redis: Redis;
let apis: Awaited<ReturnType<typeof startApi>>[];
let worker: ShopProcess | undefined;
let clock = Date.now() - 2 * DAY;

const client = () => apis[0].client;
const record = async (events: object[]) => {
  const { recordEvents } = await client().data<RecordAnswer>(RECORD, { events });
  expect(recordEvents.errors).toEqual([]);
  return recordEvents.receipt;
};
const event = (type: string, productId: string, who: object, more: object = {}) => ({
  type,
  productId,
  occurredAt: new Date((clock += 1_000)).toISOString(),
  ...who,
  ...more,
});
const line = (type: string, id: string, productId: string, who: object) =>
  event(type, productId, who, { source: 'ORDERS', id, unitPrice: { amount: '2.50', currency: 'EUR' } });
const erase = async (customerId: string) => (await client().data<Erased>(ERASE, { customerId })).eraseCustomer;
const seen = async (api: { client: (typeof apis)[0]['client'] }, who: object, awaitReceipt?: string | null) =>
  ids(
    await api.client.data<ListAnswer>(LIST, { input: { intent: 'RECENTLY_VIEWED', awaitReceipt, ...who }, first: 50 }),
  );
const rows = async <T extends object>(sql: string, values: unknown[] = []) => (await pool.query<T>(sql, values)).rows;

const nadia = { customerId: 'nadia' };
const before = { customerId: 'nadia-before' };
const visit = { sessionId: 'visit-of-nadia' };
const otto = { customerId: 'otto', sessionId: 'visit-of-otto' };
const hers = () => [
  event('VIEW', 'a', visit, { id: 'nadia-1' }),
  event('SEARCH', 'a', { ...nadia, ...visit }, { id: 'nadia-2', query: 'a gift for nadia', productId: undefined }),
  event(
    'ADD_TO_CART',
    'b',
    { ...nadia, ...visit },
    { id: 'nadia-3', properties: { note: 'nadia' }, source: 'SUPPORT' },
  ),
  event('VIEW', 'c', before, { id: 'nadia-4' }),
  line('PURCHASE', 'order-of-nadia:1', 'a', nadia),
  line('PURCHASE', 'order-of-nadia:2', 'b', nadia),
  line('PURCHASE', 'order-of-nadia:3', 'c', nadia),
  line('RETURN', 'order-of-nadia:4', 'c', nadia),
  event('PURCHASE', 'd', nadia, { id: 'nadia-5' }),
];

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
  redis = new Redis(shop.redisUrl);
  worker = startWorker(shop);
  apis = await Promise.all([startApi(shop), startApi(shop)]);
  await client().data(UPSERT, { products: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id.toUpperCase() })) });
});

afterAll(async () => {
  await Promise.all([...apis.map((api) => api.stop()), worker?.stop()]);
  redis.disconnect();
  await pool.end();
  await shop.drop();
});

/** Every table's rows as text, and the bytes of artefacts. */
async function whereFound(needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tables()) {
    const hits = await rows<{ row: string }>(
      `SELECT t::text AS row FROM "${table}" t WHERE t::text LIKE '%' || $1 || '%'`,
      [needle],
    );
    found.push(...hits.map(({ row }) => `${table}: ${row}`));
  }
  const chunks = await rows<{ kind: string }>(
    `SELECT a.kind FROM artefact_chunks c JOIN artefacts a ON a.id = c.artefact_id
     WHERE position(convert_to($1, 'UTF8') IN c.bytes) > 0`,
    [needle],
  );
  found.push(...chunks.map(({ kind }) => `artefact ${kind}`));
  for (const key of await redis.keys(`*${shop.namespace}*`)) {
    const text = `${key} ${JSON.stringify(await valueOf(key))}`;
    if (text.includes(needle)) found.push(`redis ${text.slice(0, 200)}`);
  }
  return found;
}

async function tables(): Promise<string[]> {
  const found = await rows<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1',
  );
  return found.map(({ name }) => name);
}

async function valueOf(key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'string') return redis.get(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return redis.smembers(key);
  if (type === 'zset') return redis.zrange(key, '0', '-1');
  if (type === 'stream') return redis.xrange(key, '-', '+');
  return null;
}

const sold = () =>
  rows(`SELECT product_id, type, occurred_at, sum(quantity)::int AS units, sum(quantity * unit_price)::text AS amount
        FROM events WHERE type IN ('PURCHASE', 'RETURN') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);

describe('the list of places', () => {
  it('has every table of the shop, and no other', async () => {
    expect(Object.keys(PLACES).sort()).toEqual((await tables()).filter((name) => name !== '_prisma_migrations'));
  });
});

describe('a customer who is erased', () => {
  let erased: Erased['eraseCustomer'];
  let sums: object[];
  let stream: ReturnType<(typeof apis)[0]['client']['subscribe']>;
  const theirs = hers();

  beforeAll(async () => {
    await client().data(UPSERT_CUSTOMER, { id: 'nadia', attributes: { email: 'nadia@example.com' } });
    await record([
      event('VIEW', 'a', otto),
      line('PURCHASE', 'order-of-otto:1', 'a', otto),
      line('PURCHASE', 'order-of-otto:2', 'b', otto),
    ]);
    await seen(apis[0], nadia, await record(theirs));
    await client().data(MERGE, { input: { fromCustomerId: 'nadia-before', intoCustomerId: 'nadia' } });
    // Rejected: the same identity with other content.
    const receipt = await record([{ ...theirs[3], productId: 'd' }]);
    expect(await seen(apis[1], nadia, receipt)).toEqual(['c']);
    // A list in Redis that a cursor of hers points into.
    await client().data(LIST, { input: { intent: 'POPULAR', ...nadia }, first: 1 });
    await worker!.stop();
    worker = undefined;
    // Waits in the inbox, with somebody else's.
    await record([event('VIEW', 'd', nadia, { id: 'nadia-late' }), event('VIEW', 'd', otto)]);
    stream = apis[1].client.subscribe<LiveAnswer>(LIVE, { input: { intent: 'RECENTLY_VIEWED', ...nadia } });
    await stream.next();
    sums = await sold();
    const places = (await whereFound(NEEDLE)).map((found) => found.split(':')[0]);
    // It has been everywhere where this test looks for it.
    expect(new Set(places)).toEqual(
      new Set(['events', 'inbox', 'outbox', 'rejected_events', 'customers', 'merges', 'artefact learner-subjects']),
    );
    erased = await erase('nadia');
  });

  it('is told what was removed, what stays and what is out of reach', () => {
    expect(erased).toMatchObject({ removedEvents: 4, keptOrderLines: 5, errors: [] });
    expect(erased.receipt).toMatch(/^p\d+$/);
    expect(erased.notReached.join(' ')).toMatch(/Backups/);
  });

  it('is in no table, no artefact and no key', async () => {
    expect(await whereFound(NEEDLE)).toEqual([]);
    const [tombstones] = await rows<{ count: number }>('SELECT count(*) FROM tombstones');
    expect(tombstones.count).toBe(3);
  });

  it('leaves what the shop sold as it was, order by order, in nobody’s name', async () => {
    expect(await sold()).toEqual(sums);
    const lines = await rows<{ id: string; subject: string | null }>(
      `SELECT id, subject FROM events WHERE type IN ('PURCHASE', 'RETURN') AND subject IS DISTINCT FROM 'c:otto'`,
    );
    expect(lines).toHaveLength(5);
    expect(lines.every(({ subject }) => subject === null)).toBe(true);
    expect(new Set(lines.map(({ id }) => id.split(':')[0])).size).toBe(2);
  });

  it('vanishes from live lists and answers of every process', async () => {
    expect((await stream.next()).value.data.recommendationsUpdated.nodes).toEqual([]);
    await stream.return?.();
    for (const api of apis) {
      expect(
        await until(
          () => seen(api, nadia),
          (list) => list.length === 0,
        ),
      ).toEqual([]);
      expect(await seen(api, otto)).toEqual(['a']);
    }
  });

  it('has never been, for what is learned: live state is what a replay gives', async () => {
    worker = startWorker(shop);
    for (const api of apis) expect(await seen(api, otto, erased.receipt)).toContain('a');
    // What waited goes in, without her.
    expect(
      await until(
        () => seen(apis[0], otto),
        (list) => list.includes('d'),
      ),
    ).toEqual(['d', 'a']);
    await worker.stop();
    const artefacts = new ArtefactStore(pool);
    const report = await replay({ pool, artefacts });
    expect(report.differences).toEqual([]);
    expect(report.position).toBe(report.newest);
    const newest = await artefacts.newest(SHOP_ARTEFACT);
    const state = ShopState.decode(await artefacts.load(newest!.id));
    const [a, b] = ['a', 'b'].map((id) => state.productIndex(id));
    expect(state.purchase.count(a, b)).toBe(2);
    expect(state.interest.count(a, b)).toBe(1);
    const older = await rows('SELECT id FROM artefacts WHERE position < (SELECT max(position) FROM erasures)');
    expect(older).toEqual([]);
    worker = startWorker(shop);
  });

  it('is not brought back by what comes later under her names', async () => {
    const receipt = await record([...theirs, event('VIEW', 'b', otto)]);
    expect(await seen(apis[1], otto, receipt)).toEqual(['b', 'd', 'a']);
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, {} as Logger);
    const past = [
      { source: 'ORDERS', id: 'order-of-nadia:1', type: 'PURCHASE', occurredAt: clock - DAY, quantity: 1 },
    ] as const;
    const imported = await new BackfillService(pool, outbox).append(
      past.map((each) => ({ ...each, ...nadia, productId: 'a' })),
    );
    await outbox.mark();
    expect(imported).toMatchObject({ inserted: 0, unchanged: 0, conflicts: [], erased: [{ customerId: 'nadia' }] });
    expect(await client().data(UPSERT_CUSTOMER, { id: 'nadia' })).toEqual({
      upsertCustomers: { accepted: 0, errors: [{ code: 'CONFLICT', path: 'id' }] },
    });
    const merge = { fromSessionId: 'visit-of-nadia', intoCustomerId: 'otto' };
    expect(await client().data(MERGE, { input: merge })).toEqual({
      mergeCustomer: { receipt: null, errors: [{ code: 'CONFLICT', path: 'fromSessionId' }] },
    });
    await until(
      () => whereFound(NEEDLE),
      (found) => found.length === 0,
    );
  });

  it('may be erased again, and so may somebody who never was; neither makes anything be learned again', async () => {
    const positions = () => rows('SELECT position FROM log_position');
    const at = await positions();
    for (const id of ['nadia', 'nobody'])
      expect(await erase(id)).toMatchObject({ receipt: expect.any(String) as string, errors: [] });
    expect(await positions()).toEqual(at);
    expect(await erase('')).toMatchObject({ receipt: null, errors: [{ code: 'BAD_USER_INPUT', path: 'customerId' }] });
  });
});

describe('an erasure', () => {
  it('beside traffic of the same customer leaves nothing, whatever was on its way', async () => {
    const busy = { customerId: 'very-busy' };
    let stop = false;
    let sent = 0;
    const senders = [...Array(6).keys()].map(async (sender) => {
      while (!stop) {
        const batch = [...Array(20).keys()].map((n) =>
          event('VIEW', 'a', n % 2 ? busy : otto, { id: `busy-${sender}-${sent++}`, source: 'SUPPORT' }),
        );
        await record(batch);
      }
    });
    await until(
      () => rows<{ n: number }>("SELECT count(*) AS n FROM events WHERE subject = 'c:very-busy'"),
      ([{ n }]) => n > 200,
    );
    const { removedEvents } = await erase('very-busy');
    expect(removedEvents).toBeGreaterThan(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    stop = true;
    await Promise.all(senders);
    await until(
      () => rows('SELECT 1 FROM inbox WHERE done_at IS NULL'),
      (waiting) => waiting.length === 0,
      15_000,
    );
    expect(
      await until(
        () => whereFound('very-busy'),
        (found) => found.length === 0,
        15_000,
      ),
    ).toEqual([]);
    const [{ others, counted, logged }] = await rows<{ others: number; counted: number; logged: number }>(
      `SELECT (SELECT count(*) FROM events WHERE id LIKE 'busy-%') AS others,
         (SELECT sum(events)::int FROM log_batches) AS counted, (SELECT count(*) FROM events) AS logged`,
    );
    expect(others).toBe(sent / 2);
    expect(counted).toBe(logged);
  });

  it('that its process began and did not finish is finished by a worker', async () => {
    await record([event('VIEW', 'a', { customerId: 'half-way' }), event('VIEW', 'b', { customerId: 'stays' })]);
    await until(
      () => rows("SELECT 1 FROM events WHERE subject = 'c:stays'"),
      (found) => found.length > 0,
    );
    await inTransaction(pool, async (connection) => {
      const [hash] = await bury(connection, ['c:half-way']);
      await connection.query(
        `INSERT INTO erasures (id, hash, subjects, requested_at)
         VALUES (gen_random_uuid(), $1, ARRAY['c:half-way'], now() - interval '1 minute')`,
        [hash],
      );
    });
    await until(
      () => rows('SELECT 1 FROM erasures WHERE done_at IS NULL'),
      (open) => open.length === 0,
      15_000,
    );
    expect(await whereFound('half-way')).toEqual([]);
  });

  it('waits for batches under way, gives up in time, and is not forgotten', async () => {
    const held = await pool.connect();
    await held.query('SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE tombstones IN ROW SHARE MODE');
    expect(await client().code(ERASE, { customerId: 'waited-for' })).toBe('TIMEOUT');
    await held.query('COMMIT');
    held.release();
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, {} as Logger);
    await pool.query("UPDATE erasures SET requested_at = now() - interval '1 minute' WHERE done_at IS NULL");
    await new ErasureService(pool, outbox, {} as Logger).resume();
    expect(await rows('SELECT 1 FROM erasures WHERE done_at IS NULL')).toEqual([]);
  }, 30_000);
});
