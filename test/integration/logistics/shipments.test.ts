import type { AppendResult } from '../../../src/events/append-events.store';
import { replayShipments } from '../../../src/logistics/replay-shipments';
import { ShipmentTracker } from '../../../src/logistics/shipment-tracker.service';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, ISSUE_TOKEN, RECORD, type CreateKeyAnswer, type IssueTokenAnswer } from '../../setup/operations';
import type { RecordAnswer } from '../../setup/operations';
import { at, line, MOVE, ORDERS, type Recorded } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import {
  ISSUE_ORDER_TOKEN,
  RECORD_SCANS,
  RECORD_SHIPMENTS,
  REVOKE_ORDER_TOKENS,
  SHIPMENT,
  SHIPMENT_UPDATED,
  SHIPMENTS,
  type IssueOrderTokenAnswer,
  type RecordedItems,
  type ShownShipment,
} from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { startReceiver } from '../../setup/alert-operations';
import { until } from '../../setup/until';

interface WindowValue {
  readonly name: string;
  readonly number: number;
  readonly quantiles: readonly { readonly value: number }[] | null;
}
interface SentChange {
  readonly type: string;
  readonly shipment: { readonly id: string; readonly status: string };
}
/** A parcel may be late before or after its scan. */
const describeChange = ({ type, shipment: { id, status } }: SentChange) =>
  type.startsWith('shipment.late') ? `${type} ${id}` : `${type} ${id} ${status}`;

const REJECTED = `query($receipt: ID) {
  rejectedEvents(receipt: $receipt) { nodes { id receipt code message event } } }`;
const RETRY =
  'mutation($ids: [ID!]!) { retryRejectedEvents(input: { ids: $ids }) { accepted receipt errors { code } } }';

describe('shipments', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop, { WEBHOOK_NETWORKS: '127.0.0.1', LATE_GRACE: 'PT1S' });
    api = await startApi(shop);
    client = api.client;
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const order = async (id: string | object, customerId: string, ...lines: object[]) => {
    const own = typeof id === 'string' ? { id, placedAt: at(0) } : id;
    const answer = await client.data<Recorded>(ORDERS, { orders: [{ ...own, customerId, lines }] });
    expect(answer.recordOrders.errors).toEqual([]);
  };
  const recordShipments = async (...shipments: object[]) =>
    (await client.data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, { shipments })).recordShipments;
  const recordScans = async (...scans: object[]) =>
    (await client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans })).recordScans;
  /** Returns the receipt once its batch has been applied. Batches are processed concurrently, in any order. */
  const accepted = async (recording: Promise<RecordedItems>) => {
    const { userErrors, receipt } = await recording;
    expect(userErrors).toEqual([]);
    await list({ first: 1, receipt });
    return receipt;
  };
  const shipment = async (id: string, receipt: string | null = null, by = client) =>
    (await by.data<{ shipment: ShownShipment }>(SHIPMENT, { id, receipt })).shipment;
  const list = async (variables: object) =>
    (await client.data<{ shipments: { nodes: { id: string }[] } }>(SHIPMENTS, variables)).shipments.nodes.map(
      ({ id }) => id,
    );
  const scan = (shipmentId: string, type: string, hours: number, more: object = {}) => ({
    ...{ shipmentId, type, occurredAt: at(hours) },
    ...more,
  });
  const rejected = async (receipt: string | null) =>
    (
      await client.data<{
        rejectedEvents: { nodes: { id: string; receipt: string; code: string; message: string; event: object }[] };
      }>(REJECTED, { receipt })
    ).rejectedEvents.nodes;
  const statusOf = async (orderId: string) =>
    (await client.data<{ order: { status: string } }>('query($id: ID!) { order(id: $id) { status } }', { id: orderId }))
      .order.status;
  const tokenOf = async (customerId: string) => {
    const input = { scope: 'STOREFRONT', name: customerId };
    const key = (await client.data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret;
    const issued = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId } });
    return client.as({ apiKey: key, authorization: `Bearer ${issued.issueCustomerToken.token}` });
  };

  it('are derived from a record and scans, in any order of arrival, and repeats change nothing', async () => {
    await order('o1', 'mia', line('a', 2));
    const early = await accepted(recordScans(scan('s1', 'HUB_IN', 5, { id: 'c2', place: 'Leipzig' })));
    expect(await shipment('s1', early)).toMatchObject({ status: 'HUB_IN', order: null, carrier: null });
    expect(await list({ isRecorded: false })).toEqual(['s1']);
    const record = {
      id: 's1',
      orderId: 'o1',
      carrier: 'DHL',
      service: 'EXPRESS',
      trackingNumber: 'T1',
      trackingUrl: 'https://carrier.example/T1',
      origin: { name: 'Leipzig', country: 'DE' },
      destination: { country: 'FR', postcode: '75 011' },
      promisedAt: at(30),
      units: [{ lineId: 'l-a', quantity: 2 }],
      updatedAt: at(1),
    };
    await accepted(recordShipments(record));
    const scans = [
      scan('s1', 'PICKED_UP', 3, { id: 'c1', timeZone: 'Europe/Berlin', rawCode: 'PU', description: 'Picked up' }),
      scan('s1', 'DELIVERED', 40, { id: 'c3' }),
      scan('s1', 'HUB_OUT', 41, { id: 'c4' }),
    ];
    const shown = await shipment('s1', await accepted(recordScans(...scans)));
    expect(shown).toMatchObject({
      order: { id: 'o1' },
      carrier: 'DHL',
      origin: { name: 'Leipzig', country: 'DE', postcodePrefix: null },
      destination: { name: null, country: 'FR', postcodePrefix: '750' },
      units: [{ lineId: 'l-a', quantity: 2 }],
      status: 'DELIVERED',
      place: 'Leipzig',
      deliveredAt: at(40),
      isLate: true,
      hasContradictions: true,
    });
    expect(shown.scans.map(({ type, isContradiction }) => [type, isContradiction])).toEqual([
      ['PICKED_UP', false],
      ['HUB_IN', false],
      ['DELIVERED', false],
      ['HUB_OUT', true],
    ]);
    expect(shown.scans[0]).toMatchObject({ timeZone: 'Europe/Berlin', rawCode: 'PU', description: 'Picked up' });
    await accepted(recordShipments(record));
    const again = await shipment('s1', await accepted(recordScans(...scans)));
    // Meanwhile, it was noticed that the parcel is delivered, and late.
    const meanwhile = { asOf: null, order: null, revision: null };
    expect({ ...again, ...meanwhile }).toEqual({ ...shown, ...meanwhile });
    expect(await rejected(null)).toEqual([]);
  });

  it('have an estimate that the past parcels of their lane, their service or their carrier give', async () => {
    const parcels = Array.from({ length: 30 }, (_, n) => `e${n}`);
    await order({ id: 'o30', placedAt: at(-72) }, 'eve', line('a'));
    const record = (id: string, more: object = {}) => ({
      ...{ id, orderId: 'o30', carrier: 'GLS', service: 'STANDARD', updatedAt: at(0) },
      ...{ origin: { name: 'Leipzig' }, destination: { country: 'DE', postcode: '10115' }, ...more },
    });
    const elsewhere = { destination: { country: 'DE', postcode: '80331' } };
    const waiting = [record('e-lane'), record('e-service', elsewhere), record('e-carrier', { service: 'EXPRESS' })];
    await accepted(recordShipments(...parcels.map((id) => record(id)), ...waiting));
    await accepted(recordShipments(record('e-alone', { carrier: 'Rider' })));
    // They take 6.0 to 8.9 hours from a hub, within one day by the clocks of their own place.
    const midnight = Date.parse(`${at(-24).slice(0, 10)}T00:00:00Z`);
    const timeOf = (hours: number) => new Date(midnight + hours * 3_600_000).toISOString();
    const timeZone = 'UTC';
    await accepted(
      recordScans(
        ...parcels.map((shipmentId) => ({ shipmentId, timeZone, type: 'HUB_IN', occurredAt: timeOf(8) })),
        ...parcels.map((shipmentId, n) => ({
          ...{ shipmentId, timeZone, type: 'DELIVERED', occurredAt: timeOf(14 + n / 10) },
        })),
      ),
    );
    const now = new Date().toISOString();
    const ids = ['e-lane', 'e-service', 'e-carrier', 'e-alone'];
    await accepted(
      recordScans(...ids.map((shipmentId) => ({ shipmentId, timeZone, type: 'HUB_IN', occurredAt: now }))),
    );
    const { e0, ...shown } = await client.data<Record<string, { estimate: Record<string, string> | null }>>(
      `{ ${['e0', ...ids]
        .map(
          (id) => `${id.replace('-', '_')}: shipment(id: "${id}") { estimate {
        earliest median latest basis comparedParcels } }`,
        )
        .join(' ')} }`,
    );
    expect(e0).toEqual({ estimate: null });
    expect(Object.values(shown).map(({ estimate }) => estimate && [estimate.basis, estimate.comparedParcels])).toEqual([
      ...[['LANE', 30], ['SERVICE', 30], ['CARRIER', 30], null],
    ]);
    const { earliest, median, latest } = shown.e_lane.estimate!;
    expect(Date.parse(earliest) - Date.parse(now)).toBeGreaterThanOrEqual(6 * 3_600_000);
    expect([earliest, median, latest]).toEqual([earliest, median, latest].sort());
    // Before the order: by the product, the region and the country, from the order to the delivery.
    await client.data(
      'mutation { upsertProducts(input: { products: [{ id: "a", title: "A" }, { id: "b", title: "B" }] }) { receipt } }',
    );
    const estimateOf = async (productId: string, country: string, postcode?: string) => {
      const { deliveryEstimate } = await client.data<{ deliveryEstimate: Record<string, string> | null }>(
        `query($id: ID!, $country: String, $postcode: String) {
          deliveryEstimate(productIds: [$id], destination: { country: $country, postcode: $postcode }) {
            earliest latest basis comparedParcels } }`,
        { id: productId, country, postcode },
      );
      return deliveryEstimate;
    };
    const ofProduct = await estimateOf('a', 'DE');
    expect(ofProduct).toMatchObject({ basis: 'PRODUCT', comparedParcels: 30 });
    expect(Date.parse(ofProduct!.earliest)).toBeLessThanOrEqual(Date.parse(ofProduct!.latest));
    expect(await estimateOf('b', 'DE', '10117')).toMatchObject({ basis: 'REGION', comparedParcels: 30 });
    expect(await estimateOf('b', 'DE', '80331')).toMatchObject({ basis: 'COUNTRY', comparedParcels: 30 });
    // On a working day, it is some milliseconds later than the one before.
    expect(await estimateOf('a', 'de')).toMatchObject({ basis: 'PRODUCT', comparedParcels: 30 });
    expect(await estimateOf('b', 'FR')).toBeNull();
    const wrong = (destination: string, ids = '["a"]') =>
      client.code(`{ deliveryEstimate(productIds: ${ids}, destination: ${destination}) { latest } }`);
    for (const country of ['Germany', 'XX']) expect(await wrong(`{ country: "${country}" }`)).toBe('BAD_USER_INPUT');
    expect(await wrong('{ postcode: "10115" }')).toBe('BAD_USER_INPUT');
    expect(await wrong('{ country: "DE" }', '["nothing"]')).toBe('NOT_FOUND');
  });

  it('keep the newest record, however late an older one arrives', async () => {
    await order('o2', 'mia', line('a'));
    const record = { id: 's2', orderId: 'o2', carrier: 'UPS' };
    await accepted(recordShipments({ ...record, service: 'NEW', updatedAt: at(9) }));
    const receipt = await accepted(recordShipments({ ...record, service: 'OLD', updatedAt: at(8) }));
    expect(await shipment('s2', receipt)).toMatchObject({ service: 'NEW', status: 'PENDING', revision: '2' });
  });

  it('report what is wrong with an item, and take the others', async () => {
    await order('o3', 'mia', line('a'));
    const good = { id: 's3', orderId: 'o3', carrier: 'UPS' };
    const future = new Date(Date.now() + 600_000).toISOString();
    const shipments = await recordShipments(
      { ...good, id: 's:3' },
      { ...good, destination: { country: 'Germany' } },
      { ...good, trackingUrl: 'javascript:alert(1)' },
      { ...good, units: [{ lineId: 'l-a', quantity: 0 }] },
      { ...good, updatedAt: future },
      { ...good, carrier: '' },
      { ...good, destination: { postcode: '12😀' } },
    );
    expect(shipments.userErrors.map(({ index, code, field }) => [index, code, ...field.slice(3)])).toEqual([
      [0, 'BAD_USER_INPUT', 'id'],
      [1, 'BAD_USER_INPUT', 'destination', 'country'],
      [2, 'BAD_USER_INPUT', 'trackingUrl'],
      [3, 'BAD_USER_INPUT', 'units', '0', 'quantity'],
      [4, 'BAD_USER_INPUT', 'updatedAt'],
      [5, 'BAD_USER_INPUT', 'carrier'],
    ]);
    expect(shipments.accepted).toBe(1);
    const scans = await recordScans(
      scan('s3', 'HUB_IN', 1, { occurredAt: future }),
      scan('s3', 'HUB_IN', 1, { timeZone: 'Mars/Base' }),
      scan('s3', 'HUB_IN', 1, { id: 'x' }),
      scan('s3', 'HUB_OUT', 1, { id: 'x' }),
      scan('s3', 'HUB_IN', 1, { id: 'x' }),
      scan('s3', 'TELEPORTED', 1),
      scan('s3', 'HUB_IN', 1, { id: 'x', updatedAt: future }),
      scan('s3', 'HUB_OUT', 1, { occurredAt: '2026-03-29T02:30:00', timeZone: 'Europe/Berlin' }),
      scan('s3', 'HUB_OUT', 1, { occurredAt: '2026-03-01T10:15:00+05:00', timeZone: 'Europe/Berlin' }),
      scan('s3', 'HUB_OUT', 1, { occurredAt: '2026-03-01T10:15:00' }),
      scan('s3', 'PICKED_UP', 1, { occurredAt: '2025-10-26T02:30:00', timeZone: 'Europe/Berlin' }),
      scan('s3', 'LABEL_CREATED', 1, { occurredAt: '2025-10-26T00:15:00Z', timeZone: 'Asia/Tokyo' }),
    );
    expect(scans.userErrors[3]?.field).toEqual(['input', 'scans', '6', 'updatedAt']);
    expect(scans.userErrors.map(({ index, code, field }) => [index, code, ...field.slice(3)])).toEqual([
      [0, 'BAD_USER_INPUT', 'occurredAt'],
      [1, 'BAD_USER_INPUT', 'timeZone'],
      [5, 'BAD_USER_INPUT', 'type'],
      [6, 'BAD_USER_INPUT', 'updatedAt'],
      ...[7, 8, 9].map((index) => [index, 'BAD_USER_INPUT', 'occurredAt']),
    ]);
    const shown = await shipment('s3', scans.receipt);
    expect(shown.scans.map(({ type, occurredAt }) => [type, occurredAt])).toEqual([
      ['LABEL_CREATED', '2025-10-26T00:15:00.000Z'],
      // The earlier one of the two times that the clocks showed.
      ['PICKED_UP', '2025-10-26T00:30:00.000Z'],
      // Two versions of one scan, with the same time and receipt: one of them counts.
      [expect.stringMatching('HUB_'), at(1)],
    ]);
    const tooMany = Array.from({ length: 1_001 }, (_, n) => scan('s3', 'HUB_IN', 2, { id: String(n) }));
    expect(await client.code(RECORD_SCANS, { scans: tooMany })).toBe('BAD_USER_INPUT');
    expect(await client.code(SHIPMENT, { id: 'unknown' })).toBe('NOT_FOUND');
    const event = { type: 'CUSTOM', source: 'LOGISTICS', name: 'parcel_scanned' };
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events: [event] });
    expect(recordEvents.errors).toMatchObject([{ code: 'BAD_USER_INPUT', path: 'name' }]);
  });

  it('reject under the receipt what contradicts the log, and take it when it is retried later', async () => {
    await order('o4', 'mia', line('a'));
    const ids = Array.from({ length: 200 }, (_, n) => `product-${n}`);
    const { receipt, userErrors } = await recordShipments(
      { id: 's4', orderId: 'o4', carrier: 'UPS', updatedAt: at(1) },
      // Larger than the properties that recordEvents accepts.
      { id: 's4b', orderId: 'none-yet', carrier: 'UPS', units: ids.map((id) => ({ lineId: `l-${id}`, quantity: 1 })) },
      { id: 's4c', orderId: 'o4', carrier: 'UPS', units: [{ lineId: 'l-z', quantity: 1 }] },
      { id: 's4', orderId: 'o1', carrier: 'UPS', updatedAt: at(2) },
    );
    expect(userErrors).toEqual([]);
    expect(await shipment('s4', receipt)).toMatchObject({ order: { id: 'o4' }, revision: '1' });
    const rows = await rejected(receipt);
    expect(rows.map(({ code, message }) => [code, message]).sort()).toEqual([
      ['CONFLICT', 'the shipment belongs to the order "o4"'],
      ['NOT_FOUND', 'the order has no line "l-z"'],
      ['NOT_FOUND', 'there is no order "none-yet"'],
    ]);
    const input = { scope: 'SERVER', name: 'back end' };
    const server = client.as({
      apiKey: (await client.data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret,
    });
    expect(
      (await server.data<{ rejectedEvents: { nodes: object[] } }>(REJECTED, { receipt })).rejectedEvents.nodes,
    ).toEqual(rows);
    expect(await server.code(REJECTED, {})).toBe('FORBIDDEN');
    expect(await server.code(REJECTED, { receipt: 'p1' })).toBe('BAD_USER_INPUT');
    const other = await accepted(recordShipments({ id: 's4', orderId: 'o4', carrier: 'DHL', updatedAt: at(1) }));
    expect(await shipment('s4', other)).toMatchObject({ carrier: 'UPS' });
    expect(await rejected(other)).toMatchObject([{ code: 'CONFLICT' }]);
    await order('none-yet', 'mia', ...ids.map((id) => line(id)));
    const { id } = rows.find(({ message }) => message.includes('none-yet'))!;
    const { retryRejectedEvents } = await client.data<{
      retryRejectedEvents: { accepted: number; receipt: string; errors: object[] };
    }>(RETRY, { ids: [id] });
    expect(retryRejectedEvents).toMatchObject({ accepted: 1, errors: [] });
    expect(await shipment('s4b', retryRejectedEvents.receipt)).toMatchObject({ order: { id: 'none-yet' } });
  });

  it('are at most 100 of an order', async () => {
    await order('o10', 'mia', line('a'));
    const parcels = Array.from({ length: 101 }, (_, n) => ({ id: `many-${n}`, orderId: 'o10', carrier: 'UPS' }));
    const receipt = await accepted(recordShipments(...parcels));
    expect(await list({ orderId: 'o10', first: 100, receipt })).toHaveLength(100);
    expect(await rejected(receipt)).toMatchObject([
      { code: 'CONFLICT', message: 'an order may have at most 100 shipments', event: { id: 'many-100' } },
    ]);
  });

  it('are shown to their customer, and to no other one', async () => {
    await order('o5', 'zoe', line('a'));
    await accepted(recordScans(scan('orphan', 'HUB_IN', 1)));
    const receipt = await accepted(recordShipments({ id: 's5', orderId: 'o5', carrier: 'UPS' }));
    await shipment('s5', receipt);
    const [zoe, eve] = [await tokenOf('zoe'), await tokenOf('eve')];
    expect(await shipment('s5', null, zoe)).toMatchObject({ id: 's5', order: { id: 'o5' } });
    const ofOrder = 'query($id: ID!) { order(id: $id) { shipments { id status } } }';
    expect(await zoe.data(ofOrder, { id: 'o5' })).toEqual({ order: { shipments: [{ id: 's5', status: 'PENDING' }] } });
    for (const id of ['s5', 'orphan', 'unknown']) expect(await eve.code(SHIPMENT, { id })).toBe('NOT_FOUND');
    expect(await zoe.code(SHIPMENT, { id: 'orphan' })).toBe('NOT_FOUND');
    expect(await zoe.code(SHIPMENTS, {})).toBe('FORBIDDEN');
    expect(await zoe.code(RECORD_SCANS, { scans: [scan('s5', 'HUB_IN', 1)] })).toBe('FORBIDDEN');
    const input = { id: 's5', orderId: 'o5', carrier: 'UPS' };
    expect(await zoe.code(RECORD_SHIPMENTS, { shipments: [input] })).toBe('FORBIDDEN');
    const refused = eve.subscribe<{ errors?: { extensions: { code: string } }[] }>(SHIPMENT_UPDATED, { id: 's5' });
    expect((await refused.next()).value.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('are shown to a guest with a token of their order, until it is revoked', async () => {
    await order('o5g', 'guest', line('a'));
    await order('o5h', 'guest', line('a'));
    const parcels = ['o5g', 'o5h'].map((orderId) => ({ id: `s-${orderId}`, orderId, carrier: 'UPS' }));
    await accepted(recordShipments(...parcels));
    const input = { scope: 'STOREFRONT', name: 'guests' };
    const apiKey = (await client.data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret;
    const issue = (orderId: string, seconds?: number) =>
      client.data<IssueOrderTokenAnswer>(ISSUE_ORDER_TOKEN, { orderId, seconds });
    const guestOf = async (orderId: string) =>
      client.as({ apiKey, authorization: `Bearer ${(await issue(orderId)).issueOrderToken.token}` });
    expect((await issue('o5g', 0)).issueOrderToken).toMatchObject({
      ...{ token: null, userErrors: [{ code: 'BAD_USER_INPUT', field: ['input', 'expiresInSeconds'] }] },
    });
    expect((await issue('o5-unknown')).issueOrderToken).toMatchObject({
      ...{ token: null, userErrors: [{ code: 'NOT_FOUND', field: ['input', 'orderId'] }] },
    });
    const [guest, other] = [await guestOf('o5g'), await guestOf('o5h')];
    expect(await guest.data('{ viewer { orderId customerId sessionId } }')).toEqual({
      viewer: { orderId: 'o5g', customerId: null, sessionId: null },
    });
    const owner = await guest.data('{ order(id: "o5g") { id customerId sessionId } }');
    expect(owner).toEqual({ order: { id: 'o5g', customerId: null, sessionId: null } });
    expect(await shipment('s-o5g', null, guest)).toMatchObject({ id: 's-o5g', order: { id: 'o5g' } });
    for (const id of ['s-o5h', 's5', 'unknown']) expect(await guest.code(SHIPMENT, { id })).toBe('NOT_FOUND');
    const orderOf = 'query($id: ID!) { order(id: $id) { id } }';
    expect(await guest.code(orderOf, { id: 'o5h' })).toBe('NOT_FOUND');
    expect(await guest.code('mutation { startSession { token } }')).toBe('FORBIDDEN');
    expect(await guest.code(RECORD, { events: [{ type: 'VIEW', productId: 'p' }] })).toBe('FORBIDDEN');
    expect(await guest.code(ISSUE_ORDER_TOKEN, { orderId: 'o5g' })).toBe('FORBIDDEN');
    expect(await guest.code('{ orders(first: 1) { nodes { id } } }')).toBe('FORBIDDEN');
    const live = guest.subscribe<{ data: { shipmentUpdated: ShownShipment } }>(SHIPMENT_UPDATED, { id: 's-o5g' });
    expect((await live.next()).value.data.shipmentUpdated.status).toBe('PENDING');
    await client.data(REVOKE_ORDER_TOKENS, { orderId: 'o5g' });
    expect(await guest.code(SHIPMENT, { id: 's-o5g' })).toBe('UNAUTHENTICATED');
    await expect(live.next()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await shipment('s-o5h', null, other)).toMatchObject({ id: 's-o5h' });
    expect(await shipment('s-o5g', null, await guestOf('o5g'))).toMatchObject({ id: 's-o5g' });
  });

  it('are pushed to a subscriber with every change', async () => {
    await order('o6', 'ida', line('a'));
    const receipt = await accepted(recordShipments({ id: 's6', orderId: 'o6', carrier: 'UPS' }));
    await shipment('s6', receipt);
    const ida = await tokenOf('ida');
    const live = ida.subscribe<{ data: { shipmentUpdated: ShownShipment } }>(SHIPMENT_UPDATED, { id: 's6' });
    const next = async () => (await live.next()).value.data.shipmentUpdated;
    expect(await next()).toEqual({ id: 's6', status: 'PENDING', revision: '1' });
    await accepted(recordScans(scan('s6', 'PICKED_UP', 1)));
    expect(await next()).toEqual({ id: 's6', status: 'PICKED_UP', revision: '2' });
    await live.return?.();
  });

  it('are noticed when they are late or stuck: in their lists and streams, and by subscribers and webhooks', async () => {
    const receiver = await startReceiver(() => 200);
    const { createParcelStreams } = await client.data<{ createParcelStreams: { created: string[] } }>(
      'mutation { createParcelStreams(input: { timeZone: "UTC" }) { created existing userErrors { message } } }',
    );
    expect(createParcelStreams.created).toEqual(['parcels-by-hour', 'parcels-by-day', 'parcel-lanes-by-day']);
    await client.data(
      'mutation($url: String!) { createAlertWebhook(input: { url: $url, events: [SHIPMENTS] }) { errors { message } } }',
      { url: receiver.url },
    );
    await order('o11', 'lea', line('a'));
    const soon = new Date(Date.now() + 1_000).toISOString();
    const parcel = (id: string, more: object) => ({
      // Recent: no parcel is stuck before its scans, however late they are recorded.
      ...{ id, orderId: 'o11', carrier: 'Snail', updatedAt: at(47), origin: { name: 'Ulm' } },
      ...{ destination: { country: 'DE', postcode: '10115' }, ...more },
    });
    await accepted(recordShipments(parcel('late', { promisedAt: soon }), parcel('stuck', {}), parcel('on-time', {})));
    const lea = await tokenOf('lea');
    const live = lea.subscribe<{ data: { shipmentUpdated: { status: string; isLate: boolean } } }>(
      'subscription { shipmentUpdated(id: "late") { status isLate } }',
    );
    const first = (await live.next()).value.data.shipmentUpdated;
    await accepted(
      recordScans(
        scan('stuck', 'HUB_IN', -190),
        scan('on-time', 'PICKED_UP', 10),
        scan('on-time', 'DELIVERED', 30),
        scan('late', 'PICKED_UP', 47),
      ),
    );
    for (let shown = first; !shown.isLate;) shown = (await live.next()).value.data.shipmentUpdated;
    await until(
      () => list({ orderId: 'o11', isStuck: true }),
      (ids) => ids.length > 0,
    );
    expect(await list({ orderId: 'o11', isStuck: true, origin: 'Ulm', country: 'de' })).toEqual(['stuck']);
    expect(await list({ orderId: 'o11', isStuck: true, country: 'FR' })).toEqual([]);
    const names = () =>
      receiver.received
        .map(({ body }) => JSON.parse(body) as SentChange)
        .map(describeChange)
        .sort();
    await until(names, ({ length }) => length === 3);
    // The scan in the hub was eight days ago: history.
    expect(names()).toEqual([
      ...['shipment.late late', 'shipment.status late PICKED_UP', 'shipment.status on-time DELIVERED'],
    ]);
    const sums = async () => {
      const { windows } = await client.data<{
        windows: { keys: string[]; values: WindowValue[] }[];
      }>(
        `query($from: DateTime!, $to: DateTime!) {
          windows(input: { stream: "parcel-lanes-by-day", from: $from, to: $to }) { keys values { name number quantiles { value } } } }`,
        { from: at(-24 * 28), to: at(24 * 28) },
      );
      const values = windows.filter(({ keys }) => keys.join() === 'Snail,Ulm,DE').flatMap((window) => window.values);
      const sumOf = (wanted: string) =>
        values.reduce((sum, { name, number }) => sum + (name === wanted ? number : 0), 0);
      return {
        delivered: sumOf('delivered'),
        late: sumOf('late'),
        stuck: sumOf('stuck'),
        median: values.find(({ quantiles }) => quantiles?.length)?.quantiles?.[0]?.value,
      };
    };
    expect(await until(sums, ({ delivered, late, stuck }) => delivered + late + stuck === 3)).toEqual({
      ...{ delivered: 1, late: 1, stuck: 1, median: expect.closeTo(20, 0) },
    });
    await live.return?.();
    await receiver.close();
  });

  it('are no longer late after a delivery in time or a later promise, and may be late again', async () => {
    const receiver = await startReceiver(() => 200);
    await client.data('mutation { createParcelStreams(input: { timeZone: "UTC" }) { existing } }');
    await client.data(
      'mutation($url: String!) { createAlertWebhook(input: { url: $url, events: [SHIPMENTS] }) { errors { message } } }',
      { url: receiver.url },
    );
    await order('o13', 'lea', line('a'));
    const past = at(46);
    const parcel = (id: string, promisedAt: string | null, more: object = {}) => ({
      ...{ id, orderId: 'o13', carrier: 'Turtle', origin: { name: 'Ulm' }, destination: { country: 'DE' } },
      ...{ promisedAt, ...more },
    });
    const recordedAt = Date.now();
    await accepted(recordShipments(...['in-time', 'moved', 'too-late'].map((id) => parcel(id, past))));
    const sent = async (type: string) => {
      const changes = receiver.received.map(({ body }) => JSON.parse(body) as SentChange);
      return changes
        .filter((change) => change.type === type)
        .map(({ shipment: { id } }) => id)
        .sort();
    };
    const lateCount = async () => {
      const { windows } = await client.data<{ windows: { keys: string[]; values: WindowValue[] }[] }>(
        `query($from: DateTime!, $to: DateTime!) {
          windows(input: { stream: "parcels-by-hour", from: $from, to: $to }) { keys values { name number } } }`,
        { from: at(24), to: at(72) },
      );
      const values = windows.filter(({ keys }) => keys.join() === 'Turtle').flatMap((window) => window.values);
      return values.reduce((sum, { name, number }) => sum + (name === 'late' ? number : 0), 0);
    };
    await until(
      () => sent('shipment.late'),
      ({ length }) => length === 3,
    );
    await until(lateCount, (count) => count === 3);
    const noticed = async (id: string) =>
      (
        await pool.query<{ id: string; at: number; promisedAt: number }>(
          `SELECT id, extract(epoch FROM occurred_at)::float8 * 1000 AS at, (properties->>'promisedAt')::float8 AS "promisedAt"
           FROM events WHERE source = 'LOGISTICS' AND id LIKE $1 || ':parcel_late%' ORDER BY received_at`,
          [id],
        )
      ).rows;
    // Neither at once nor at the promise, which was recorded after it had passed.
    const [first] = await noticed('in-time');
    expect(first).toMatchObject({ id: 'in-time:parcel_late', promisedAt: Date.parse(past) });
    expect(first.at).toBeGreaterThanOrEqual(recordedAt + 1_000);
    await accepted(recordScans(scan('in-time', 'DELIVERED', 45), scan('too-late', 'DELIVERED', 47)));
    // Another carrier: what was counted of the first one is taken out again.
    await accepted(
      recordShipments(parcel('moved', new Date(Date.now() + 3_600_000).toISOString(), { carrier: 'Hare' })),
    );
    expect(
      await until(
        () => sent('shipment.late_withdrawn'),
        ({ length }) => length === 2,
      ),
    ).toEqual(['in-time', 'moved']);
    await until(lateCount, (count) => count === 1);
    expect(await noticed('in-time')).toEqual([first, { ...first, id: 'in-time:parcel_late_withdrawn' }]);
    const shown = receiver.received.map(({ body }) => JSON.parse(body) as SentChange);
    expect(shown.find(({ type }) => type === 'shipment.late_withdrawn')?.shipment).toMatchObject({ isLate: false });
    // The first promise again, which has been recorded long enough.
    await accepted(recordShipments(parcel('moved', past)));
    expect(
      await until(
        () => sent('shipment.late'),
        ({ length }) => length === 4,
      ),
    ).toContain('moved');
    await until(lateCount, (count) => count === 2);
    await accepted(recordShipments(parcel('moved', null)));
    await until(
      () => noticed('moved'),
      ({ length }) => length === 4,
    );
    expect((await noticed('moved')).map(({ id }) => id)).toEqual([
      ...['moved:parcel_late', 'moved:parcel_late_withdrawn'],
      ...['moved:parcel_late:2', 'moved:parcel_late_withdrawn:2'],
    ]);
    await until(lateCount, (count) => count === 1);
    expect((await noticed('too-late')).map(({ id }) => id)).toEqual(['too-late:parcel_late']);
    // A return is not late. Subscribers have heard that it was.
    await accepted(recordShipments(parcel('too-late', past, { kind: 'RETURN' })));
    expect(
      await until(
        () => sent('shipment.late_withdrawn'),
        ({ length }) => length === 4,
      ),
    ).toEqual(['in-time', 'moved', 'moved', 'too-late']);
    expect(await replayShipments(pool)).toEqual([]);
    await receiver.close();
  });

  it('are listed by status, carrier, order and promise, page by page', async () => {
    await order('o7', 'mia', line('a'));
    const parcel = (id: string, hours: number, more: object = {}) => ({
      ...{ id, orderId: 'o7', carrier: 'SLOW', updatedAt: at(hours) },
      ...more,
    });
    const receipt = await accepted(
      recordShipments(parcel('p1', 1), parcel('p2', 2, { promisedAt: at(20) }), parcel('p3', 3, { carrier: 'FAST' })),
    );
    expect(await list({ orderId: 'o7', receipt })).toEqual(['p3', 'p2', 'p1']);
    expect(await list({ carrier: 'SLOW' })).toEqual(['p2', 'p1']);
    expect(await list({ orderId: 'o7', isLate: true })).toEqual(['p2']);
    expect(await list({ orderId: 'o7', isLate: false })).toEqual(['p3', 'p1']);
    await accepted(recordScans(scan('p2', 'DELIVERED', 19)));
    const delivered = await accepted(recordScans(scan('p1', 'DELIVERED', 19)));
    expect(await list({ orderId: 'o7', isLate: true, receipt: delivered })).toEqual([]);
    expect(await list({ orderId: 'o7', status: ['DELIVERED'] })).toEqual(['p2', 'p1']);
    const page = async (after?: string) =>
      (
        await client.data<{
          shipments: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
        }>(SHIPMENTS, { orderId: 'o7', first: 2, after })
      ).shipments;
    const first = await page();
    const second = await page(first.pageInfo.endCursor);
    expect([first, second].map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([['p3', 'p2'], ['p1']]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect(await client.code(SHIPMENTS, { after: 'nonsense' })).toBe('BAD_USER_INPUT');
  });

  it('move their order to DELIVERED when all units that were not cancelled are delivered, and never to RETURNED', async () => {
    await order('o8', 'mia', line('a', 3), line('b'));
    const parcel = (id: string, units: object[], more: object = {}) => ({
      ...{ id, orderId: 'o8', carrier: 'UPS', units },
      ...more,
    });
    await accepted(
      recordShipments(
        parcel('d1', [{ lineId: 'l-a', quantity: 2 }]),
        parcel('d2', [{ lineId: 'l-b', quantity: 1 }]),
        parcel('back', [{ lineId: 'l-a', quantity: 1 }], { kind: 'RETURN' }),
      ),
    );
    await accepted(recordScans(scan('d1', 'DELIVERED', 10), scan('back', 'DELIVERED', 11), scan('d2', 'RETURNED', 12)));
    const unexamined = async () =>
      (await pool.query(`SELECT count(*)::int AS count FROM shipments WHERE awaits_order`)).rows[0].count as number;
    await until(unexamined, (count) => count === 0);
    expect(await statusOf('o8')).toBe('PLACED');
    // The rest was cancelled, except the line whose parcel went back to the shop and is delivered in another one.
    const cancelled = { orderId: 'o8', status: 'CANCELLED', occurredAt: at(13) };
    await client.data(MOVE, { input: { ...cancelled, lines: [{ lineId: 'l-a', quantity: 1 }] } });
    await accepted(recordShipments(parcel('d3', [{ lineId: 'l-b', quantity: 1 }])));
    await accepted(recordScans(scan('d3', 'DELIVERED', 14)));
    expect(
      await until(
        () => statusOf('o8'),
        (status) => status !== 'PLACED',
      ),
    ).toBe('DELIVERED');
    const { history } = (
      await client.data<{ order: { history: { status: string; occurredAt: string; movedBy: string }[] } }>(
        '{ order(id: "o8") { history { status occurredAt movedBy } } }',
      )
    ).order;
    expect(history.at(-1)).toEqual({ status: 'DELIVERED', occurredAt: at(14), movedBy: 'shipments' });
    const receipt = await accepted(recordScans(scan('d1', 'RETURNED', 20)));
    expect(await shipment('d1', receipt)).toMatchObject({ status: 'RETURNED', order: { status: 'DELIVERED' } });
    await until(unexamined, (count) => count === 0);
    expect(await statusOf('o8')).toBe('DELIVERED');
  });

  it.each([
    ['older', 1],
    ['newer', 3],
  ])('stay with their order if a concurrent batch has a record of another one that is %s', async (_, hours) => {
    await order('o-race', 'mia', line('a'));
    await accepted(recordShipments({ id: 'raced', orderId: 'o-race', carrier: 'Demo', updatedAt: at(2) }));
    const other = {
      ...{ source: 'LOGISTICS', type: 'CUSTOM', name: 'shipment_recorded', id: 'raced', quantity: 1 },
      ...{ occurredAt: Date.parse(at(hours)), properties: { kind: 'OUTBOUND', carrier: 'Demo', orderId: 'o1' } },
    } as const;
    // Its batch was checked before the shipment was recorded, so that only this step can notice.
    const applied = inTransaction(pool, (transaction) =>
      new ShipmentTracker().apply(transaction, { inserted: [other] } as unknown as AppendResult, {
        ...{ receivedAt: () => new Date(), backfill: false },
      }),
    );
    await expect(applied).rejects.toThrow('The shipment raced was recorded for another order');
  });

  it('equal a recount from the log, also when two workers add to the same ones at the same time', async () => {
    await order('o9', 'mia', line('a'));
    const second = startWorker(shop);
    const types = ['PICKED_UP', 'HUB_IN', 'HUB_OUT', 'OUT_FOR_DELIVERY', 'DELIVERED'];
    const receipts = await Promise.all(
      Array.from({ length: 20 }, async (_, batch) => {
        const scans = Array.from({ length: 30 }, (_each, n) =>
          scan(`c${(n * 7 + batch) % 10}`, types[(n + batch) % 5], (batch * 30 + n) % 45, { id: `${batch}-${n}` }),
        );
        if (batch % 4 === 0)
          await accepted(recordShipments({ id: `c${batch % 10}`, orderId: 'o9', carrier: `carrier ${batch}` }));
        return accepted(recordScans(...scans));
      }),
    );
    for (const receipt of receipts) await shipment('c1', receipt);
    expect(await replayShipments(pool)).toEqual([]);
    const { rows } = await pool.query(
      `SELECT count(*)::int AS count FROM shipments, jsonb_array_elements(scans) WHERE id ~ '^c[0-9]$'`,
    );
    expect(rows).toEqual([{ count: 600 }]);
    await second.stop();
    // The recount finds a scan that is missing, a shipment that is missing, and one that the log does not have.
    await pool.query(`UPDATE shipments SET scans = scans - 0 WHERE id = 'c1'`);
    await pool.query(`DELETE FROM shipments WHERE id = 'c2'`);
    await pool.query(`INSERT INTO shipments (id, started_at) VALUES ('c99', now())`);
    await pool.query(`UPDATE shipments SET status = 'LOST' WHERE id = 'c3'`);
    const found = await replayShipments(pool);
    expect(found.map(({ key, checkpoint, replay }) => [key, checkpoint, replay])).toEqual([
      ['c1', 59, 60],
      ['c2', null, 60],
      ['c3', 60, 60],
      ['c99', 0, null],
    ]);
  });
});
