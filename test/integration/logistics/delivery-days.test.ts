import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer } from '../../setup/operations';
import { startApiProcess } from '../../setup/processes';
import { DELETE_DAYS, DELIVERY_DAYS, UPSERT_DAYS, type RecordedItems } from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';

interface Day {
  readonly country: string | null;
  readonly date: string | null;
  readonly weekday: string | null;
  readonly delivers: boolean;
  readonly updatedAt: string;
}
type Written = RecordedItems & { readonly deliveryDays: readonly Day[] };

describe('the days of deliveries', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApiProcess(shop);
    client = api.client;
  });

  afterAll(async () => {
    await api.stop();
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
      { country: 'de', date: '2026-12-24', delivers: true },
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
    const wrong = { date: '2026-12-24', weekday: 'MONDAY' };
    expect(await remove({ weekday: 'MONDAY' }, { weekday: 'TUESDAY' }, wrong)).toMatchObject({
      accepted: 1,
      userErrors: [
        { index: 1, code: 'NOT_FOUND', field: ['input', 'days', '1', 'date'] },
        { index: 2, code: 'BAD_USER_INPUT' },
      ],
    });
    expect(brief((await page()).nodes)).toHaveLength(3);
  });

  it('refuse wrong items one by one, and whom they do not concern', async () => {
    const { accepted, userErrors } = await upsert(
      { delivers: true },
      { date: '2026-12-26', weekday: 'SUNDAY', delivers: true },
      { country: 'XX', date: '2026-12-26', delivers: true },
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
    for (const wrong of [{ after: 'nonsense' }, { country: 'Germany' }])
      expect(await client.code(DELIVERY_DAYS, wrong)).toBe('BAD_USER_INPUT');
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { name: 'server', scope: 'SERVER' },
    });
    const server = client.as({ apiKey: createApiKey.secret });
    expect(await server.code(UPSERT_DAYS, { days: [] })).toBe('FORBIDDEN');
    expect(await server.code(DELIVERY_DAYS)).toBeUndefined();
  });
});
