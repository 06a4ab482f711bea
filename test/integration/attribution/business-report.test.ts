import type { GraphqlClient } from '../../setup/graphql-client';
import { LIST, SEARCH, RECORD, type ListAnswer, type RecordAnswer, type SearchAnswer } from '../../setup/operations';
import { MOVE, PAY } from '../../setup/order-operations';
import { orderShop } from '../../setup/order-shop';
import { until } from '../../setup/until';

const PRODUCTS = Array.from({ length: 6 }, (_, n) => ({
  id: `lamp-${n}`,
  title: `Reading lamp ${n}`,
  price: { amount: '20', currency: 'EUR' },
  ...(n < 2 ? { groupId: 'lamp' } : {}),
}));
const MONEY = '{ value { amount currency } before { amount } change }';
const FIELDS = `{
  timeZone behind orders { value } visits { value before change } conversion { value low high }
  newCustomers { value } returningCustomers { value } days { from visits conversions }
  currencies {
    currency orders { value } revenue ${MONEY} averageOrder ${MONEY} recommendations ${MONEY} search ${MONEY}
    rest ${MONEY} viewThrough ${MONEY} refunded ${MONEY} days { from orders revenue { amount } averageOrder { amount } recommendations { amount } search { amount } refunded { amount } }
  }
}`;
const REPORT = `query($from: DateTime!, $to: DateTime!) { businessReport(from: $from, to: $to) ${FIELDS} }`;
const UPDATED = `subscription($from: DateTime!, $to: DateTime!) {
  businessReportUpdated(from: $from, to: $to, compareTo: null) { orders { value before } }
}`;
const PLACEMENTS = `query($from: DateTime!, $to: DateTime!, $first: Int, $after: String) {
  placements(from: $from, to: $to, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      kind placement visits shown viewed clicks carts clickThrough { value low high }
      earnings { currency orders revenue { amount } revenuePerThousandShown { amount } viewThrough { amount } }
    }
  }
}`;
const LINES = `query($from: DateTime!, $to: DateTime!, $first: Int, $after: String, $filter: AttributedLineFilter) {
  attributedLines(from: $from, to: $to, first: $first, after: $after, filter: $filter) {
    pageInfo { hasNextPage endCursor }
    nodes { id orderId productId product { title } units revenue { amount } touch kind placement intent query requestId }
  }
}`;
const REVENUE_BY = `query($from: DateTime!, $to: DateTime!, $by: AttributionDimension!) {
  attributedRevenue(from: $from, to: $to, by: $by) { value lines orders revenue { amount currency } }
}`;

interface Sum {
  readonly value: { readonly amount: string };
}
interface Figures {
  readonly visits: { readonly value: number };
  readonly orders: { readonly value: number };
  readonly currencies: readonly { readonly revenue: Sum; readonly refunded: Sum }[];
  readonly days: readonly object[];
}
interface Page<Node> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly nodes: readonly Node[];
}

describe('the business report', () => {
  const { client, taken } = orderShop(PRODUCTS);
  // Noon of yesterday: all that happens within an hour is on one day.
  const now = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000);
  const span = { from: now.toISOString(), to: now.toISOString() };
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  let server: GraphqlClient;
  let list: ListAnswer['recommendations'];
  let found: SearchAnswer['search'];

  const report = async () => {
    const answer = await client().data<{ businessReport: Figures }>(REPORT, span);
    return answer.businessReport;
  };
  const event = (id: string, type: string, customerId: string, productId: string, more: object = {}) => ({
    ...{ id, type, customerId, productId, source: 'STOREFRONT', occurredAt: ago(30).toISOString() },
    ...more,
  });
  const record = async (events: readonly object[]) => {
    const { recordEvents } = await client().data<RecordAnswer>(RECORD, { events });
    expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] });
  };
  const order = (
    id: string,
    customerId: string,
    lines: readonly (readonly [string, string, object?])[],
    more: object = {},
  ) => ({
    id,
    customerId,
    placedAt: ago(1).toISOString(),
    lines: lines.map(([productId, amount, fields = {}], n) => ({
      ...{ id: `${n}`, productId, quantity: 1, unitPrice: { amount, currency: 'EUR' } },
      ...fields,
    })),
    ...more,
  });

  beforeAll(async () => {
    server = client();
    ({ recommendations: list } = await server.data<ListAnswer>(LIST, {
      input: { intent: 'POPULAR', placement: 'home', customerId: 'mia' },
    }));
    ({ search: found } = await server.data<SearchAnswer>(SEARCH, {
      input: { query: 'Reading Lamp', placement: 'results', customerId: 'mia' },
    }));
  });

  it('reports what was earned by which list, from the click to the page', async () => {
    const { requestId } = list;
    await record([
      ...['lamp-0', 'lamp-2', 'lamp-3'].map((id) => event(`seen ${id}`, 'IMPRESSION', 'mia', id, { requestId })),
      event('clicked', 'CLICK', 'mia', 'lamp-0', { requestId }),
      event(found.requestId, 'SEARCH', 'mia', 'lamp-2', { source: 'SEARCH', query: 'Reading  Lamp' }),
      event('found', 'VIEW', 'mia', 'lamp-2', { requestId: found.requestId }),
      event('by email', 'CLICK', 'mia', 'lamp-5', { requestId: 'newsletter 7', placement: 'email' }),
      event('looking', 'VIEW', 'tom', 'lamp-4'),
    ]);
    const discount = { discount: { amount: '6', currency: 'EUR' }, shipping: { amount: '4.90', currency: 'EUR' } };
    await taken(
      // The variant of what was clicked, what was found, what was only seen, and something else.
      order(
        'o1',
        'mia',
        [
          ['lamp-1', '30'],
          ['lamp-2', '20'],
          ['lamp-3', '10'],
        ],
        discount,
      ),
      order('o2', 'ann', [
        ['lamp-4', '12.50'],
        ['lamp-5', '8', { requestId: found.requestId, placement: 'ignored' }],
      ]),
      order('o3', 'ann', [['lamp-5', '99']], { kind: 'RETURN' }),
    );
    await until(report, ({ orders, visits }) => orders.value === 2 && visits.value === 2);
    const { currencies, days, ...figures } = await report();
    const money = (amount: string) => ({
      value: { amount, currency: 'EUR' },
      before: { amount: '0.00' },
      change: null,
    });
    expect(figures).toMatchObject({
      timeZone: 'UTC',
      behind: false,
      conversion: { value: 0.5 },
      visits: { value: 2, before: 0, change: null },
      newCustomers: { value: 2 },
      returningCustomers: { value: 0 },
    });
    expect(days).toMatchObject([{ visits: 2, conversions: 1 }]);
    expect(currencies).toMatchObject([
      {
        currency: 'EUR',
        orders: { value: 2 },
        // 60 − 6 + 20.50 − 99
        revenue: money('-24.50'),
        averageOrder: { value: { amount: '37.25', currency: 'EUR' }, before: null },
        recommendations: money('27.00'),
        search: money('26.00'),
        rest: money('-77.50'),
        viewThrough: money('9.00'),
        days: [
          {
            orders: 2,
            revenue: { amount: '-24.50' },
            recommendations: { amount: '27.00' },
            search: { amount: '26.00' },
          },
        ],
      },
    ]);
  });

  it('shows what each placement showed and earned, in pages', async () => {
    const { placements } = await client().data<{ placements: Page<object> }>(PLACEMENTS, span);
    expect(placements.nodes).toEqual([
      expect.objectContaining({
        kind: 'RECOMMENDATION',
        placement: 'email',
        shown: 1,
        viewed: 0,
        clicks: 1,
        clickThrough: { value: null, low: null, high: null },
        earnings: [],
      }),
      {
        ...{ kind: 'RECOMMENDATION', placement: 'home', visits: 1, shown: 1, viewed: 3, clicks: 1, carts: 0 },
        clickThrough: { value: 1 / 3, low: expect.any(Number), high: expect.any(Number) },
        earnings: [
          {
            ...{ currency: 'EUR', orders: 1, revenue: { amount: '27.00' } },
            ...{ revenuePerThousandShown: { amount: '27000.00' }, viewThrough: { amount: '9.00' } },
          },
        ],
      },
      expect.objectContaining({ kind: 'SEARCH', placement: 'results', shown: 1, clicks: 1 }),
    ]);
    const pages: unknown[] = [];
    for (let after: string | undefined; pages.length < 3;) {
      const page = await client().data<{ placements: Page<object> }>(PLACEMENTS, { ...span, first: 1, after });
      pages.push(...page.placements.nodes);
      expect(page.placements.pageInfo.hasNextPage).toBe(pages.length < 3);
      after = page.placements.pageInfo.endCursor;
    }
    expect(pages).toEqual(placements.nodes);
  });

  it('lists the lines behind a figure, and sums them by a property', async () => {
    const { attributedLines } = await client().data<{ attributedLines: Page<{ id: string }> }>(LINES, span);
    const byId = Object.fromEntries(attributedLines.nodes.map((line) => [line.id, line]));
    const searched = { kind: 'SEARCH', placement: 'results', query: 'reading lamp', requestId: found.requestId };
    expect(byId).toMatchObject({
      'o1:0': {
        touch: 'CLICK',
        kind: 'RECOMMENDATION',
        placement: 'home',
        intent: 'POPULAR',
        query: null,
        revenue: { amount: '27.00' },
      },
      'o1:1': { touch: 'VIEW', ...searched, revenue: { amount: '18.00' }, product: { title: 'Reading lamp 2' } },
      'o1:2': { touch: 'IMPRESSION', kind: 'RECOMMENDATION', placement: 'home' },
      'o2:0': { touch: null, kind: null, placement: null },
      // The id was issued for a search of another customer: what it says counts, the query is not theirs.
      'o2:1': { touch: 'LINE', kind: 'SEARCH', placement: 'results', query: null },
      'o3:0': { touch: null, units: -1, revenue: { amount: '-99.00' } },
    });
    const ids: string[] = [];
    for (let after: string | undefined; ids.length < 6;) {
      const page = await client().data<{ attributedLines: Page<{ id: string }> }>(LINES, { ...span, first: 2, after });
      ids.push(...page.attributedLines.nodes.map(({ id }) => id));
      after = page.attributedLines.pageInfo.endCursor;
    }
    expect(ids).toEqual(attributedLines.nodes.map(({ id }) => id));
    const filter = { kind: 'SEARCH', query: 'reading lamp' };
    const some = await client().data<{ attributedLines: Page<{ id: string }> }>(LINES, { ...span, filter });
    expect(some.attributedLines.nodes.map(({ id }) => id)).toEqual(['o1:1']);
    const sums = await client().data<{ attributedRevenue: object[] }>(REVENUE_BY, { ...span, by: 'PLACEMENT' });
    expect(sums.attributedRevenue).toEqual([
      { value: 'home', lines: 1, orders: 1, revenue: { amount: '27.00', currency: 'EUR' } },
      { value: 'results', lines: 2, orders: 2, revenue: { amount: '26.00', currency: 'EUR' } },
    ]);
  });

  it('is sent again when an order is placed or cancelled', async () => {
    const reports = client().subscribe<{ businessReportUpdated: { orders: object } }>(UPDATED, span);
    const next = async () => (await reports.next()).value?.data?.businessReportUpdated.orders;
    expect(await next()).toEqual({ value: 2, before: null });
    await taken(order('o4', 'tom', [['lamp-4', '5']]));
    expect(await next()).toEqual({ value: 3, before: null });
    const moved = await client().data<{ updateOrderStatus: { errors: object[] } }>(MOVE, {
      input: { orderId: 'o4', status: 'CANCELLED' },
    });
    expect(moved.updateOrderStatus.errors).toEqual([]);
    expect(await next()).toEqual({ value: 2, before: null });
    await reports.return?.();
  });

  describe('with sales that came back, discounts above the goods, and visits over midnight', () => {
    const day = (n: number, time = '00:00:00') => `2026-03-0${n}T${time}Z`;
    const sale = (id: string, amount: string, placedAt: string, more: object = {}) =>
      order(id, id, [['lamp-4', amount]], { placedAt, ...more });
    const euro = (amount: string) => ({ amount, currency: 'EUR' });
    const of = async (from: string, to: string) => {
      const answer = await client().data<{ businessReport: Figures }>(REPORT, { from, to });
      return answer.businessReport;
    };

    beforeAll(async () => {
      await record([event('late evening', 'VIEW', 'night', 'lamp-4', { occurredAt: day(2, '23:50:00') })]);
      await taken(
        sale('free', '20', day(1, '10:00:00'), { shipping: euro('10'), discount: euro('30') }),
        sale('night', '100', day(3, '00:05:00')),
        sale('whole', '60', day(3, '10:00:00')),
        sale('credit', '300', day(3, '10:00:00'), { kind: 'RETURN' }),
      );
      for (const status of ['SHIPPED', 'RETURNED']) {
        const input = { orderId: 'whole', status };
        await client().data(MOVE, { input });
      }
      const refund = { orderId: 'whole', id: 'r1', kind: 'REFUND', amount: euro('60'), occurredAt: day(4, '09:00:00') };
      await client().data(PAY, {
        payments: [{ ...refund, id: 'c1', kind: 'CHARGE', occurredAt: day(3, '10:00:00') }, refund],
      });
      await until(
        () => of(day(1), day(5)),
        ({ orders, visits, currencies }) =>
          orders.value === 3 &&
          visits.value === 2 &&
          currencies[0].revenue.value.amount === '-200.00' &&
          currencies[0].refunded.value.amount === '60',
      );
    });

    it('takes at most the goods off, and shows refunds on their day', async () => {
      const [free] = (await of(day(1), day(2))).currencies;
      expect(free).toMatchObject({ orders: { value: 1 }, revenue: { value: { amount: '0.00' } } });
      const lines = await client().data<{ attributedLines: Page<object> }>(LINES, { from: day(1), to: day(2) });
      expect(lines.attributedLines.nodes).toMatchObject([{ orderId: 'free', revenue: { amount: '0.00' } }]);
      const [refunded] = (await of(day(4), day(5))).currencies;
      expect(refunded).toMatchObject({
        orders: { value: 0 },
        averageOrder: null,
        refunded: { value: { amount: '60' } },
        days: [{ averageOrder: null, refunded: { amount: '60' } }],
      });
    });

    it('averages the sales that keep a unit, without credit notes', async () => {
      const [euros] = (await of(day(3), day(4))).currencies;
      expect(euros).toMatchObject({
        orders: { value: 2 },
        revenue: { value: { amount: '-200.00' } },
        averageOrder: { value: { amount: '100.00' } },
        days: [{ averageOrder: { amount: '100.00' } }],
      });
    });

    it('counts a visit over midnight on the day of its order, and widens spans to midnights', async () => {
      const days = (visits: readonly number[], conversions: readonly number[]) =>
        visits.map((count, n) => expect.objectContaining({ visits: count, conversions: conversions[n] }));
      expect((await of(day(2), day(4))).days).toEqual(days([1, 1], [0, 1]));
      expect((await of(day(2, '12:00:00'), day(3, '00:00:00.001'))).days).toEqual(days([1, 1], [0, 1]));
      expect((await of(day(2, '23:59:59.999'), day(3))).days).toEqual(days([1], [0]));
    });
  });

  it('refuses ranges that are empty or too long, unknown cursors and long filters', async () => {
    const late = new Date(now.getTime() + 400 * 86_400_000).toISOString();
    const refused = async (document: string, variables: object) => {
      const { errors } = await client().send(document, variables);
      return errors?.[0]?.extensions?.code;
    };
    expect(await refused(REPORT, { from: late, to: span.to })).toBe('BAD_USER_INPUT');
    expect(await refused(REPORT, { from: span.from, to: late })).toBe('BAD_USER_INPUT');
    expect(await refused(PLACEMENTS, { ...span, after: 'nonsense' })).toBe('BAD_USER_INPUT');
    expect(await refused(LINES, { ...span, after: 'nonsense' })).toBe('BAD_USER_INPUT');
    expect(await refused(LINES, { ...span, filter: { query: 'x'.repeat(501) } })).toBe('BAD_USER_INPUT');
  });
});
