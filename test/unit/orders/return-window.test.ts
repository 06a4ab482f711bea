import fc from 'fast-check';
import { returnableUntil } from '../../../src/orders/return-window';
import { TimeZone } from '../../../src/streams/window/time-zone';

const DAY_MS = 86_400_000;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'].map(
  (name) => new TimeZone(name),
);

const move = (status: 'SHIPPED' | 'DELIVERED', at: number) => ({
  status,
  occurredAt: new Date(at).toISOString(),
  recordedAt: new Date(at).toISOString(),
  movedBy: 'shipments',
  units: null,
});

it('ends with the day that is so many days after the day of the delivery, where the shop is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
      fc.integer({ min: 0, max: 400 }),
      fc.constantFrom(...ZONES),
      (at, days, timeZone) => {
        const history = [move('SHIPPED', at - 1), move('DELIVERED', at)];
        const placedAt = new Date(at - 2).toISOString();
        const until = returnableUntil({ status: 'DELIVERED', history, placedAt }, { days, timeZone })!;
        const dayOf = (instant: number) => Math.floor(timeZone.wallAt(instant) / DAY_MS);
        expect(dayOf(until)).toBe(dayOf(at) + days);
        expect(dayOf(until + 1)).toBe(dayOf(at) + days + 1);
      },
    ),
  );
});

it('does not exist before the delivery, after a return, nor if only the placing is known', () => {
  const at = Date.UTC(2026, 4, 1);
  const order = { history: [move('DELIVERED', at)], placedAt: new Date(at - 1).toISOString() };
  const window = { days: 14, timeZone: ZONES[0] };
  expect(returnableUntil({ ...order, status: 'DELIVERED' }, window)).not.toBeNull();
  expect(returnableUntil({ ...order, status: 'SHIPPED' }, window)).toBeNull();
  expect(returnableUntil({ ...order, status: 'RETURNED' }, window)).toBeNull();
  expect(returnableUntil({ ...order, status: 'DELIVERED', placedAt: new Date(at).toISOString() }, window)).toBeNull();
});
