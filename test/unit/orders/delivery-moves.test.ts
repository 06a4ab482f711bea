import fc from 'fast-check';
import { deliveriesOf } from '../../../src/orders/delivery-moves';
import { MOVED_BY_SHIPMENTS } from '../../../src/orders/life-cycle';
import { mergeOrder } from '../../../src/orders/merge-order';
import { moveOrder, takeBackDelivery } from '../../../src/orders/move-order';
import { isFault } from '../../../src/orders/order-fault';
import type { OrderRecord } from '../../../src/orders/order-record';
import { stepEvents } from '../../../src/orders/step-events';

const PLACED = Date.parse('2026-03-01T00:00:00Z');
const at = (hour: number) => new Date(PLACED + hour * 3_600_000).toISOString();

const placed = mergeOrder(
  undefined,
  {
    ...{ id: 'o', customerId: 'mia', placedAt: new Date(PLACED) },
    lines: [{ id: 'l', productId: 'p', quantity: 1, unitPrice: { amount: '1', currency: 'EUR' } }],
  },
  { recordedAt: at(0), movedBy: 'key' },
) as OrderRecord;

/** A report of a delivery by the parcels or by the shop, or that the delivery by the parcels was none or at another time. */
type Step =
  { readonly by: 'parcels' | 'shop'; readonly hour: number } | { readonly by: 'mistake'; readonly hour: number | null };

function after(order: OrderRecord, step: Step, recordedAt: string): OrderRecord {
  if (step.by === 'mistake') {
    return takeBackDelivery(order, recordedAt, step.hour === null ? null : at(step.hour));
  }
  const movedBy = step.by === 'parcels' ? MOVED_BY_SHIPMENTS : 'key';
  const move = { status: 'DELIVERED' as const, occurredAt: at(step.hour), recordedAt, movedBy, units: null };
  const moved = moveOrder(order, move);
  if (isFault(moved)) throw new Error(moved.message);
  return moved;
}

it('a delivery that was taken back counts in nothing, and one that the shop has reported stays', () => {
  const hours = fc.integer({ min: 1, max: 4 });
  const steps = fc.array(
    fc.oneof(
      fc.record({ by: fc.constantFrom('parcels' as const, 'shop' as const), hour: hours }),
      fc.record({ by: fc.constant('mistake' as const), hour: fc.option(hours) }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, (life) => {
      let order = placed;
      const events: ReturnType<typeof stepEvents> = [];
      // What was reported last by each, and not taken back.
      let [byParcels, byShop]: [number | undefined, number | undefined] = [undefined, undefined];
      life.forEach((step, n) => {
        const next = after(order, step, at(100 + n));
        events.push(...stepEvents(order, next, false));
        order = next;
        if (step.by === 'mistake')
          byParcels = byParcels === undefined || byShop !== undefined ? undefined : (step.hour ?? undefined);
        else if (step.by === 'shop') byShop ??= step.hour;
        else if (byShop === undefined) byParcels ??= step.hour;
      });
      const delivered = byParcels ?? byShop;
      expect(order.status === 'DELIVERED').toBe(delivered !== undefined);
      expect(deliveriesOf(order.history)[0]?.occurredAt).toBe(delivered && at(delivered));
      // Streams count by hour.
      const counted = new Map<number, number>();
      const sum = (name: string | undefined) =>
        name === 'order_delivered' ? 1 : name === 'order_delivery_withdrawn' ? -1 : 0;
      for (const { name, occurredAt } of events) counted.set(occurredAt, (counted.get(occurredAt) ?? 0) + sum(name));
      const left = [...counted].filter(([, count]) => count !== 0);
      expect(left).toEqual(delivered === undefined ? [] : [[Date.parse(at(delivered)), 1]]);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(events.filter(({ name }) => name === 'order_shipped')).toEqual([]);
    }),
  );
});

it('a delivery is taken out of the windows of streams as long as they wait for events', () => {
  const timesAfter = (recordedHour: number, takenBackHour: number) => {
    const delivered = after(placed, { by: 'parcels', hour: 1 }, at(recordedHour));
    const back = after(delivered, { by: 'mistake', hour: null }, at(takenBackHour));
    return stepEvents(delivered, back, false).map(({ occurredAt }) => new Date(occurredAt).toISOString());
  };
  expect(timesAfter(2, 24 * 30)).toEqual([at(1)]);
  expect(timesAfter(2, 24 * 40)).toEqual([at(24 * 40)]);
  // It was not counted itself.
  expect(timesAfter(24 * 39, 24 * 40)).toEqual([at(1)]);
});
