import pino from 'pino';
import { tablesOf } from '../../../src/erasure/inventory';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import { PROFILES_LEASE } from '../../../src/models/customer-leases';
import { ProfileUpdater } from '../../../src/customers/profiles/profile-updater.service';
import { storeSweep } from '../../../src/customers/profiles/profile.store';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { Lease } from '../../../src/platform/lease';
import type { Logger } from '../../../src/platform/log';
import type { Pool, PoolClient } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP_ARTEFACT } from '../../../src/live-state/live-state-names';
import { replay } from '../../../src/live-state/replay/replay';
import { ShopState } from '../../../src/live-state/shop-state';
import { SHOP } from '../../../src/shop';
import { DAY, type Erased, erasureShop } from '../../setup/erasure-shop';
import { LIST, LIVE, type LiveAnswer } from '../../setup/operations';
import { ORDERS, MOVE, PAY, at, euro, line as orderLine } from '../../setup/order-operations';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

const MERGE = `mutation($input: MergeCustomerInput!) { mergeCustomer(input: $input) { receipt errors { code path } } }`;
const UPSERT_AUDIENCE =
  'mutation { upsertAudience(input: { id: "all", name: "All", condition: "true" }) { userErrors { code } } }';
const UPSERT_CUSTOMER = `mutation($id: ID!, $attributes: JSONObject) {
  upsertCustomers(input: { customers: [{ id: $id, attributes: $attributes }] }) { accepted errors { code path } }
}`;

/** Part of all values that belong to nadia alone: her names, her orders' ids, her words. */
const NEEDLE = 'nadia';

const { client, record, event, line, erase, seen, rows, whereFound, tables, pool, apis, now, startWorker, stopWorker } =
  erasureShop();

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

const sold = () =>
  rows(`SELECT product_id, type, occurred_at, sum(quantity)::int AS units, sum(quantity * unit_price)::text AS amount
        FROM events WHERE type IN ('PURCHASE', 'RETURN') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
/** Stores a customer's profile twice, as the first customer of a sweep: both changes are in the outbox. */
async function storeProfile(db: Pool, customerId: string): Promise<void> {
  const unpublished = { pool: db, publish: () => undefined } as unknown as Outbox;
  const updater = new ProfileUpdater(db, unpublished);
  const lease = (await Lease.acquire(db, pino({ level: 'silent' }), PROFILES_LEASE, 60_000))!;
  const models = { versions: ['1'], currency: 'EUR', segmentOf: () => '1', predictValue: null };
  const sweep = { versions: ['1'], cursor: customerId, startedAt: new Date() };
  const finish = (transaction: PoolClient) => storeSweep(transaction, sweep);
  for (let n = 0; n < 2; n++) await updater.update([customerId], { models, lease, notifies: true, finish });
}

describe('the personal data inventory', () => {
  it('lists every table of the shop, and no other', async () => {
    expect(Object.keys(await tablesOf(SHOP)).sort()).toEqual(
      (await tables()).filter((name) => name !== '_prisma_migrations'),
    );
  });
});

describe('a customer who is erased', () => {
  let erased: Erased['eraseCustomer'];
  let sums: object[];
  let stream: ReturnType<ReturnType<typeof client>['subscribe']>;
  const theirs = hers();

  beforeAll(async () => {
    await client().data(UPSERT_AUDIENCE);
    await client().data(UPSERT_CUSTOMER, { id: 'nadia', attributes: { email: 'nadia@example.com' } });
    await record([
      event('VIEW', 'a', otto),
      line('PURCHASE', 'order-of-otto:1', 'a', otto),
      line('PURCHASE', 'order-of-otto:2', 'b', otto),
    ]);
    await seen(apis()[0], nadia, await record(theirs));
    await client().data(MERGE, { input: { fromCustomerId: 'nadia-before', intoCustomerId: 'nadia' } });
    // Rejected: the same identity with other content.
    const receipt = await record([{ ...theirs[3], productId: 'd' }]);
    expect(await seen(apis()[1], nadia, receipt)).toEqual(['c']);
    // A list in Redis that one of her cursors points into.
    await client().data(LIST, { input: { intent: 'POPULAR', ...nadia }, first: 1 });
    await until(
      () => rows('SELECT FROM audience_members WHERE customer_id = $$nadia$$'),
      ({ length }) => length === 1,
    );
    await until(
      () => rows('SELECT FROM visits WHERE subject = $$c:nadia$$'),
      ({ length }) => length > 0,
    );
    await stopWorker();
    await pool().query(`UPDATE audiences SET cursor = 'nadia'`);
    await pool().query(
      `INSERT INTO outdated_visitors VALUES ('c:nadia', now(), now(), now()) ON CONFLICT (subject) DO NOTHING`,
    );
    await storeProfile(pool(), 'nadia');
    // Waits in the inbox, together with an event of another customer.
    await record([event('VIEW', 'd', nadia, { id: 'nadia-late' }), event('VIEW', 'd', otto)]);
    stream = apis()[1].client.subscribe<LiveAnswer>(LIVE, { input: { intent: 'RECENTLY_VIEWED', ...nadia } });
    await stream.next();
    sums = await sold();
    const places = (await whereFound(NEEDLE)).map((found) => found.split(':')[0]);
    // Her data was in every place that this test checks.
    expect(new Set(places)).toEqual(
      new Set([
        'events',
        'inbox',
        'outbox',
        'rejected_events',
        'customers',
        'audiences',
        'audience_members',
        'audience_changes',
        'customer_versions',
        'customer_profiles',
        'profile_changes',
        'profile_sweep',
        'merges',
        'outdated_visitors',
        'visits',
        'artefact learner-subjects',
      ]),
    );
    erased = await erase('nadia');
  });

  it('reports what was removed, what is retained and what Freshet cannot reach', () => {
    expect(erased).toMatchObject({ status: 'DONE', removedEvents: 4, keptOrderLines: 5, errors: [] });
    expect(erased.receipt).toMatch(/^p\d+$/);
    expect(erased.notReached.join(' ')).toMatch(/Backups/);
  });

  it('has no data in any table, artefact or key', async () => {
    expect(await whereFound(NEEDLE)).toEqual([]);
    const [tombstones] = await rows<{ count: number }>('SELECT count(*) FROM tombstones');
    expect(tombstones.count).toBe(3);
    const [audience] = await rows<{ size: number; members: number }>(
      'SELECT size, (SELECT count(*) FROM audience_members) AS members FROM audiences',
    );
    expect(audience.size).toBe(audience.members);
  });

  it('leaves the shop’s sales unchanged, order by order, without the customer’s name', async () => {
    expect(await sold()).toEqual(sums);
    const lines = await rows<{ id: string; subject: string | null }>(
      `SELECT id, subject FROM events WHERE type IN ('PURCHASE', 'RETURN') AND subject IS DISTINCT FROM 'c:otto'`,
    );
    expect(lines).toHaveLength(5);
    expect(lines.every(({ subject }) => subject === null)).toBe(true);
    expect(new Set(lines.map(({ id }) => id.split(':')[0])).size).toBe(2);
  });

  it('disappears from live lists and responses of every process', async () => {
    expect((await stream.next()).value.data.recommendationsUpdated.nodes).toEqual([]);
    await stream.return?.();
    for (const api of apis()) {
      expect(
        await until(
          () => seen(api, nadia),
          (list) => list.length === 0,
        ),
      ).toEqual([]);
      expect(await seen(api, otto)).toEqual(['a']);
    }
  });

  it('leaves the learned state as a replay of the log gives it', async () => {
    startWorker();
    for (const api of apis()) expect(await seen(api, otto, erased.receipt)).toContain('a');
    // The waiting batch is stored, without her events.
    expect(
      await until(
        () => seen(apis()[0], otto),
        (list) => list.includes('d'),
      ),
    ).toEqual(['d', 'a']);
    await stopWorker();
    const artefacts = new ArtefactStore(pool());
    const report = await replay({ pool: pool(), artefacts });
    expect(report.differences).toEqual([]);
    expect(report.position).toBe(report.newest);
    const newest = await artefacts.newest(SHOP_ARTEFACT);
    const state = ShopState.decode(await artefacts.load(newest!.id));
    const [a, b] = ['a', 'b'].map((id) => state.productIndex(id));
    expect(state.purchase.count(a, b)).toBe(2);
    expect(state.interest.count(a, b)).toBe(1);
    const older = await rows('SELECT id FROM artefacts WHERE position < (SELECT max(position) FROM erasures)');
    expect(older).toEqual([]);
    startWorker();
  });

  it('is not restored by later events under her names', async () => {
    const receipt = await record([...theirs, event('VIEW', 'b', otto)]);
    expect(await seen(apis()[1], otto, receipt)).toEqual(['b', 'd', 'a']);
    const outbox = new Outbox(pool(), { send: () => undefined } as unknown as RedisPubSub, {} as Logger);
    const past = [
      { source: 'ORDERS', id: 'order-of-nadia:1', type: 'PURCHASE', occurredAt: now() - DAY, quantity: 1 },
    ] as const;
    const imported = await new BackfillService(eventLogOf(pool(), outbox)).append(
      past.map((each) => ({ ...each, ...nadia, productId: 'a' })),
    );
    await outbox.markPublished();
    expect(imported).toMatchObject({ inserted: [], unchanged: 0, conflicts: [], erased: [{ customerId: 'nadia' }] });
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

  it('accepts a repeated erasure and that of an unknown customer; neither makes the learner run again', async () => {
    const positions = () => rows('SELECT position FROM log_position');
    const at = await positions();
    for (const id of ['nadia', 'nobody'])
      expect(await erase(id)).toMatchObject({ receipt: expect.any(String) as string, errors: [] });
    expect(await positions()).toEqual(at);
    await expect(erase('')).rejects.toThrow('ID is empty');
  });
});

describe('a visit', () => {
  const ERASE_SESSION = `mutation($sessionId: ID!) {
    eraseSession(input: { sessionId: $sessionId }) { receipt status removedEvents notReached userErrors { code } }
  }`;
  const NAMES_VISIT =
    'mutation($id: ID!) { eraseCustomer(input: { customerId: $id }) { status removedEvents isSession } }';
  const visitOfEve = { sessionId: 'visit-of-eve' };
  const frank = { customerId: 'frank', ...visitOfEve };
  const inLog = (subject: string) => rows('SELECT id FROM events WHERE subject = $1 ORDER BY id', [subject]);

  it('is erased by its own id, also after it was merged; what a customer did in it while signed in stays', async () => {
    const receipt = await record([
      event('VIEW', 'a', visitOfEve, { id: 'eve-1' }),
      event('VIEW', 'b', visitOfEve, { id: 'eve-2' }),
      event('VIEW', 'c', frank, { id: 'frank-1' }),
    ]);
    await client().data(MERGE, { input: { fromSessionId: 'visit-of-eve', intoCustomerId: 'frank' } });
    expect((await seen(apis()[0], { customerId: 'frank' }, receipt)).sort()).toEqual(['a', 'b', 'c']);
    expect(await client().data(NAMES_VISIT, { id: 'visit-of-eve' })).toEqual({
      eraseCustomer: { status: 'DONE', removedEvents: 0, isSession: true },
    });
    expect(await inLog('s:visit-of-eve')).toHaveLength(2);
    const { eraseSession } = await client().data<{ eraseSession: { receipt: string } }>(ERASE_SESSION, visitOfEve);
    expect(eraseSession).toMatchObject({ status: 'DONE', removedEvents: 2, userErrors: [] });
    expect(await inLog('s:visit-of-eve')).toEqual([]);
    expect(await inLog('c:frank')).toEqual([{ id: 'frank-1' }]);
    // Its id stays with what the customer did in it.
    for (const found of await whereFound('visit-of-eve')) expect(found).toContain('frank-1');
    expect(await seen(apis()[1], { customerId: 'frank' }, eraseSession.receipt)).toEqual(['c']);
    expect(await client().data(NAMES_VISIT, { id: 'visit-of-eve' })).toMatchObject({
      eraseCustomer: { isSession: false },
    });
    const later = await record([event('VIEW', 'd', visitOfEve)]);
    expect(await seen(apis()[1], visitOfEve, later)).toEqual([]);
    const { errors } = await client()
      .send(
        `mutation($orders: [OrderInput!]!) { recordOrders(input: { orders: $orders }) { errors { code path message } } }`,
        {
          orders: [
            {
              id: 'order-of-eve',
              ...visitOfEve,
              lines: [{ id: '1', productId: 'a', quantity: 1, unitPrice: { amount: '1', currency: 'EUR' } }],
            },
          ],
        },
      )
      .then(({ data }) => (data as { recordOrders: { errors: object[] } }).recordOrders);
    expect(errors).toEqual([{ code: 'CONFLICT', path: 'sessionId', message: 'this visit was erased: use a new id' }]);
  });

  it('takes with it, whole, an order that was placed in it and was merged into a customer', async () => {
    const visitOfGina = { sessionId: 'visit-of-gina' };
    const order = { id: 'order-of-gina', placedAt: at(1), lines: [orderLine('a', 2)], ...visitOfGina };
    const results: object[] = [
      await client().data(ORDERS, { orders: [order] }),
      await client().data(MERGE, { input: { fromSessionId: 'visit-of-gina', intoCustomerId: 'frank' } }),
      await client().data(MOVE, { input: { orderId: order.id, status: 'SHIPPED', occurredAt: at(2) } }),
      await client().data(MOVE, {
        input: { orderId: order.id, status: 'RETURNED', occurredAt: at(3), lines: [{ lineId: 'l-a', quantity: 1 }] },
      }),
      await client().data(PAY, {
        payments: [
          { id: 'payment-of-gina', orderId: order.id, kind: 'CHARGE', amount: euro('5.00'), occurredAt: at(4) },
        ],
      }),
    ];
    for (const result of results) expect(Object.values(result)).toMatchObject([{ errors: [] }]);
    // Events after the merge are in the customer's name.
    expect((await inLog('c:frank')).length).toBeGreaterThan(3);
    const sums = await sold();
    expect((await client().data<Erased>(ERASE_SESSION, visitOfGina)) as object).toMatchObject({
      eraseSession: { status: 'DONE' },
    });
    expect(await whereFound('gina')).toEqual([]);
    expect(await inLog('c:frank')).toEqual([{ id: 'frank-1' }]);
    expect(await sold()).toEqual(sums);
    const lines = await rows<{ id: string; type: string }>(
      `SELECT split_part(id, ':', 1) AS id, type FROM events WHERE occurred_at IN ($1, $2) AND subject IS NULL ORDER BY type`,
      [at(1), at(3)],
    );
    expect(lines.map(({ type }) => type)).toEqual(['PURCHASE', 'RETURN']);
    expect(lines[0].id).toBe(lines[1].id);
    const again = { ...order, sessionId: undefined, customerId: 'frank' };
    expect(await client().data(ORDERS, { orders: [again] })).toMatchObject({
      recordOrders: {
        accepted: 0,
        errors: [{ code: 'CONFLICT', path: 'id', message: 'this order was erased: use a new id' }],
      },
    });
  });

  it('can only be erased with a server key', async () => {
    const { errors } = await client().as({}).send(ERASE_SESSION, visitOfEve);
    expect(errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});
