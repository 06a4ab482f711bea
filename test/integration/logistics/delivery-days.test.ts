import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { line, ORDERS } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import {
  DELETE_DAYS,
  DELIVERY_DAYS,
  RECORD_SCANS,
  RECORD_SHIPMENTS,
  SHIPMENT,
  UPSERT_DAYS,
  type RecordedItems,
} from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';

interface Day {
  readonly country: string | null;
  readonly date: string | null;
  readonly weekday: string | null;
  readonly delivers: boolean;
  readonly updatedAt: string;
}
type Written = RecordedItems & { readonly deliveryDays: readonly Day[] };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Midnight of a Monday, two to three weeks ago. */
const MONDAY = Math.floor((Date.now() / DAY - 4) / 7) * 7 * DAY + 4 * DAY - 14 * DAY;

describe('the days of deliveries', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const upsert = async (...days: object[]) =>
    (await client.data<{ upsertDeliveryDays: Written }>(UPSERT_DAYS, { days })).upsertDeliveryDays;
  const remove = async (...days: object[]) =>
    (await client.data<{ deleteDeliveryDays: Written }>(DELETE_DAYS, { days })).deleteDeliveryDays;
  const page = async (variables: object = {}) =>
    (
      await client.data<{ deliveryDays: { nodes: Day[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
        DELIVERY_DAYS,
        variables,
      )
    ).deliveryDays;
  const brief = (days: readonly Day[]) =>
    days.map(({ country, date, weekday, delivers }) => [country, date ?? weekday, delivers]);

  it('are set by date or weekday, of a country or of all, and listed page by page', async () => {
    const { accepted, deliveryDays, userErrors } = await upsert(
      { date: '2026-12-24', delivers: false },
      { country: 'DE', weekday: 'SATURDAY', delivers: false },
      { country: 'DE', date: '2026-12-24', delivers: true },
      { country: 'DE', date: '2026-12-24', delivers: true },
    );
    expect([accepted, userErrors]).toEqual([4, []]);
    expect(brief(deliveryDays)).toEqual([
      [null, '2026-12-24', false],
      ['DE', 'SATURDAY', false],
      ['DE', '2026-12-24', true],
    ]);
    const first = await page({ first: 2 });
    expect(brief(first.nodes)).toEqual([
      [null, '2026-12-24', false],
      ['DE', '2026-12-24', true],
    ]);
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    expect([brief(second.nodes), second.pageInfo.hasNextPage]).toEqual([[['DE', 'SATURDAY', false]], false]);
    expect(brief((await page({ country: '' })).nodes)).toEqual([[null, '2026-12-24', false]]);
    // What does not change keeps its time.
    const again = await upsert({ date: '2026-12-24', delivers: false }, { weekday: 'MONDAY', delivers: false });
    expect(again.deliveryDays[0]).toEqual(deliveryDays[0]);
    expect(await remove({ weekday: 'MONDAY' }, { weekday: 'TUESDAY' })).toMatchObject({
      accepted: 1,
      userErrors: [{ index: 1, code: 'NOT_FOUND', field: ['input', 'days', '1', 'date'] }],
    });
    expect(brief((await page()).nodes)).toHaveLength(3);
  });

  it('refuse wrong items one by one, and whom they do not concern', async () => {
    const { accepted, userErrors } = await upsert(
      { delivers: true },
      { date: '2026-12-26', weekday: 'SUNDAY', delivers: true },
      { country: 'de', date: '2026-12-26', delivers: true },
      { date: '2026-02-30', delivers: true },
      { date: '2026-12-27', delivers: true },
      { date: '2026-12-27', delivers: false },
    );
    expect(accepted).toBe(1);
    expect(userErrors.map(({ index, code }) => [index, code])).toEqual([
      [0, 'BAD_USER_INPUT'],
      [1, 'BAD_USER_INPUT'],
      [2, 'BAD_USER_INPUT'],
      [3, 'BAD_USER_INPUT'],
      [5, 'CONFLICT'],
    ]);
    const many = Array.from({ length: 1_001 }, () => ({ weekday: 'MONDAY', delivers: false }));
    expect(await client.code(UPSERT_DAYS, { days: many })).toBe('BAD_USER_INPUT');
    expect(await client.code(DELIVERY_DAYS, { after: 'nonsense' })).toBe('BAD_USER_INPUT');
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { name: 'server', scope: 'SERVER' },
    });
    const server = client.as({ apiKey: createApiKey.secret });
    expect(await server.code(UPSERT_DAYS, { days: [] })).toBe('FORBIDDEN');
    expect(await server.code(DELIVERY_DAYS)).toBeUndefined();
  });

  it('are compared with the estimates that parcels had when their carriers took them over', async () => {
    const accuracy = async () =>
      (
        await client.data<{ deliveryAccuracy: { parcels: number } }>(`{ deliveryAccuracy {
          parcels within early late onShownDays medianErrorHours since
          carriers { carrier parcels within early late onShownDays medianErrorHours } } }`)
      ).deliveryAccuracy;
    const placedAt = new Date(MONDAY - DAY).toISOString();
    await client.data(ORDERS, { orders: [{ id: 'o1', placedAt, customerId: 'mia', lines: [line('a')] }] });
    const parcels = [
      // 30 parcels took 20 to 49 hours: the range is 22 to 47 hours, the median 35.
      ...Array.from({ length: 30 }, (_, n) => ({ carrier: 'DHL', from: MONDAY, hours: 20 + n })),
      ...[30, 30, 30, 30, 30, 60, 60, 60, 10, 10].map((hours) => ({ carrier: 'DHL', from: MONDAY + 7 * DAY, hours })),
      { carrier: 'UPS', from: MONDAY + 7 * DAY, hours: 30 },
    ].map((parcel, n) => ({ id: `p${n}`, ...parcel }));
    await client.data(RECORD_SHIPMENTS, {
      shipments: parcels.map(({ id, carrier, from }) => ({
        ...{ id, orderId: 'o1', carrier, updatedAt: new Date(from).toISOString() },
      })),
    });
    const scan = (shipmentId: string, type: string, at: number) => ({
      ...{ shipmentId, type, occurredAt: new Date(at).toISOString() },
    });
    const { recordScans } = await client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, {
      scans: parcels.flatMap(({ id, from, hours }) => [
        scan(id, 'PICKED_UP', from),
        scan(id, 'DELIVERED', from + hours * HOUR),
      ]),
    });
    expect(recordScans.userErrors).toEqual([]);
    await client.data(SHIPMENT, { id: 'p0', receipt: recordScans.receipt });
    // Those of 30 hours arrive on the days from the earliest to the latest time, and those of 10 hours on the first one.
    const figures = { parcels: 10, within: 5, early: 2, late: 3, onShownDays: 7, medianErrorHours: 5 };
    expect(await accuracy()).toEqual({
      ...{ ...figures, since: new Date(MONDAY + 7 * DAY + 10 * HOUR).toISOString() },
      carriers: [{ carrier: 'DHL', ...figures }],
    });
  });
});
