import type { GraphqlClient } from '../setup/graphql-client';
import { ERASE, type Erased, erasureShop } from '../setup/erasure-shop';
import { BY_THEMSELVES } from '../setup/processes';
import { expectWithin } from '../setup/measured';
import { LIST } from '../setup/operations';
import { expectExactly } from '../setup/final-failure';

const PEOPLE = 70;
const EVENTS_EACH = 3;
/** The number of erased customers who also have an order: the events of its steps are deleted, its line remains. */
const BUYERS = 20;
const INTERVAL_MS = 15_000;
/** From the requests to the end of the last erasure, on a machine with other load. */
const MAX_MS = INTERVAL_MS + 45_000;
/** The time that erasures may add to the slowest of a hundred reads of one's own writes. */
const MAX_SLOWER = 3;
const MAX_MORE_MS = 500;

const ORDERS = `mutation($orders: [OrderInput!]!, $payments: [PaymentInput!]!) {
  recordOrders(input: { orders: $orders }) { errors { code message } }
  recordPayments(input: { payments: $payments }) { errors { code } }
}`;

const { client, record, event, rows, whereFound, apis, logs } = erasureShop(
  {
    ERASURE_INTERVAL_MS: String(INTERVAL_MS),
  },
  BY_THEMSELVES,
);

const name = (n: number) => `leaving-${n}-x`;
const placedAt = new Date(Date.now() - 86_400_000).toISOString();
const euro = (amount: string) => ({ amount, currency: 'EUR' });
/**
 * All orders are in one batch, together with the order of a customer who is not erased. Payments change orders without
 * events.
 */
const bought = [...[...Array(BUYERS).keys()].map(name), 'otto'].map((customerId, n) => ({
  order: {
    id: `order-of-${customerId}`,
    customerId,
    placedAt,
    lines: [{ id: 'l', productId: n % 2 ? 'a' : 'b', quantity: n + 1, unitPrice: euro('2.50') }],
  },
  payments: ['1.00', '1.50'].map((amount, k) => ({
    id: `payment-${k}-of-${customerId}`,
    orderId: `order-of-${customerId}`,
    kind: 'CHARGE',
    amount: euro(amount),
    occurredAt: placedAt,
  })),
}));
/** Returns sold and paid amounts, independent of ids. */
const sold = () =>
  rows(`SELECT l.product_id, l.quantity::int, l.unit_price::text, o.placed_at, o.total::text, o.currency,
          (SELECT sum(amount)::text FROM payments WHERE order_id = o.id) AS paid
        FROM orders o JOIN order_lines l ON l.order_id = o.id ORDER BY l.product_id, l.quantity`);
const percentile = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))];

describe('many customers who are erased at the same time', () => {
  it('are erased together, and delay neither events nor reads', async () => {
    for (let n = 0; n < EVENTS_EACH; n++)
      await record([...Array(PEOPLE).keys()].map((k) => event('VIEW', 'a', { customerId: name(k) })));
    const { recordOrders } = await client().data<{ recordOrders: { errors: object[] } }>(ORDERS, {
      orders: bought.map(({ order }) => order),
      payments: bought.slice(0, -1).flatMap(({ payments }) => payments),
    });
    expect(recordOrders.errors).toEqual([]);
    // The newest change of each order has its own position; the change before shares a position with others.
    for (const { payments } of bought)
      await client().data(ORDERS, { orders: [], payments: [{ ...payments[0], id: `${payments[0].id}-2` }] });
    const soldBefore = await sold();
    expect(soldBefore).toHaveLength(BUYERS + 1);
    const waits: number[] = [];
    let isOver = false;
    const otto = { customerId: 'otto' };
    const senders = [0, 1, 2].map(async () => {
      while (!isOver) {
        const began = performance.now();
        const awaitReceipt = await record(Array.from({ length: 20 }, () => event('VIEW', 'b', otto)));
        await client().data(LIST, { input: { intent: 'RECENTLY_VIEWED', ...otto, awaitReceipt } });
        waits.push(performance.now() - began);
      }
    });
    const over = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await over(8_000);
    const before = waits.splice(0);

    const theirs = await rows<{ subject: string; count: number }>(
      `SELECT subject, count(*) FROM events WHERE type <> 'PURCHASE' AND subject LIKE 'c:leaving-%' GROUP BY subject`,
    );
    const removable = new Map(theirs.map(({ subject, count }) => [subject, count]));
    expect([removable.get(`c:${name(PEOPLE - 1)}`), removable.size]).toEqual([EVENTS_EACH, PEOPLE]);
    // Each caller repeats the request until its status says that the erasure is done.
    const began = performance.now();
    const pending = new Set<string>();
    const done = await Promise.all(
      Array.from({ length: PEOPLE }, async (_, n) => {
        const api: GraphqlClient = apis()[n % 2].client;
        const receipts = new Set<string>();
        for (;;) {
          const { eraseCustomer } = await api.data<Erased>(ERASE, { customerId: name(n) });
          expect(eraseCustomer.errors).toEqual([]);
          if (eraseCustomer.status === 'DONE') return { ...eraseCustomer, receipts };
          receipts.add(eraseCustomer.receipt);
          pending.add(name(n));
          await over(1_000);
        }
      }),
    );
    const ms = performance.now() - began;
    isOver = true;
    await Promise.all(senders);

    expect(done.map(({ removedEvents }) => removedEvents)).toEqual(done.map((_, n) => removable.get(`c:${name(n)}`)));
    expect(done.map(({ keptOrderLines }) => keptOrderLines)).toEqual(done.map((_, n) => (n < BUYERS ? 1 : 0)));
    await expectExactly(async () => {
      expect(await whereFound('leaving-')).toEqual([]);
      expect(await sold()).toEqual(soldBefore);
    });
    const orders = await rows<{ id: string; customer: string | null }>(
      'SELECT id, customer_id AS customer FROM orders ORDER BY customer_id NULLS LAST',
    );
    expect(orders[0]).toEqual({ id: 'order-of-otto', customer: 'otto' });
    expect(new Set(orders.slice(1).map(({ id }) => id.replace(/^erased-[-0-9a-f]{36}$/, 'one-time')))).toEqual(
      new Set(['one-time']),
    );
    expect(orders.slice(1).every(({ customer }) => customer === null)).toBe(true);
    // The data of the remaining customers still exists.
    expect((await whereFound('order-of-otto')).some((found) => found.startsWith('outbox:'))).toBe(true);
    const [{ logged, counted }] = await rows<{ logged: number; counted: number }>(
      'SELECT (SELECT count(*) FROM events) AS logged, (SELECT sum(events)::int FROM log_batches) AS counted',
    );
    expectExactly(() => expect(counted).toBe(logged));
    expect(logs()).not.toMatch(/is damaged/);
    const usual = percentile(before, 0.99);
    expectWithin(`${PEOPLE} erasures`, ms, MAX_MS);
    expectWithin(
      `p99 of reading own writes meanwhile (before: ${Math.round(usual)} ms)`,
      percentile(waits, 0.99),
      Math.max(MAX_SLOWER * usual, usual + MAX_MORE_MS),
    );
    // The first erasure need not wait; requests that arrive in the meantime are processed together next.
    expect(new Set(done.map(({ receipt }) => receipt)).size).toBeLessThanOrEqual(3);
    expect(pending.size).toBeGreaterThan(0);
    expect(done.every(({ receipts }) => receipts.size <= 1)).toBe(true);
  }, 180_000);
});
