import { demoHistory } from '../../../src/demo/demo-history';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoOrderHistory, pricesByProduct } from '../../../src/demo/demo-orders';
import { demoParcel } from '../../../src/demo/demo-parcels';
import { eventsByShipment, addEvents } from '../../../src/logistics/shipment';
import { stateOf } from '../../../src/logistics/shipment-state';

const NOW = Date.parse('2026-05-20T15:00:00Z');
const HOUR = 3_600_000;
const IDS = Array.from({ length: 400 }, (_, n) => `order-${n}`);

it('parcels depend on the order alone, arrive in days by a carrier and in minutes by the courier', () => {
  const tracked = (isLive: boolean) =>
    IDS.map((id) => {
      const { events, deliveredAt } = demoParcel(id, NOW, isLive);
      expect(demoParcel(id, NOW, isLive).events).toEqual(events);
      const shipment = addEvents(undefined, [...eventsByShipment(events).values()][0], () => ({
        ...{ receivedAt: NOW, backfill: true },
      }));
      expect(stateOf(shipment.scans)).toMatchObject({ deliveredAt: deliveredAt ?? null });
      return { carrier: shipment.newest!.record.carrier, hours: (deliveredAt! - NOW) / HOUR };
    });
  const past = tracked(false);
  expect(new Set(past.map(({ carrier }) => carrier)).size).toBe(3);
  const medianOf = (all: typeof past) => all.map(({ hours }) => hours).sort((a, b) => a - b)[all.length >> 1];
  expect(medianOf(past.filter(({ carrier }) => carrier !== 'Brook Courier'))).toBeGreaterThan(20);
  const live = tracked(true);
  expect(new Set(live.map(({ carrier }) => carrier))).toEqual(new Set(['Brook Courier']));
  expect(Math.max(...live.map(({ hours }) => hours))).toBeLessThan(0.25);
});

it('past orders are delivered with their parcel', () => {
  const products = demoProducts(new Date(NOW));
  const { orders } = demoHistory(products, NOW, { customers: 300 });
  const histories = orders.map((order) => demoOrderHistory(order, pricesByProduct(products), NOW));
  let onTheirWay = 0;
  for (const { order, parcel } of histories) {
    if (order.status === 'SHIPPED') onTheirWay++;
    if (order.status === 'SHIPPED') expect(parcel!.deliveredAt ?? Infinity).toBeGreaterThan(NOW);
    if (order.status === 'DELIVERED') expect(order.updatedAt).toEqual(new Date(parcel!.deliveredAt!));
  }
  expect(onTheirWay).toBeGreaterThan(0);
});
