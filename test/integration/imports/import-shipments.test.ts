import { replayShipments } from '../../../src/logistics/replay-shipments';
import { Doors } from '../../setup/doors';
import { line, ORDERS, type Recorded } from '../../setup/order-operations';
import { startWorker, type ShopProcess } from '../../setup/processes';
import { SHIPMENT, SHIPMENT_UPDATED, type ShownShipment } from '../../setup/shipment-operations';
import { until } from '../../setup/until';

const day = (n: number) => `2026-03-0${n}T10:00:00.000Z`;
const HEADER = 'id,orderId,carrier,handedOverAt,deliveredAt,destinationCountry';

describe('an import of shipments', () => {
  let doors: Doors;
  let worker: ShopProcess;

  beforeAll(async () => {
    doors = await Doors.open();
    worker = startWorker(doors.shop);
    const orders = ['o1', 'o2', 'o3', 'o4'].map((id) => ({
      ...{ id, customerId: 'mia', placedAt: day(1), lines: [line('a')] },
    }));
    const answer = await doors.api.client.data<Recorded>(ORDERS, { orders });
    expect(answer.recordOrders.errors).toEqual([]);
  });

  afterAll(async () => {
    await worker.stop();
    await doors.close();
  });

  const shipment = async (id: string) =>
    (await doors.api.client.data<{ shipment: ShownShipment }>(SHIPMENT, { id })).shipment;
  const watermark = async () =>
    (await doors.pool.query("SELECT count(*)::int AS live FROM events WHERE source = 'LOGISTICS' AND NOT backfill"))
      .rows;
  const record = (id: string, orderId: string, more: object = {}) => ({ id, orderId, carrier: 'DHL', ...more });
  const scan = (type: string, n: number, more: object = {}) => ({ type, occurredAt: day(n), ...more });
  const text = (...items: unknown[]) => items.map((item) => JSON.stringify(item)).join('\n');

  it('stores records and scans as history, reports bad lines, and changes nothing the second time', async () => {
    const early = scan('PICKED_UP', 2, { id: 'a' });
    const versions = [
      scan('HUB_IN', 2, { id: 'a', updatedAt: day(4) }),
      scan('HUB_OUT', 3, { id: 'a', updatedAt: day(3) }),
    ];
    const file = text(
      record('s1', 'o1', { promisedAt: day(3), scans: [early, scan('DELIVERED', 4)] }),
      record('s2', 'nowhere', { scans: [scan('PICKED_UP', 2)] }),
      record('s1', 'o1', { promisedAt: day(3), updatedAt: day(3), service: 'EXPRESS', scans: [early] }),
      record('s3', 'o2', { updatedAt: day(2), scans: [scan('LOOKED_AT', 2)] }),
      record('s1', 'o2', { updatedAt: day(5) }),
      record('s1', 'o1', { updatedAt: day(3), service: 'STANDARD' }),
      record('s4', 'o2', { scans: versions }),
    );
    const rejected = [
      { line: 2, reason: 'NOT_FOUND', message: 'there is no order "nowhere"' },
      { line: 4, reason: 'BAD_USER_INPUT', message: expect.stringMatching(/^scans\[0\]\.type must be/) as string },
      { line: 5, reason: 'CONFLICT', message: 'the shipment belongs to the order "o1"' },
      { line: 6, reason: 'CONFLICT', message: expect.stringContaining('different content') as string },
    ];
    const sorted = (loaded: Awaited<ReturnType<Doors['load']>>) => ({
      ...loaded,
      rejected: [...loaded.rejected].sort((a, b) => a.line - b.line),
    });
    expect(sorted(await doors.load('shipments', file))).toEqual({ lines: 7, imported: 3, unchanged: 0, rejected });
    expect(await watermark()).toEqual([{ live: 0 }]);
    const stored = await shipment('s1');
    expect(stored).toMatchObject({ status: 'DELIVERED', service: 'EXPRESS', deliveredAt: day(4) });
    expect(stored.scans.map(({ type }) => type)).toEqual(['PICKED_UP', 'DELIVERED']);
    // Of two versions of a scan, the newer one counts.
    expect((await shipment('s4')).scans.map(({ type }) => type)).toEqual(['HUB_IN']);
    // The scan of a rejected record would wait for it for ever.
    expect(await doors.api.client.code(SHIPMENT, { id: 's2' })).toBe('NOT_FOUND');
    await until(
      () => doors.api.client.data<{ order: { status: string } }>('{ order(id: "o1") { status } }', {}),
      ({ order }) => order.status === 'DELIVERED',
    );
    // That it was late is history: it is noticed at once, and reaches no webhook.
    const late = async () =>
      (await doors.pool.query("SELECT occurred_at, backfill FROM events WHERE id = 's1:parcel_late'")).rows;
    expect(await until(late, ({ length }) => length > 0)).toEqual([{ occurred_at: new Date(day(4)), backfill: true }]);
    expect(sorted(await doors.load('shipments', file))).toEqual({ lines: 7, imported: 0, unchanged: 3, rejected });
    // Meanwhile, the order of the delivered parcel was moved, and the delivery was noticed.
    expect(await shipment('s1')).toMatchObject({
      ...stored,
      ...{ asOf: expect.any(String) as string, revision: expect.any(String) as string },
      order: { id: 'o1' },
    });
    expect(await replayShipments(doors.pool)).toEqual([]);
  });

  it('gives the same shipments as the mutations, over GraphQL, and reports what the worker rejects', async () => {
    const rows = [
      HEADER,
      `c1,o3,DHL,${day(2)},${day(5)},FR`,
      `c2,nowhere,DHL,${day(2)},,FR`,
      `c3,o3,DHL,${day(2)},,France`,
    ].join('\n');
    const loaded = await doors.load('shipments', rows, 'csv', doors.remote);
    expect(loaded).toMatchObject({ lines: 3, imported: 1, unchanged: 0 });
    expect([...loaded.rejected].sort((a, b) => a.line - b.line)).toMatchObject([
      { line: 3, reason: 'NOT_FOUND', message: 'there is no order "nowhere"' },
      { line: 4, reason: 'BAD_USER_INPUT', message: expect.stringMatching(/^destinationCountry must be/) as string },
    ]);
    const remote = await shipment('c1');
    expect(remote).toMatchObject({ status: 'DELIVERED', deliveredAt: day(5), destination: { country: 'FR' } });
    expect(await doors.api.client.code(SHIPMENT, { id: 'c2' })).toBe('NOT_FOUND');
    // Repeated, straight into the database.
    expect(await doors.load('shipments', rows, 'csv')).toMatchObject({ imported: 0, unchanged: 1 });
    // Meanwhile, its order may have been moved, and the delivery noticed.
    expect(await shipment('c1')).toMatchObject({
      ...remote,
      ...{ asOf: expect.any(String) as string, revision: expect.any(String) as string },
      order: { id: 'o3' },
    });
  });

  it('reaches the subscribers of a shipment', async () => {
    const file = (...scans: object[]) => text(record('w1', 'o4', { updatedAt: day(1), scans }));
    await doors.load('shipments', file());
    const live = doors.api.client.subscribe<{ shipmentUpdated: ShownShipment }>(SHIPMENT_UPDATED, { id: 'w1' });
    const statusOfNext = async () =>
      ((await live.next()).value as { data: { shipmentUpdated: ShownShipment } }).data.shipmentUpdated.status;
    expect(await statusOfNext()).toBe('PENDING');
    await doors.load('shipments', file(scan('PICKED_UP', 2)));
    // It may be sent before that, when its order was moved or its estimate has changed.
    await until(statusOfNext, (status) => status === 'PICKED_UP');
    await live.return?.();
    await doors.api.client.close();
  });
});
