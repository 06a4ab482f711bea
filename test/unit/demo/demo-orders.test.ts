import { purchasesOf } from '../../setup/demo-events';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { orderInput, demoOrderHistory, pricesByProduct } from '../../../src/demo/demo-orders';
import { demoHistory } from '../../../src/demo/demo-history';
import { outcomeOf, nextStep, statusAfter } from '../../../src/demo/order-steps';
import { faultOfMove, faultOfOrder, faultOfPayment } from '../../../src/orders/check-order';
import { canMove, ORDER_STATUSES, type OrderStatus } from '../../../src/orders/life-cycle';
import { lineEvents } from '../../../src/orders/line-events';
import { mergeOrder } from '../../../src/orders/merge-order';
import { moveOrder } from '../../../src/orders/move-order';
import { isFault, type OrderFault } from '../../../src/orders/order-fault';
import type { OrderRecord } from '../../../src/orders/order-record';
import { recordPayment } from '../../../src/orders/record-payment';

const NOW = Date.parse('2026-05-20T15:00:00Z');
const PRODUCTS = demoProducts(new Date(NOW));
const PRICES = pricesByProduct(PRODUCTS);
const { orders: ORDERS } = demoHistory(PRODUCTS, NOW, { customers: 600 });
const SAYING = { recordedAt: new Date(NOW).toISOString(), movedBy: 'demo' };

const taken = <T extends object>(outcome: T | OrderFault): T => {
  if (isFault(outcome)) throw new Error(outcome.message);
  return outcome;
};

/** The order as the order book would store it. */
const told = (index: number): OrderRecord => {
  const { order, payments, partReturn } = demoOrderHistory(ORDERS[index], PRICES, NOW);
  let record = taken(mergeOrder(undefined, order, SAYING));
  for (const payment of payments) record = taken(recordPayment(record, payment, SAYING.recordedAt));
  if (!partReturn) return record;
  const { status, occurredAt, lines } = partReturn;
  const units = Object.fromEntries(lines!.map(({ lineId, quantity }) => [lineId, quantity]));
  return taken(moveOrder(record, { ...SAYING, status, occurredAt: occurredAt!.toISOString(), units }));
};

describe('the orders of the demo shop', () => {
  it('are accepted by the order book, to the last payment and return', () => {
    const statuses = new Map<OrderStatus, number>();
    ORDERS.forEach((each, index) => {
      const { order, payments, partReturn } = demoOrderHistory(each, PRICES, NOW);
      expect(faultOfOrder(order, NOW)).toBeUndefined();
      for (const payment of payments) expect(faultOfPayment(payment, NOW)).toBeUndefined();
      if (partReturn) expect(faultOfMove(partReturn, NOW)).toBeUndefined();
      const { status } = told(index);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    });
    expect(ORDERS.length).toBeGreaterThan(300);
    // Most of them have arrived; some are in transit, some were returned.
    expect(statuses.get('DELIVERED')! / ORDERS.length).toBeGreaterThan(0.7);
    expect(statuses.get('REFUNDED')).toBeGreaterThan(10);
    expect(['PLACED', 'PAID', 'PACKED', 'SHIPPED'].some((status) => statuses.has(status as OrderStatus))).toBe(true);
    expect(ORDERS.filter((order) => demoOrderHistory(order, PRICES, NOW).partReturn).length).toBeGreaterThan(3);
  });

  it('are the purchases that the log receives when they are placed', () => {
    for (const order of ORDERS.slice(0, 100)) {
      const record = taken(mergeOrder(undefined, orderInput(order, PRICES), SAYING));
      const { events } = lineEvents(undefined, record, record.placedAt);
      const known = purchasesOf(order, PRICES);
      expect(JSON.parse(JSON.stringify(events))).toEqual(JSON.parse(JSON.stringify(known)));
    }
  });
});

describe('the life of an order', () => {
  const ids = Array.from({ length: 2_000 }, (_, n) => `order-${n}`);

  it('ends correctly, by steps that the order book allows, each later than the one before', () => {
    for (const id of ids) {
      let status: OrderStatus = 'PLACED';
      let after = 0;
      for (let step = nextStep(status, id); step; step = nextStep(status, id)) {
        expect(canMove(status, statusAfter(step))).toBe(true);
        expect(step.afterDays).toBeGreaterThan(after);
        after = step.afterDays;
        status = statusAfter(step);
      }
      const fate = outcomeOf(id);
      expect(status).toBe(fate === 'CANCELLED' || fate === 'RETURNED' ? 'REFUNDED' : 'DELIVERED');
    }
  });

  it('ends well for most', () => {
    const share = (fate: string) => ids.filter((id) => outcomeOf(id) === fate).length / ids.length;
    expect(share('DELIVERED')).toBeGreaterThan(0.8);
    for (const fate of ['CANCELLED', 'RETURNED', 'PARTLY_RETURNED']) expect(share(fate)).toBeGreaterThan(0.02);
  });

  it('has a next step, or none, from every state', () => {
    for (const status of ORDER_STATUSES) expect(() => nextStep(status, 'order-1')).not.toThrow();
  });
});
