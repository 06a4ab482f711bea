import { runningShop } from '../../setup/running-shop';
import { figuresOf, STREAM, WINDOWS, type StreamAnswer, type WindowsAnswer } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const ORDERS = `mutation($orders: [OrderInput!]!) {
  recordOrders(input: { orders: $orders }) { errors { index code message path } }
}`;
const MOVE = `mutation($input: UpdateOrderStatusInput!) { updateOrderStatus(input: $input) { errors { code } } }`;
const PAGE = `query($after: String) {
  orders(first: 100, after: $after) {
    nodes { id placedAt source due { amount currency } } pageInfo { hasNextPage endCursor }
  }
}`;
const CREATE = 'mutation { createOrderStreams(input: {}) { created errors { message } } }';

interface OrderShown {
  readonly id: string;
  readonly placedAt: string;
  readonly due: { readonly amount: string; readonly currency: string };
}
interface PageAnswer {
  readonly orders: {
    readonly nodes: readonly OrderShown[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const DAY = 86_400_000;
const START = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;
const at = (day: number, minute = 0) => new Date(START + day * DAY + minute * 60_000).toISOString();
const money = (cents: number, currency = 'EUR') => ({ amount: (cents / 100).toFixed(2), currency });
const centsOf = (amount: string) => Math.round(Number(amount) * 100);

/** A small deterministic generator (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * below); // prettier-ignore
  };
}

describe('the figures of orders that change', () => {
  const shop = runningShop();

  beforeAll(async () => {
    await shop.client.data(CREATE);
    await isLive('orders-by-day', 'orders-by-minute', 'order-sources-by-day');
  });

  const isLive = async (...streams: string[]) => {
    for (const id of streams)
      await until(
        () => shop.client.data<StreamAnswer>(STREAM, { id }),
        ({ stream }) => stream?.state === 'LIVE' && stream.progress === 1,
      );
  };
  const record = async (...orders: object[]) => {
    const { recordOrders } = await shop.client.data<{ recordOrders: { errors: object[] } }>(ORDERS, { orders });
    return recordOrders.errors;
  };
  const move = (input: object) => shop.client.data(MOVE, { input });
  const allOrders = async () => {
    const found: (OrderShown & { source: string | null })[] = [];
    let after: string | null = null;
    do {
      const { orders }: PageAnswer = await shop.client.data<PageAnswer>(PAGE, { after });
      found.push(...(orders.nodes as typeof found));
      after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  };
  const windows = async (stream: string, size?: string) => {
    const input = { stream, from: at(-60), to: at(30), size };
    const { windows } = await shop.client.data<WindowsAnswer>(WINDOWS, { input, first: 1_000 });
    return windows.map((window) => ({ ...window, figures: figuresOf(window) }));
  };

  it('follow an order that is amended or partly cancelled', async () => {
    const line = (id: string, cents: number) => ({ id, productId: id, quantity: 1, unitPrice: money(cents, 'GBP') });
    const lines = [line('a', 1501), line('b', 497)];
    await record({ id: 'one', customerId: 'mia', placedAt: at(1), lines });
    const figures = async () => (await windows('orders-by-day')).find(({ key }) => key === 'GBP')?.figures;
    expect(await figures()).toMatchObject({ orders: '1', ordered: '19.98', averageOrderValue: '19.98' });
    await move({ orderId: 'one', status: 'CANCELLED', occurredAt: at(3), lines: [{ lineId: 'b', quantity: 1 }] });
    expect(await figures()).toMatchObject({ orders: '1', ordered: '15.01', averageOrderValue: '15.01' });
    await record({ id: 'one', lines: [{ id: 'a', quantity: 2 }], shipping: money(100, 'GBP') });
    expect(await figures()).toMatchObject({ orders: '1', ordered: '31.02', averageOrderValue: '31.02' });
    await move({ orderId: 'one', status: 'CANCELLED', occurredAt: at(4) });
    expect(await figures()).toMatchObject({ orders: '1', ordered: '0', averageOrderValue: '0' });
  });

  it.each([1, 2, 3])('equal a recount of the orders after random updates (seed %p)', async (seed) => {
    const below = randomOf(seed);
    const open: { id: string; lines: number }[] = [];
    let refused = 0;
    for (let step = 0; step < 120; step++) {
      const kind = open.length === 0 ? 0 : below(6);
      if (kind <= 1) {
        const id = `r${seed}-${step}`;
        const currency = below(3) > 0 ? 'EUR' : 'USD';
        const lines = Array.from({ length: 1 + below(3) }, (_, n) => ({
          ...{ id: String(n), productId: `p${below(9)}`, quantity: 1 + below(4) },
          unitPrice: money(1 + below(5_000), currency),
        }));
        const placed = { id, customerId: `c${below(9)}`, placedAt: at(below(10), below(1_440)), lines };
        const status = below(8) === 0 ? 'CANCELLED' : 'PLACED';
        expect(await record({ ...placed, status, source: ['web', 'app', null][below(3)] })).toEqual([]);
        open.push({ id, lines: lines.length });
        continue;
      }
      const { id, lines } = open[below(open.length)];
      const lineId = String(below(lines));
      const occurredAt = at(10 + below(9), step);
      const [quantity, source] = [1 + below(6), below(3) === 0 ? 'phone' : undefined];
      if (kind === 2) refused += (await record({ id, source, lines: [{ id: lineId, quantity }] })).length;
      else if (kind === 3)
        await move({ orderId: id, status: 'CANCELLED', occurredAt, lines: [{ lineId, quantity: 1 }] });
      else if (kind === 4) await move({ orderId: id, status: 'SHIPPED', occurredAt, lines: [{ lineId, quantity: 1 }] });
      else await move({ orderId: id, status: below(2) ? 'CANCELLED' : 'RETURNED', occurredAt });
    }
    // Updates that the order's state does not allow change nothing.
    expect(refused).toBeLessThan(40);
    const expected = new Map<string, { orders: number; cents: number }>();
    for (const { placedAt, due } of await allOrders()) {
      const key = `${placedAt.slice(0, 10)} ${due.currency}`;
      const { orders, cents } = expected.get(key) ?? { orders: 0, cents: 0 };
      expected.set(key, { orders: orders + 1, cents: cents + centsOf(due.amount) });
    }
    const recounted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [stream, size] of [
      ['orders-by-day', undefined],
      ['orders-by-minute', 'P1D'],
    ] as const) {
      // prettier-ignore
      const placed = (await windows(stream, size)).filter(({ figures }) => figures.orders !== '0');
      const found = placed.map(({ start, key, figures }) => {
        const { orders, ordered, averageOrderValue } = figures as Record<string, string>;
        expect(Number(averageOrderValue)).toBeCloseTo(Number(ordered) / Number(orders), 9);
        return [`${start.slice(0, 10)} ${key}`, { orders: Number(orders), cents: centsOf(ordered) }] as const;
      });
      expect(found.sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(recounted);
    }
    // An order keeps the source of its first record.
    const { rows } = await shop.pool.query<{ key: string; orders: string; cents: string }>(
      `SELECT coalesce(e.properties ->> 'source', '-') || ' ' || o.currency AS key, count(*) AS orders,
         round(sum(o.total - (SELECT sum(l.cancelled * l.unit_price) FROM order_lines l WHERE l.order_id = o.id)
           - CASE WHEN (SELECT bool_and(l.cancelled = l.quantity) FROM order_lines l WHERE l.order_id = o.id)
                  THEN o.shipping + o.tax - o.discount ELSE 0 END) * 100)::bigint AS cents
       FROM orders o JOIN events e ON e.source = 'ORDERS' AND e.id = o.id || '#0' GROUP BY 1`,
    );
    const bySource = new Map<string, { orders: number; cents: number }>();
    for (const { keys, figures } of await windows('order-sources-by-day')) {
      const { orders, ordered } = figures as Record<string, string>;
      const before = bySource.get(keys.join(' ')) ?? { orders: 0, cents: 0 };
      bySource.set(keys.join(' '), {
        orders: before.orders + Number(orders),
        cents: before.cents + centsOf(ordered),
      });
    }
    const counted = rows.map(({ key, orders, cents }) => [key, { orders: Number(orders), cents: Number(cents) }]);
    expect(Object.fromEntries(bySource)).toEqual(Object.fromEntries(counted));
  });

  it('count no change of an erased customer’s order, which has left the log', async () => {
    const lines = [{ id: 'a', productId: 'a', quantity: 2, unitPrice: money(500, 'SEK') }];
    await record({ id: 'hers', customerId: 'eve', placedAt: at(1), lines });
    await shop.client.data('mutation { eraseCustomer(input: { customerId: "eve" }) { receipt } }');
    const { rows } = await shop.pool.query<{ id: string }>("SELECT id FROM orders WHERE currency = 'SEK'");
    await move({ orderId: rows[0].id, status: 'CANCELLED', occurredAt: at(3), lines: [{ lineId: 'a', quantity: 1 }] });
    const logged = await shop.pool.query("SELECT FROM events WHERE name = 'order_value_changed' AND currency = 'SEK'");
    expect(logged.rows).toEqual([]);
  });
});
