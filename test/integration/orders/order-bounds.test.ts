import { RECORD, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { at, euro, line, LIVE, MOVE, ORDER, ORDERS, PAGE, PAY } from '../../setup/order-operations';
import { orderShop } from '../../setup/order-shop';
import { STREAM, type StreamAnswer } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const BEST = `query($from: DateTime!, $to: DateTime!) {
  bestSellers(input: { from: $from, to: $to, by: UNITS }, first: 100) { productId currency units revenue }
}`;
const FULL = `query($id: ID!) { order(id: $id) {
  total { amount } due { amount } subtotal { amount } charged { amount } paymentState status lines { amount { amount } } history { status movedBy }
} }`;
/** The largest amount. */
const MAX_AMOUNT = '999999999999.99999999';

describe('the bounds of orders', () => {
  const { client, pool, taken, list } = orderShop(['a', 'b', 'c'].map((id) => ({ id, title: id, stock: 3 })));
  const full = async (id: string) => (await client().data<{ order: Record<string, unknown> }>(FULL, { id })).order;

  it('refuse amounts that could not be computed with, wherever they are sent', async () => {
    const fault = async (operation: string, variables: object) => {
      const data = await client().data<Record<string, { errors: { code: string; path: string }[] }>>(
        operation,
        variables,
      );
      return Object.values(data)[0].errors.map(({ code, path }) => [code, path]);
    };
    for (const amount of ['3.333333333333333333333333333', '1000000000000', '0.000000001', '9'.repeat(30)]) {
      const money = euro(amount);
      const event = { type: 'PURCHASE', customerId: 'c', productId: 'a', unitPrice: money };
      expect(await fault(RECORD, { events: [event] })).toEqual([['BAD_USER_INPUT', 'unitPrice.amount']]);
      expect(await fault(UPSERT, { products: [{ id: 'a', listPrice: money }] })).toEqual([
        ['BAD_USER_INPUT', 'listPrice.amount'],
      ]);
      const order = { id: 'never', customerId: 'c', lines: [line('a', 1000, { unitPrice: money })] };
      expect(await fault(ORDERS, { orders: [order] })).toEqual([['BAD_USER_INPUT', 'lines[0].unitPrice.amount']]);
      expect(await fault(ORDERS, { orders: [{ id: 'never', shipping: money }] })).toEqual([
        ['BAD_USER_INPUT', 'shipping.amount'],
      ]);
      const payment = { id: 'p', orderId: 'never', kind: 'CHARGE', amount: money, occurredAt: at(1) };
      expect(await fault(PAY, { payments: [payment] })).toEqual([['BAD_USER_INPUT', 'amount.amount']]);
    }
  });

  it('are read to the last digit, in products and sums', async () => {
    const lines = ['a', 'b', 'c'].map((id) => line(id, 1_000_000, { unitPrice: euro(MAX_AMOUNT) }));
    await taken({ id: 'most', customerId: 'mia', placedAt: at(0), lines, shipping: euro(MAX_AMOUNT) });
    expect(await full('most')).toMatchObject({
      lines: lines.map(() => ({ amount: { amount: '999999999999999999.99000000' } })),
      total: { amount: '3000000999999999999.96999999' },
      due: { amount: '3000000999999999999.96999999' },
    });
    const charges = Array.from({ length: 5 }, (_, n) => ({ id: `c${n}`, orderId: 'most', kind: 'CHARGE' }));
    await client().data(PAY, {
      payments: charges.map((each) => ({ ...each, amount: euro(MAX_AMOUNT), occurredAt: at(1) })),
    });
    expect(await full('most')).toMatchObject({
      charged: { amount: '4999999999999.99999995' },
      paymentState: 'PARTIALLY_PAID',
    });
  });

  it('are read even where a former release stored more digits', async () => {
    await taken({ id: 'former', customerId: 'mia', placedAt: at(0), lines: [line('a', 1000)] });
    await pool().query("UPDATE order_lines SET unit_price = 3.333333333333333333333333333 WHERE order_id = 'former'");
    await pool().query("UPDATE orders SET total = 3333.333333333333333333333333000 WHERE id = 'former'");
    expect(await full('former')).toMatchObject({ lines: [{ amount: { amount: '3333.333333333333333333333333000' } }] });
    await client().data(PAGE, { first: 10 });
    const live = client().subscribe<{ orderUpdated: { status: string } }>(LIVE, { id: 'former' });
    expect((await live.next()).value.errors).toBeUndefined();
    await client().data(MOVE, { input: { orderId: 'former', status: 'PACKED', occurredAt: at(2) } });
    expect((await live.next()).value.data?.orderUpdated.status).toBe('PACKED');
    await live.return?.();
  });

  it('of nothing to pay are paid, with an entry in the history', async () => {
    const free = { customerId: 'mia', placedAt: at(0) };
    await taken(
      { id: 'free', ...free, lines: [line('a', 1, { unitPrice: euro('0') })] },
      { id: 'gift', ...free, lines: [line('a', 2)], discount: euro('5.00') },
    );
    for (const id of ['free', 'gift'])
      expect(await full(id)).toMatchObject({
        status: 'PAID',
        paymentState: 'PAID',
        history: [{ status: 'PLACED' }, { status: 'PAID', movedBy: 'payments' }],
      });
    expect((await client().data<{ order: { status: string } }>(ORDER, { id: 'free' })).order.status).toBe('PAID');
  });

  it('have best sellers of more units than an Int, with exact revenue, and none that is missing as 0', async () => {
    await client().data('mutation { createOrderStreams(input: {}) { created } }');
    await until(
      () => client().data<StreamAnswer>(STREAM, { id: 'product-sales-by-day' }),
      ({ stream }) => stream?.state === 'LIVE' && stream.progress === 1,
    );
    const many = Array.from({ length: 3_000 }, (_, n) =>
      line('b', 1_000_000, { id: `l${n}`, unitPrice: euro('0.01') }),
    );
    const events = [
      {
        type: 'PURCHASE',
        productId: 'unpriced',
        customerId: 'c',
        occurredAt: at(3),
        quantity: 4,
        source: 'ORDERS',
        id: 'u:1',
      },
    ];
    await client().data(RECORD, { events });
    const parts = [many.slice(0, 2_000), many.slice(2_000)];
    for (const [n, lines] of parts.entries()) await taken({ id: `many-${n}`, customerId: 'c', placedAt: at(3), lines });
    await taken({
      id: 'exact',
      customerId: 'c',
      placedAt: at(3),
      lines: [line('exact', 7, { unitPrice: euro('123456789012.345678') })],
    });
    const best = await until(
      async () => (await client().data<{ bestSellers: object[] }>(BEST, { from: at(-48), to: at(48) })).bestSellers,
      (sellers) =>
        ['exact', 'unpriced'].every((id) => sellers.some((each) => 'productId' in each && each.productId === id)),
    );
    expect(best).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ productId: 'exact', units: 7, revenue: '864197523086.419746' }),
        expect.objectContaining({ productId: 'unpriced', units: 4, revenue: null }),
      ]),
    );
    const b = best.find((each) => 'productId' in each && each.productId === 'b') as { units: number; revenue: string };
    expect(b.units).toBeGreaterThanOrEqual(3_001_000_000);
    expect(b.revenue).toBe('1000000000029999999.99');
  });

  it('are of goods whose stock may be below 0', async () => {
    const stored = async (change: object) => {
      const { upsertProducts } = await client().data<UpsertAnswer>(UPSERT, { products: [{ id: 'c', ...change }] });
      expect(upsertProducts.errors).toEqual([]);
      await list({ intent: 'POPULAR', awaitReceipt: upsertProducts.receipt });
      return (await client().data<{ product: object }>('{ product(id: "c") { stock availability } }')).product;
    };
    expect(await stored({ stock: -2 })).toEqual({ stock: -2, availability: 'OUT_OF_STOCK' });
    expect(await stored({ stock: -2, availability: 'PREORDER' })).toEqual({ stock: -2, availability: 'PREORDER' });
  });

  it('leave RECENTLY_VIEWED when they are discontinued, and BUY_AGAIN however they come back', async () => {
    await client().data(UPSERT, { products: ['x', 'y', 'z'].map((id) => ({ id, title: id })) });
    const viewed = ['x', 'y'].map((productId) => ({ type: 'VIEW', customerId: 'ida', productId, occurredAt: at(5) }));
    const { recordEvents } = await client().data<{ recordEvents: { receipt: string } }>(RECORD, { events: viewed });
    const seen = { intent: 'RECENTLY_VIEWED', customerId: 'ida' };
    expect((await list({ ...seen, awaitReceipt: recordEvents.receipt })).sort()).toEqual(['x', 'y']);
    const gone = await client().data<{ upsertProducts: { receipt: string } }>(UPSERT, {
      products: [{ id: 'x', availability: 'DISCONTINUED' }],
    });
    expect(await list({ ...seen, awaitReceipt: gone.upsertProducts.receipt })).toEqual(['y']);
    const ida = { customerId: 'ida', placedAt: at(5) };
    await taken({ id: 'i1', ...ida, lines: [line('y', 2)] }, { id: 'i2', ...ida, lines: [line('z', 1)] });
    const back = { kind: 'RETURN', status: 'RETURNED', customerId: 'ida', placedAt: at(6) };
    const { receipt } = await taken({ id: 'i3', ...back, lines: [line('y', 2)] });
    expect(await list({ intent: 'BUY_AGAIN', customerId: 'ida', awaitReceipt: receipt })).toEqual(['z']);
  });
});
