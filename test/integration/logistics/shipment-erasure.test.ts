import { replayShipments } from '../../../src/logistics/replay-shipments';
import { erasureShop } from '../../setup/erasure-shop';
import { at, line, ORDERS, type Recorded } from '../../setup/order-operations';
import {
  RECORD_SCANS,
  RECORD_SHIPMENTS,
  SHIPMENT,
  VOID_SCANS,
  VOID_SHIPMENT,
  type RecordedItems,
} from '../../setup/shipment-operations';
import { until } from '../../setup/until';

/** Part of everything that a carrier says of this customer's parcels, and of no other one. */
const NEEDLE = 'nora';

const { client, erase, rows, whereFound, pool, startWorker, stopWorker } = erasureShop();

const order = async (id: string, customerId: string) => {
  const orders = [{ id, customerId, placedAt: at(0), lines: [line('a')] }];
  expect((await client().data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
};
const shipment = (id: string, orderId: string) => ({
  ...{ id, orderId, carrier: 'UPS', trackingNumber: `track-${orderId}`, updatedAt: at(1) },
  trackingUrl: `https://carrier.example/${orderId}`,
});
const scan = (shipmentId: string, more: object = {}) => ({
  ...{ shipmentId, type: 'DELIVERED', occurredAt: at(3), description: `note ${NEEDLE}`, id: 'c1' },
  ...more,
});
const record = async (shipments: object[], scans: object[]) => {
  const data = client().data.bind(client());
  const recorded = await data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, { shipments });
  const scanned = await data<{ recordScans: RecordedItems }>(RECORD_SCANS, { scans });
  expect([recorded.recordShipments.userErrors, scanned.recordScans.userErrors]).toEqual([[], []]);
  return [recorded.recordShipments.receipt, scanned.recordScans.receipt];
};
const finished = async (receipts: readonly (string | null)[]) => {
  const waiting = () => rows('SELECT FROM inbox WHERE id = ANY($1::uuid[]) AND done_at IS NULL', [receipts]);
  await until(waiting, ({ length }) => length === 0);
};

describe('the parcels of a customer who is erased', () => {
  beforeAll(async () => {
    await order('order-of-nora', 'nora');
    await order('other', 'otto');
    const scans = [scan('s1'), scan('s2'), scan('s3', { description: 'signed by a neighbour' })];
    await finished(
      await record([shipment('s1', 'order-of-nora'), shipment('s2', 'order-of-nora'), shipment('s3', 'other')], scans),
    );
    const reason = `${NEEDLE} got another parcel`;
    await client().data(VOID_SHIPMENT, { id: 's2', reason });
    await client().data(VOID_SCANS, { scans: [{ shipmentId: 's1', id: 'c1' }], reason });
    expect(await whereFound(NEEDLE)).not.toEqual([]);
  });

  it('go with their scans, also those on their way, and leave the parcels of others alone', async () => {
    // What waits in the inbox is removed, too.
    await stopWorker();
    const scans = [scan('s1', { id: 'c2' }), scan('s4'), scan('s5')];
    const waiting = await record([shipment('s4', 'order-of-nora')], scans);
    const { status, removedEvents } = await erase('nora');
    startWorker();
    await finished(waiting);
    expect(status).toBe('DONE');
    // Two records and two scans; the lines of the order stay.
    expect(removedEvents).toBeGreaterThanOrEqual(4);
    // Scans whose shipment is not known belong to no customer yet. They go when a record names the erased order.
    await finished(await record([shipment('s5', 'order-of-nora')], [scan('s5', { id: 'c2' })]));
    expect(
      await until(
        () => whereFound(NEEDLE),
        (found) => found.length === 0,
      ),
    ).toEqual([]);
    expect(await rows('SELECT id FROM shipments ORDER BY id')).toEqual([{ id: 's3' }]);
    expect(await replayShipments(pool())).toEqual([]);
  });

  it('do not come back when they are sent again', async () => {
    const before = await rows(`SELECT count(*)::int AS count FROM events WHERE source = 'LOGISTICS'`);
    await finished(await record([shipment('s1', 'order-of-nora')], [scan('s1'), scan('s2', { id: 'c9' })]));
    expect(await rows(`SELECT count(*)::int AS count FROM events WHERE source = 'LOGISTICS'`)).toEqual(before);
    expect(await client().code(SHIPMENT, { id: 's1' })).toBe('NOT_FOUND');
    expect(
      await until(
        () => whereFound(NEEDLE),
        (found) => found.length === 0,
      ),
    ).toEqual([]);
  });
});
