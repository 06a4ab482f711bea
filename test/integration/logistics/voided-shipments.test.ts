import pino from 'pino';
import { Outbox } from '../../../src/events/outbox.service';
import { DeliveredOrders } from '../../../src/logistics/delivered-orders.service';
import { replayShipments } from '../../../src/logistics/replay-shipments';
import { MAX_SCANS } from '../../../src/logistics/shipment-state';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { OrderService } from '../../../src/orders/order.service';
import { startReceiver } from '../../setup/alert-operations';
import { eventLogOf } from '../../setup/event-log';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, ISSUE_TOKEN, type CreateKeyAnswer, type IssueTokenAnswer } from '../../setup/operations';
import { at, line, MOVE, ORDERS, type Recorded } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import {
  RECORD_SCANS,
  RECORD_SHIPMENTS,
  SHIPMENTS,
  VOID_SCANS,
  VOID_SHIPMENT,
  type RecordedItems,
  type VoidedShipment,
} from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { figuresOf, STREAM, WINDOWS, type StreamAnswer, type WindowsAnswer } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const log = pino({ level: 'silent' });
const RETURN_DAYS = 14;
const DAY_MS = 86_400_000;
const SHIPMENT = `query($id: ID!, $receipt: ID) { shipment(id: $id, awaitReceipt: $receipt) {
  id status statusAt deliveredAt isLate voidReason promisedAt estimate { basis }
  scans { id type occurredAt updatedAt place isContradiction } } }`;
const ORDER = `query($id: ID!) { order(id: $id) {
  status returnableUntil shipments { id status } history { status occurredAt movedBy } } }`;

interface ShownParcel {
  readonly status: string;
  readonly scans: readonly { readonly id: string; readonly type: string; readonly occurredAt: string }[];
}
interface ShownOrder {
  readonly status: string;
  readonly returnableUntil: string | null;
  readonly shipments: readonly { readonly id: string }[];
  readonly history: readonly { readonly status: string; readonly occurredAt: string; readonly movedBy: string }[];
}

describe('scans and shipments that were recorded by mistake', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop, { WEBHOOK_NETWORKS: '127.0.0.1' });
    api = await startApi(shop, { RETURN_DAYS: String(RETURN_DAYS), TIME_ZONE: 'UTC' });
    client = api.client;
    await client.data(
      'mutation { createOrderStreams(input: {}) { created } createParcelStreams(input: {}) { created } }',
    );
    for (const id of ['orders-by-day', 'parcel-lanes-by-day'])
      await until(
        () => client.data<StreamAnswer>(STREAM, { id }),
        ({ stream }) => stream?.state === 'LIVE',
      );
  });

  afterEach(async () => {
    // The log says the same of all that was voided and sent again.
    expect(await replayShipments(pool)).toEqual([]);
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const order = async (id: string, ...lines: object[]) => {
    const orders = [{ id, customerId: 'mia', placedAt: at(0), lines: lines.length > 0 ? lines : [line('a')] }];
    expect((await client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
  };
  /** Returns the receipt once its batch has been applied. */
  const applied = async ({ userErrors, receipt }: RecordedItems) => {
    expect(userErrors).toEqual([]);
    await client.data(SHIPMENTS, { first: 1, receipt });
  };
  const recordShipments = async (...shipments: object[]) =>
    applied((await client.data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, { shipments })).recordShipments);
  const recordScans = async (...scans: object[]) =>
    applied((await client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans })).recordScans);
  const voidScans = async (scans: object[], reason = 'Wrong parcel') =>
    (await client.data<{ voidScans: RecordedItems }>(VOID_SCANS, { scans, reason })).voidScans;
  const voidScan = (shipmentId: string, id: string) => voidScans([{ shipmentId, id }]);
  const voidShipment = async (id: string, reason = 'Another order') =>
    (await client.data<{ voidShipment: VoidedShipment }>(VOID_SHIPMENT, { id, reason })).voidShipment;
  const shipment = async (id: string) => (await client.data<{ shipment: ShownParcel }>(SHIPMENT, { id })).shipment;
  const shownOrder = async (id: string) => (await client.data<{ order: ShownOrder }>(ORDER, { id })).order;
  const reaches = async (id: string, status: string) => {
    await until(
      () => shownOrder(id),
      (shown) => shown.status === status,
    );
    await settled();
    return shownOrder(id);
  };
  /** Waits until every order was examined whose parcels have changed. */
  const settled = () =>
    until(
      async () => (await pool.query(`SELECT FROM shipments WHERE awaits_order`)).rowCount,
      (count) => count === 0,
    );
  const scan = (shipmentId: string, id: string | undefined, type: string, hours: number, more: object = {}) => ({
    ...{ shipmentId, id, type, occurredAt: at(hours) },
    ...more,
  });
  const parcel = (id: string, orderId: string, more: object = {}) => ({
    ...{ id, orderId, carrier: 'DHL', updatedAt: at(1) },
    ...more,
  });
  const lastReturn = (hours: number) =>
    new Date(Math.floor(Date.parse(at(hours)) / DAY_MS) * DAY_MS + (RETURN_DAYS + 1) * DAY_MS - 1).toISOString();
  const seen = ({ scans }: ShownParcel) => scans.map(({ type, occurredAt }) => [type, occurredAt]);

  it('of one id of a carrier, the newest scan counts, at any time; equal content is a repeat', async () => {
    await order('v1');
    await recordShipments(parcel('v1', 'v1'));
    const first = scan('v1', 'c1', 'DELIVERED', 10, { place: 'Ulm', updatedAt: at(11) });
    await recordScans(first);
    await recordScans(scan('v1', 'c1', 'DELIVERY_ATTEMPTED', 9, { updatedAt: at(12) }));
    expect(await shipment('v1')).toMatchObject({ status: 'DELIVERY_ATTEMPTED', deliveredAt: null });
    // An older version that arrives late, and a repeat.
    await recordScans(scan('v1', 'c1', 'OUT_FOR_DELIVERY', 8, { updatedAt: at(10) }), first);
    const shown = await shipment('v1');
    expect(shown).toMatchObject({ scans: [{ id: 'v1:c1', occurredAt: at(9), updatedAt: at(12), place: null }] });
    // Without `updatedAt`, that of the receipt counts; the same content sent again is not newer.
    const [second, third] = [scan('v1', 'c1', 'EXCEPTION', 9), scan('v1', 'c1', 'HUB_IN', 9)];
    await recordScans(second);
    await recordScans(third);
    await recordScans(second);
    expect(seen(await shipment('v1'))).toEqual([['HUB_IN', at(9)]]);
    // In one request, each is a version of its own.
    await recordScans(scan('v1', 'c2', 'HUB_IN', 10), scan('v1', 'c2', 'HUB_OUT', 11));
    expect(seen(await shipment('v1'))).toEqual([
      ['HUB_IN', at(9)],
      ['HUB_OUT', at(11)],
    ]);
    const future = new Date(Date.now() + 600_000).toISOString();
    const { userErrors } = (
      await client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans: [{ ...first, updatedAt: future }] })
    ).recordScans;
    expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['input', 'scans', '0', 'updatedAt'] }]);
  });

  it('a second delivery counts only after a scan of movement', async () => {
    await order('v2');
    await recordShipments(parcel('v2', 'v2'));
    await recordScans(scan('v2', 'c1', 'DELIVERED', 10), scan('v2', 'c2', 'DELIVERED', 20));
    expect(await shipment('v2')).toMatchObject({ status: 'DELIVERED', deliveredAt: at(10) });
    expect(await reaches('v2', 'DELIVERED')).toMatchObject({ returnableUntil: lastReturn(10) });
    await recordScans(scan('v2', 'c3', 'OUT_FOR_DELIVERY', 15));
    expect(await shipment('v2')).toMatchObject({ status: 'DELIVERED', deliveredAt: at(20) });
    await settled();
    expect(await shownOrder('v2')).toMatchObject({ status: 'DELIVERED', returnableUntil: lastReturn(20) });
  });

  it('a voided scan stays voided until a newer version of it is sent', async () => {
    await order('v3');
    await recordShipments(parcel('v3', 'v3'));
    const delivered = scan('v3', 'c1', 'DELIVERED', 10, { updatedAt: at(11) });
    await recordScans(scan('v3', undefined, 'HUB_IN', 5, { place: 'Ulm' }), delivered);
    expect(await voidScan('v3', 'c1')).toMatchObject({ accepted: 1, userErrors: [] });
    expect(await shipment('v3')).toMatchObject({ status: 'HUB_IN', deliveredAt: null });
    // As it was, with another content of the same time, and an older one.
    await recordScans(delivered, { ...delivered, place: 'Köln' }, { ...delivered, updatedAt: at(10) });
    expect(seen(await shipment('v3'))).toEqual([['HUB_IN', at(5)]]);
    expect(await voidScan('v3', 'c1')).toMatchObject({ accepted: 1, userErrors: [] });
    await recordScans({ ...delivered, updatedAt: at(12) });
    expect(await shipment('v3')).toMatchObject({ status: 'DELIVERED', deliveredAt: at(10) });
    // A scan without an id of the carrier is named as it is shown.
    const [{ id }] = (await shipment('v3')).scans;
    expect(await voidScan('v3', id)).toMatchObject({ accepted: 1, userErrors: [] });
    await recordScans(scan('v3', undefined, 'HUB_IN', 5, { place: 'Ulm' }));
    expect(seen(await shipment('v3'))).toEqual([['DELIVERED', at(10)]]);
  });

  it('report what can not be voided, and void the rest', async () => {
    await order('v4');
    await recordShipments(parcel('v4', 'v4', { trackingNumber: '4111111111111111' }));
    await recordScans(scan('v4', 'c1', 'HUB_IN', 5), scan('only-scans', 'c1', 'HUB_IN', 5));
    const answer = await voidScans([
      { shipmentId: 'v4', id: 'c1' },
      { shipmentId: 'v4', id: 'c9' },
      { shipmentId: 'nothing', id: 'c1' },
    ]);
    expect(answer).toMatchObject({ accepted: 1, receipt: expect.any(String) });
    expect(answer.userErrors.map(({ index, code, field }) => [index, code, ...field])).toEqual([
      [1, 'NOT_FOUND', 'input', 'scans', '1', 'id'],
      [2, 'NOT_FOUND', 'input', 'scans', '2', 'shipmentId'],
    ]);
    const codes = async (id: string, reason?: string) =>
      (await voidShipment(id, reason)).userErrors.map(({ code, field }) => [code, field[1]]);
    expect(await codes('nothing')).toEqual([['NOT_FOUND', 'id']]);
    expect(await codes('only-scans')).toEqual([['CONFLICT', 'id']]);
    expect(await codes('v4', ' ')).toEqual([['BAD_USER_INPUT', 'reason']]);
    expect(await codes('v4', 'x'.repeat(501))).toEqual([['BAD_USER_INPUT', 'reason']]);
    // Numbers of cards are in no reason, but the parcel's own number is none.
    const reason = 'Paid with 5555 5555 5555 4444, parcel 4111111111111111, signed for as: SMITH';
    expect((await voidShipment('v4', reason)).userErrors).toEqual([]);
    const { voidReason } = (await shipment('v4')) as unknown as { voidReason: string };
    expect(voidReason).toContain('4111111111111111');
    expect(voidReason).not.toMatch(/4444|SMITH/);
    const { rows } = await pool.query(`SELECT properties::text AS text FROM events WHERE name = 'shipment_voided'`);
    expect(JSON.stringify(rows)).not.toMatch(/4444|SMITH/);
    const key = async (scope: string) =>
      client.as({
        apiKey: (await client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } })).createApiKey.secret,
      });
    const storefront = await key('STOREFRONT');
    expect(await storefront.code(VOID_SHIPMENT, { id: 'v4', reason: 'no' })).not.toBeUndefined();
    expect(await storefront.code(VOID_SCANS, { scans: [], reason: 'no' })).not.toBeUndefined();
    const event = { type: 'CUSTOM', source: 'LOGISTICS', name: 'shipment_voided' };
    const record =
      'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { errors { code path } } }';
    expect(await client.data(record, { events: [event, { ...event, name: 'scan_voided' }] })).toMatchObject({
      recordEvents: { errors: [{ path: 'name' }, { path: 'name' }] },
    });
  });

  it('a voided shipment is not shown with its order, and stays voided until a newer record is sent', async () => {
    await order('v5');
    const late = { promisedAt: at(2) };
    await recordShipments(parcel('v5a', 'v5', late), parcel('v5b', 'v5'));
    const { shipment: voided } = await voidShipment('v5a');
    expect(voided).toMatchObject({ id: 'v5a', status: 'VOIDED', voidReason: 'Another order' });
    expect(await shipment('v5a')).toMatchObject({ status: 'VOIDED', isLate: false, estimate: null });
    expect((await shownOrder('v5')).shipments).toEqual([{ id: 'v5b', status: 'PENDING' }]);
    const listed = async (variables: object) =>
      (await client.data<{ shipments: { nodes: { id: string }[] } }>(SHIPMENTS, variables)).shipments.nodes;
    expect(await listed({ orderId: 'v5', status: ['VOIDED'] })).toEqual([{ id: 'v5a' }]);
    expect(await listed({ orderId: 'v5', isLate: true })).toEqual([]);
    await recordShipments(parcel('v5a', 'v5', late), parcel('v5a', 'v5', { ...late, updatedAt: at(0.5) }));
    await recordScans(scan('v5a', 'c1', 'DELIVERED', 10));
    await settled();
    expect(await shipment('v5a')).toMatchObject({ status: 'VOIDED', deliveredAt: null });
    expect(await shownOrder('v5')).toMatchObject({ status: 'PLACED' });
    expect((await voidShipment('v5a')).userErrors).toEqual([]);
    await recordShipments(parcel('v5a', 'v5', { ...late, updatedAt: at(1.5) }));
    expect(await shipment('v5a')).toMatchObject({ status: 'DELIVERED', voidReason: null });
    expect((await shownOrder('v5')).shipments).toHaveLength(2);
  });

  it('an order that was delivered by parcels is SHIPPED again, with its return period and its streams', async () => {
    const receiver = await startReceiver(() => 200);
    await client.data(
      'mutation($url: String!) { createAlertWebhook(input: { url: $url, events: [SHIPMENTS] }) { errors { message } } }',
      { url: receiver.url },
    );
    const delivered = async (stream: string) => {
      const input = { stream, from: at(-24 * 20), to: at(24 * 20) };
      const { windows } = await client.data<WindowsAnswer>(WINDOWS, { input, first: 100 });
      // Carrier and currency are keys.
      const own = windows.filter(({ keys }) => keys.some((key) => key === 'Sloth' || key === 'CHF'));
      return own.reduce((sum, window) => sum + Number(figuresOf(window).delivered ?? 0), 0);
    };
    const counts = async (orders: number, parcels: number) => {
      await until(
        () => delivered('orders-by-day'),
        (sum) => sum === orders,
      );
      await until(
        () => delivered('parcel-lanes-by-day'),
        (sum) => sum === parcels,
      );
    };
    const unitPrice = { amount: '1', currency: 'CHF' };
    await order('v6', line('a', 1, { unitPrice }), line('b', 1, { unitPrice }));
    const carrier = 'Sloth';
    const units = (product: string) => ({ units: [{ lineId: `l-${product}`, quantity: 1 }] });
    await recordShipments(
      parcel('v6a', 'v6', { ...units('a'), carrier }),
      parcel('v6b', 'v6', { ...units('b'), carrier }),
    );
    // Recent, so that webhooks hear of them.
    await recordScans(
      scan('v6a', 'c1', 'HUB_IN', 20),
      scan('v6a', 'c2', 'DELIVERED', 30),
      scan('v6b', 'c1', 'DELIVERED', 35),
    );
    expect(await reaches('v6', 'DELIVERED')).toMatchObject({ returnableUntil: lastReturn(35) });
    await counts(1, 2);
    await voidScan('v6a', 'c2');
    const back = await reaches('v6', 'SHIPPED');
    expect(back.returnableUntil).toBeNull();
    expect(back.history.map(({ status, movedBy }) => [status, movedBy]).slice(-2)).toEqual([
      ...[
        ['DELIVERED', 'shipments'],
        ['SHIPPED', 'shipments'],
      ],
    ]);
    await counts(0, 1);
    const news = () =>
      receiver.received.map(({ body }) => {
        const { shipment: sent } = JSON.parse(body) as { shipment: { id: string; status: string } };
        return `${sent.id} ${sent.status}`;
      });
    await until(news, (sent) => sent.includes('v6a HUB_IN'));
    // The right one, at another time.
    await recordScans(scan('v6a', 'c3', 'DELIVERED', 40));
    expect(await reaches('v6', 'DELIVERED')).toMatchObject({ returnableUntil: lastReturn(40) });
    await counts(1, 2);
    // The same time as the one that was taken back.
    await voidScan('v6a', 'c3');
    await reaches('v6', 'SHIPPED');
    await recordScans(scan('v6a', 'c4', 'DELIVERED', 30));
    expect(await reaches('v6', 'DELIVERED')).toMatchObject({ returnableUntil: lastReturn(35) });
    await counts(1, 2);
    await voidShipment('v6a');
    await reaches('v6', 'SHIPPED');
    await counts(0, 1);
    await until(news, (sent) => sent.includes('v6a VOIDED'));
    await receiver.close();
  });

  it('an order is delivered if the parcel that it has waited for is voided, comes back or holds other units', async () => {
    const last: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
      ['e1', (id) => voidShipment(id)],
      ['e2', (id) => recordScans(scan(id, 'c1', 'RETURNED', 20))],
      ['e3', (id) => recordScans(scan(id, 'c1', 'RETURNING', 20))],
      ['e4', (id) => recordShipments(parcel(id, 'e4', { kind: 'RETURN', updatedAt: at(2) }))],
      ['e5', (id) => recordShipments(parcel(id, 'e5', { units: [{ lineId: 'l-a', quantity: 1 }], updatedAt: at(2) }))],
    ];
    for (const [id] of last) {
      await order(id);
      const units = id === 'e5' ? { units: [{ lineId: 'l-a', quantity: 1 }] } : {};
      await recordShipments(parcel(`${id}a`, id, units), parcel(`${id}b`, id));
      await recordScans(scan(`${id}a`, 'c1', 'DELIVERED', 10));
    }
    await settled();
    for (const [id] of last) expect((await shownOrder(id)).status).toBe('PLACED');
    for (const [id, end] of last) await end(`${id}b`);
    for (const [id] of last) expect(await reaches(id, 'DELIVERED')).toMatchObject({ returnableUntil: lastReturn(10) });
  });

  it('an order whose parcel was returned since has the time of the corrected delivery of another', async () => {
    await order('b1', line('a'), line('b'));
    const units = (lineId: string) => ({ units: [{ lineId, quantity: 1 }] });
    await recordShipments(parcel('b1a', 'b1', units('l-a')), parcel('b1b', 'b1', units('l-b')));
    await recordScans(scan('b1a', 'c1', 'DELIVERED', 30), scan('b1b', 'c1', 'DELIVERED', 40));
    await reaches('b1', 'DELIVERED');
    await recordScans(scan('b1b', 'c2', 'RETURNED', 44));
    await settled();
    await recordScans(scan('b1a', 'c1', 'DELIVERED', 42));
    await settled();
    const { status, history } = await shownOrder('b1');
    expect(status).toBe('DELIVERED');
    expect(history.at(-1)).toMatchObject({ status: 'DELIVERED', occurredAt: at(42) });
  });

  it('a delivery that the shop has reported itself stays, with its own return period', async () => {
    const report = async (orderId: string, hours: number) => {
      const input = { orderId, status: 'DELIVERED', occurredAt: at(hours) };
      const { updateOrderStatus } = await client.data<{ updateOrderStatus: { errors: object[] } }>(MOVE, { input });
      expect(updateOrderStatus.errors).toEqual([]);
    };
    for (const id of ['v7', 'v8', 'v9']) {
      await order(id);
      await recordShipments(parcel(id, id));
    }
    // Before the parcel, after it, and after what was taken back.
    await report('v7', 22);
    await recordScans(...['v7', 'v8', 'v9'].map((id) => scan(id, 'c1', 'DELIVERED', 10)));
    for (const id of ['v7', 'v8', 'v9']) await reaches(id, 'DELIVERED');
    await report('v8', 44);
    await report('v8', 46);
    expect(await shownOrder('v8')).toMatchObject({ status: 'DELIVERED', returnableUntil: lastReturn(10) });
    for (const id of ['v7', 'v8', 'v9']) await voidScan(id, 'c1');
    await reaches('v9', 'SHIPPED');
    expect(await shownOrder('v7')).toMatchObject({ status: 'DELIVERED', returnableUntil: lastReturn(22) });
    expect(await shownOrder('v8')).toMatchObject({ status: 'DELIVERED', returnableUntil: lastReturn(44) });
    await report('v9', 10);
    expect(await shownOrder('v9')).toMatchObject({ status: 'DELIVERED', returnableUntil: lastReturn(10) });
  });

  it('parcels with too many scans show those again that others had displaced', async () => {
    await order('v10');
    await recordShipments(parcel('v10', 'v10'));
    const minutes = (count: number) => count / 60;
    const scans = Array.from({ length: MAX_SCANS + 2 }, (_, n) => scan('v10', `c${n}`, 'HUB_IN', 5 + minutes(n)));
    await recordScans(...scans);
    const ids = async () => (await shipment('v10')).scans.map(({ id }) => id);
    expect((await ids())[0]).toBe('v10:c2');
    await voidScan('v10', 'c100');
    expect((await ids()).slice(0, 2)).toEqual(['v10:c1', 'v10:c2']);
    // Moved to the front: that of the first place is displaced no longer.
    await recordScans({ ...scans[200], occurredAt: at(4) });
    expect((await ids()).slice(0, 2)).toEqual(['v10:c0', 'v10:c1']);
    expect(await ids()).toHaveLength(MAX_SCANS);
  });

  it('equal a recount if they are voided while newer versions arrive', async () => {
    const ids = ['w1', 'w2', 'w3'];
    await order('w1');
    await recordShipments(...ids.map((id) => parcel(id, 'w1')));
    await recordScans(
      ...ids.flatMap((id) => ['a', 'b'].map((name) => scan(id, name, 'HUB_IN', 2, { updatedAt: at(2) }))),
    );
    await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const scans = ids.flatMap((id) =>
          ['a', 'b'].map((name) => scan(id, name, 'DELIVERED', 3 + (n % 5), { updatedAt: at(2 + (n % 7)) })),
        );
        await Promise.all([
          recordScans(...scans),
          voidScans(ids.map((shipmentId) => ({ shipmentId, id: n % 2 === 0 ? 'a' : 'b' }))),
          n % 4 === 0 ? voidShipment(ids[n % 3]) : recordShipments(parcel(ids[n % 3], 'w1', { updatedAt: at(n) })),
        ]);
      }),
    );
    await settled();
    // Orders agree with their parcels.
    const states = await Promise.all(ids.map(async (id) => (await shipment(id)).status));
    const kept = states.filter((status) => status !== 'VOIDED');
    const isDelivered = kept.length > 0 && kept.every((status) => status === 'DELIVERED');
    expect((await shownOrder('w1')).status === 'DELIVERED').toBe(isDelivered);
  });

  it('an order that one worker moves while another examines the voided delivery goes back', async () => {
    await order('r1');
    await recordShipments(parcel('r1a', 'r1'), parcel('r1b', 'r1'));
    await recordScans(scan('r1a', 'c1', 'DELIVERED', 10));
    await settled();
    await worker.stop();
    // The last parcel that the order waits for.
    await voidShipment('r1b');
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, log);
    const orders = new OrderService(eventLogOf(pool, outbox));
    let [ask, answer] = [() => undefined as void, () => undefined as void];
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const slow: Pick<OrderService, 'move' | 'takeBackDelivery'> = {
      move: async (...args) => {
        ask();
        await answered;
        return orders.move(...args);
      },
      takeBackDelivery: (...args) => orders.takeBackDelivery(...args),
    };
    const moving = new DeliveredOrders(pool, slow, log).moveDue();
    await asked;
    await voidScan('r1a', 'c1');
    const other = new DeliveredOrders(pool, orders, log);
    await other.moveDue();
    answer();
    await moving;
    await other.moveDue();
    expect((await shownOrder('r1')).history.map(({ status }) => status)).toEqual(['PLACED', 'DELIVERED', 'SHIPPED']);
    await settled();
    worker = startWorker(shop, { WEBHOOK_NETWORKS: '127.0.0.1' });
  });

  it('one tracking number of two orders finds the parcels of both', async () => {
    for (const id of ['v11', 'v12']) await order(id);
    const shared = { trackingNumber: 'JD0146' };
    await recordShipments(parcel('v11', 'v11', shared), parcel('v12', 'v12', { ...shared, updatedAt: at(2) }));
    const found = await client.data<{ shipments: { nodes: { id: string; order: { id: string } }[] } }>(
      'query($number: String) { shipments(trackingNumber: $number) { nodes { id order { id } } } }',
      { number: 'jd0146' },
    );
    expect(found.shipments.nodes.map(({ order: { id } }) => id)).toEqual(['v12', 'v11']);
    const issued = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId: 'mia' } });
    const input = { scope: 'STOREFRONT', name: 'mia' };
    const apiKey = (await client.data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret;
    const mia = client.as({ apiKey, authorization: `Bearer ${issued.issueCustomerToken.token}` });
    for (const id of ['v11', 'v12'])
      expect(await mia.data('query($id: ID!) { order(id: $id) { shipments { trackingNumber } } }', { id })).toEqual({
        order: { shipments: [{ trackingNumber: 'JD0146' }] },
      });
  });
});
