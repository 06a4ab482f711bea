import fc from 'fast-check';
import { standardNormal } from '../../../../src/learn/random-draws';
import { PastDeliveries, PastParcel } from '../../../../src/logistics/estimate/past-deliveries';
import { arrivalRange } from '../../../../src/logistics/estimate/past-parcel-estimate';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { TimeZone } from '../../../../src/streams/window/time-zone';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const calendar = { timeZone: new TimeZone('UTC'), isClosed: () => false };
const parcelOf = (...scans: PastParcel['scans']) => new PastParcel(scans, calendar);
const parcel = (hours: number) =>
  parcelOf({ type: 'PICKED_UP', at: MONDAY }, { type: 'DELIVERED', at: MONDAY + hours * HOUR });

it('ranges equal those of a sort, among the parcels that had not arrived either', () => {
  const hours = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 80 });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 200 }), (all, elapsed) => {
      const left = all.filter((one) => one > elapsed).sort((a, b) => a - b);
      const n = left.length;
      const range = new PastDeliveries(all.map(parcel)).rangeAfter('PICKED_UP', elapsed);
      if (n < 20) return expect(range).toBeUndefined();
      expect(range).toEqual({
        low: left[Math.floor(0.1 * (n + 1)) - 1],
        median: left[Math.ceil((n + 1) / 2) - 1],
        high: left[Math.ceil(n + 1 - 0.1 * (n + 1)) - 1],
        parcels: n,
      });
    }),
  );
});

it('ranges hold 80 % of later parcels, and one in ten arrives before and after', () => {
  const random = seededRandom(7);
  const draw = () => Math.ceil(20 * Math.exp(standardNormal(random)));
  let [inside, before, total] = [0, 0, 0];
  for (let round = 0; round < 200; round++) {
    const range = new PastDeliveries(Array.from({ length: 60 }, () => parcel(draw()))).rangeAfter('PICKED_UP', 0)!;
    for (let test = 0; test < 50; test++, total++) {
      const hours = draw();
      if (hours < range.low) before++;
      else if (hours <= range.high) inside++;
    }
  }
  expect(inside / total).toBeGreaterThan(0.78);
  expect(inside / total).toBeLessThan(0.86);
  expect(before / total).toBeLessThan(0.11);
});

it('has no range for a status that no parcel had, or for parcels without a delivery', () => {
  const undelivered = Array.from({ length: 30 }, () => parcelOf({ type: 'HUB_IN', at: MONDAY }));
  const past = new PastDeliveries([...undelivered, ...Array.from({ length: 30 }, () => parcel(5))]);
  expect(past.rangeAfter('HUB_IN', 0)).toBeUndefined();
  expect(past.rangeAfter('PICKED_UP', 0)).toMatchObject({ parcels: 30 });
});

it('98 % of past parcels are scanned again within the quiet hours of a status', () => {
  const waits = Array.from({ length: 100 }, (_, n) => n + 1);
  const past = new PastDeliveries(waits.map(parcel));
  expect(past.quietHours('PICKED_UP')).toBe(98);
  expect(past.quietHours('HUB_IN')).toBeUndefined();
  expect(new PastDeliveries(waits.slice(0, 19).map(parcel)).quietHours('PICKED_UP')).toBeUndefined();
});

it('nothing arrives where no day is open', () => {
  const past = new PastDeliveries(Array.from({ length: 30 }, () => parcel(5)));
  const status = { stage: 'PICKED_UP', at: MONDAY } as const;
  expect(arrivalRange(past, status, MONDAY, calendar)).toMatchObject({ comparedParcels: 30 });
  expect(arrivalRange(past, status, MONDAY, { ...calendar, isClosed: () => true })).toBeUndefined();
});
