import fc from 'fast-check';
import { LoggedEvents } from '../../../src/orders/logged-events.store';
import { allowedStatuses, isOpen, canMove, NEXT_STATUSES, ORDER_STATUSES } from '../../../src/orders/life-cycle';
import { faultOfOrder } from '../../../src/orders/check-order';
import { mergeOrder } from '../../../src/orders/merge-order';
import { moveOrder } from '../../../src/orders/move-order';
import { isFault, type OrderFault } from '../../../src/orders/order-fault';
import { OrderBook } from '../../../src/orders/order-book';
import type { OrderInput, PaymentInput } from '../../../src/orders/order-input.type';
import { dueOf, paymentStateOf, totalOf, type OrderRecord } from '../../../src/orders/order-record';
import { recordPayment } from '../../../src/orders/record-payment';

const DAY = Date.parse('2026-03-01T00:00:00Z');
const euro = (cents: number) => ({ amount: (cents / 100).toFixed(2), currency: 'EUR' });
const CENTS: Record<string, number> = { a: 250, b: 1_099, c: 0 };
const LINES = Object.keys(CENTS);

/** One update of an order by the shop. */
type Said =
  | { readonly what: 'lines'; readonly quantities: Record<string, number> }
  | {
      readonly what: 'move';
      readonly status: (typeof ORDER_STATUSES)[number];
      readonly units: Record<string, number> | null;
    }
  | { readonly what: 'pay'; readonly kind: 'CHARGE' | 'REFUND'; readonly cents: number };

const units = fc
  .record(Object.fromEntries(LINES.map((line) => [line, fc.integer({ min: 1, max: 3 })])), { requiredKeys: [] })
  .filter((given) => Object.keys(given).length > 0);
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record({ what: fc.constant('lines' as const), quantities: units as fc.Arbitrary<Record<string, number>> }),
  fc.record({
    what: fc.constant('move' as const),
    status: fc.constantFrom(...ORDER_STATUSES),
    units: fc.option(units as fc.Arbitrary<Record<string, number>>),
  }),
  fc.record({
    what: fc.constant('pay' as const),
    kind: fc.constantFrom('CHARGE' as const, 'REFUND' as const),
    cents: fc.constantFrom(250, 500, 1_099, 1_349, 5_000),
  }),
);

const inputOf = (quantities: Record<string, number>, more: Partial<OrderInput> = {}): OrderInput => ({
  id: 'o',
  customerId: 'mia',
  placedAt: new Date(DAY),
  lines: Object.entries(quantities).map(([id, quantity]) => ({
    id,
    productId: `product ${id}`,
    quantity,
    unitPrice: euro(CENTS[id]),
  })),
  ...more,
});

function step(order: OrderRecord | undefined, one: Said, n: number): OrderRecord | OrderFault {
  const at = new Date(DAY + n * 60_000);
  const saying = { recordedAt: at.toISOString(), movedBy: 'test' };
  if (one.what === 'lines' || order === undefined) {
    return mergeOrder(order, inputOf(one.what === 'lines' ? one.quantities : { a: 2, b: 1 }), saying);
  }
  if (one.what === 'move') {
    return moveOrder(order, { status: one.status, occurredAt: at.toISOString(), ...saying, units: one.units });
  }
  const payment: PaymentInput = { id: `p${n}`, orderId: 'o', kind: one.kind, amount: euro(one.cents), occurredAt: at };
  return recordPayment(order, payment, at.toISOString());
}

/** An order's life as the order book stores it, with all the events that it caused. */
function live(life: readonly Said[]) {
  const book = new OrderBook(new Map(), LoggedEvents.NONE);
  const faults: OrderFault[] = [];
  life.forEach((one, n) => {
    const next = step(book.get('o'), one, n);
    if (isFault(next)) faults.push(next);
    else book.put(next, new Date(DAY + n * 60_000).toISOString());
  });
  return { order: book.get('o'), events: book.events, faults };
}

describe('the table of order transitions', () => {
  it('leads from PLACED to every status, has no step back, and ends', () => {
    const reached = new Set(['PLACED']);
    const rounds = ORDER_STATUSES.map(() =>
      [...reached].forEach((from) => NEXT_STATUSES[from as 'PLACED'].forEach((to) => reached.add(to))),
    );
    expect([reached.size, rounds.length]).toEqual([ORDER_STATUSES.length, ORDER_STATUSES.length]);
    const rank = new Map(ORDER_STATUSES.map((status, at) => [status, at]));
    for (const from of ORDER_STATUSES) {
      for (const to of NEXT_STATUSES[from]) expect(rank.get(to)).toBeGreaterThan(rank.get(from)!);
    }
    expect(NEXT_STATUSES.REFUNDED).toEqual([]);
  });
});

describe('an order, after any updates', () => {
  const lives = fc.array(said, { minLength: 1, maxLength: 25 });

  it('has taken only steps of the table', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { order } = live(life);
        const steps = order?.history.filter((move) => move.units === null).map((move) => move.status) ?? [];
        for (let n = 1; n < steps.length; n++)
          expect([steps[n - 1], steps[n], canMove(steps[n - 1], steps[n])]).toEqual([steps[n - 1], steps[n], true]);
        if (order) expect(steps.at(-1)).toBe(order.status);
      }),
      { numRuns: 400, endOnFailure: true },
    );
  });

  it('equals, unit by unit, the sum of its events in the log, each with its own id', () => {
    let returns = 0;
    fc.assert(
      fc.property(lives, (life) => {
        const { order, events } = live(life);
        const net: Record<string, number> = {};
        let lowest = 0;
        for (const { source, type, productId = '', quantity } of events) {
          if (source !== 'ORDERS') continue;
          if (type === 'RETURN') returns++;
          net[productId] = (net[productId] ?? 0) + (type === 'PURCHASE' ? quantity : -quantity);
          lowest = Math.min(lowest, net[productId]);
        }
        expect(lowest).toBe(0);
        const kept = Object.fromEntries(
          order?.lines.map((line) => [line.productId, line.quantity - line.cancelled - line.returned]) ?? [],
        );
        expect(net).toEqual(kept);
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        const first = events.filter(({ id, occurredAt }) => !id.includes('#') && occurredAt === DAY);
        expect(first.map(({ id }) => id).sort()).toEqual(order?.lines.map((line) => `o:${line.id}`).sort() ?? []);
      }),
      { numRuns: 400, endOnFailure: true },
    );
    expect(returns).toBeGreaterThan(100);
  });

  it('has consistent units, total and payments', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(lives, (life) => {
        const { order } = live(life);
        if (!order) return;
        for (const line of order.lines) {
          expect(line.cancelled + line.shipped).toBeLessThanOrEqual(line.quantity);
          expect(line.returned).toBeLessThanOrEqual(line.shipped);
        }
        // An oracle in cents.
        const cents = (of: (line: OrderRecord['lines'][0]) => number) =>
          order.lines.reduce((sum, line) => sum + CENTS[line.id] * of(line), 0);
        const total = cents((line) => line.quantity);
        expect([order.total, totalOf(order)]).toEqual([(total / 100).toFixed(2), order.total]);
        const due = total - cents((line) => line.cancelled);
        expect(Math.round(Number(dueOf(order)) * 100)).toBe(due);
        const paid = (kind: string) =>
          order.payments.reduce((sum, one) => sum + (one.kind === kind ? Math.round(Number(one.amount) * 100) : 0), 0);
        const [charged, refunded] = [paid('CHARGE'), paid('REFUND')];
        expect(refunded).toBeLessThanOrEqual(charged);
        const state = refunded > 0 ? (refunded < charged ? 'PARTIALLY_REFUNDED' : 'REFUNDED')
          : charged >= due ? 'PAID' : charged > 0 ? 'PARTIALLY_PAID' : 'UNPAID'; // prettier-ignore
        expect(paymentStateOf(order)).toBe(state);
        if (order.status === 'REFUNDED') expect([charged > 0, refunded]).toEqual([true, charged]);
        if (order.status === 'PLACED') expect(charged > 0 && charged >= due).toBe(false);
        seen.add(order.status).add(state);
      }),
      { numRuns: 4_000, endOnFailure: true },
    );
    expect(seen.size).toBeGreaterThan(10);
  });

  it('does not change when the same update is repeated', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { order } = live(life);
        if (!order) return;
        for (const move of order.history.filter(({ movedBy }) => movedBy === 'test')) {
          expect(moveOrder(order, { ...move, recordedAt: new Date(DAY + 9e6).toISOString() })).toBe(order);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reports the allowed moves when a move is not allowed', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...ORDER_STATUSES), (life, status) => {
        const { order } = live(life);
        if (!order || order.status === status || canMove(order.status, status)) return;
        const at = new Date(DAY + 9e6).toISOString();
        const moved = moveOrder(order, { status, occurredAt: at, recordedAt: at, movedBy: 'test', units: null });
        expect(moved).toMatchObject({ code: 'CONFLICT', path: 'status' });
        for (const next of allowedStatuses(order.status)) expect((moved as OrderFault).message).toContain(next);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an update of an order', () => {
  const now = new Date(DAY).toISOString();
  const saying = { recordedAt: now, movedBy: 'test' };
  const merge = (input: OrderInput, stored?: OrderRecord) => mergeOrder(stored, input, saying);
  const order = merge(inputOf({ a: 2 })) as OrderRecord;

  it('adds up to the last digit, or is rejected', () => {
    const price = { amount: '0.333333333333333333', currency: 'EUR' };
    const input = (total: string): OrderInput => ({
      ...inputOf({}),
      lines: [{ id: 'a', productId: 'a', quantity: 3, unitPrice: price }],
      shipping: euro(495),
      tax: euro(19),
      discount: euro(14),
      total: { amount: total, currency: 'EUR' },
    });
    expect(merge(input('5.999999999999999999'))).toMatchObject({ total: '5.999999999999999999' });
    expect(merge(input('6.00'))).toMatchObject({ code: 'BAD_USER_INPUT', path: 'total.amount' });
    expect(merge({ ...inputOf({ a: 1 }), discount: euro(251) })).toMatchObject({ path: 'discount' });
  });

  it('leaves absent fields unchanged, clears null ones, and is stale when older', () => {
    const rich = merge({ ...inputOf({ a: 2 }), shipping: euro(495), source: 'app', properties: { gift: true } });
    const later = merge({ id: 'o', source: null, shipping: null }, rich as OrderRecord);
    expect(later).toMatchObject({ source: null, shipping: '0', total: '5.00', properties: { gift: true } });
    expect(merge({ id: 'o', updatedAt: new Date(DAY - 1) }, order)).toMatchObject({ code: 'STALE' });
  });

  it.each<[string, Partial<OrderInput>]>([
    ['owner', { customerId: 'otto' }],
    ['owner', { customerId: null }],
    ['time', { placedAt: new Date(DAY + 1) }],
    ['kind', { kind: 'RETURN' }],
    ['currency', { shipping: { amount: '1', currency: 'USD' } }],
    ['product of a line', { lines: [{ id: 'a', productId: 'other' }] }],
    ['price of a line', { lines: [{ id: 'a', unitPrice: euro(1) }] }],
  ])('can not change its %s', (_what, change) => {
    expect(merge({ id: 'o', ...change }, order)).toMatchObject({ code: 'CONFLICT' });
  });

  it('can not change its lines once it has been shipped', () => {
    const shipped = merge({ ...inputOf({ a: 2 }), status: 'SHIPPED' }) as OrderRecord;
    expect(isOpen(shipped.status)).toBe(false);
    expect(merge({ id: 'o', lines: [{ id: 'a', quantity: 3 }] }, shipped)).toMatchObject({ code: 'CONFLICT' });
    expect(merge({ id: 'o', lines: [{ id: 'a', quantity: 2 }] }, shipped)).toMatchObject({ status: 'SHIPPED' });
  });

  it.each<[string, Partial<OrderInput>]>([
    ['id', { id: 'a:b' }],
    ['lines[0].id', { lines: [{ id: 'a#1' }] }],
    ['lines', { lines: [{ id: 'a' }, { id: 'a' }] }],
    ['lines[0].quantity', { lines: [{ id: 'a', quantity: 0 }] }],
    ['lines[0].unitPrice.amount', { lines: [{ id: 'a', unitPrice: { amount: '-1', currency: 'EUR' } }] }],
    ['tax.currency', { shipping: euro(1), tax: { amount: '1', currency: 'USD' } }],
    ['placedAt', { placedAt: new Date(DAY + 400_000) }],
  ])('is rejected for %s', (path, change) => {
    expect(faultOfOrder({ id: 'o', ...change }, DAY)).toMatchObject({ code: 'BAD_USER_INPUT', path });
  });
});
