import fc from 'fast-check';
import { pastEstimates, type DeliveredParcel } from '../../../../src/logistics/estimate/past-estimates';
import { TimeZone } from '../../../../src/streams/window/time-zone';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const calendar = { timeZone: new TimeZone('UTC'), isClosed: () => false };
const at = (hours: number) => MONDAY + hours * HOUR;
const parcel = (lane: string, takenAt: number, hours: number): DeliveredParcel => ({
  ...{ carrier: lane.slice(0, 3), service: null, lane, calendar },
  scans: [
    { type: 'LABEL_CREATED', at: at(takenAt - 5) },
    { type: 'PICKED_UP', at: at(takenAt) },
    { type: 'HUB_IN', at: at(takenAt + hours / 2) },
    { type: 'DELIVERED', at: at(takenAt + hours) },
  ],
});
const drawn = fc.record({
  lane: fc.constantFrom('DHL 1', 'DHL 2', 'UPS 1'),
  takenAt: fc.integer({ min: 0, max: 400 }),
  hours: fc.integer({ min: 1, max: 100 }),
});

it('equal a recount: each parcel is compared with those that had been delivered when it was taken over', () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 60, maxLength: 120 }), (all) => {
      // Different times and durations: a bound that equals the delivery is subject to rounding.
      const own = all.map(({ lane, takenAt, hours }, n) => ({
        lane,
        takenAt: takenAt + n / 1e3,
        hours: hours + n / 1e2,
      }));
      const endOf = (one: (typeof own)[0]) => one.takenAt + one.hours;
      const expected = own
        .sort((a, b) => a.takenAt - b.takenAt)
        .flatMap((one) => {
          const before = own.filter((other) => endOf(other) <= one.takenAt);
          const sameLane = before.filter(({ lane }) => lane === one.lane);
          const sameCarrier = before.filter(({ lane }) => lane.slice(0, 3) === one.lane.slice(0, 3));
          const compared = [sameLane, sameCarrier].find(({ length }) => length >= 20);
          if (compared === undefined) return [];
          const sorted = compared.map(({ hours }) => hours).sort((a, b) => a - b);
          const n = sorted.length;
          const low = sorted[Math.floor(0.1 * (n + 1)) - 1];
          const median = sorted[Math.ceil((n + 1) / 2) - 1];
          const high = sorted[Math.ceil(n + 1 - 0.1 * (n + 1)) - 1];
          const day = (hours: number) => Math.floor((one.takenAt + hours) / 24);
          return {
            carrier: one.lane.slice(0, 3),
            deliveredAt: expect.closeTo(at(endOf(one)), 0),
            result: one.hours < low ? 'EARLY' : one.hours > high ? 'LATE' : 'WITHIN',
            isOnShownDays: day(one.hours) >= day(low) && day(one.hours) <= day(high),
            errorHours: expect.closeTo(Math.abs(one.hours - median), 6),
          };
        });
      expect([...pastEstimates(own.map(({ lane, takenAt, hours }) => parcel(lane, takenAt, hours)))]).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

it('parcels that were only delivered, or never, have none', () => {
  const past = Array.from({ length: 30 }, (_, n) => parcel('DHL 1', n, 10));
  const { scans, ...rest } = parcel('DHL 1', 100, 10);
  const only = (...types: string[]) => ({ ...rest, scans: scans.filter(({ type }) => types.includes(type)) });
  const countOf = (...more: DeliveredParcel[]) => [...pastEstimates([...past, ...more])].length;
  expect(countOf(only('LABEL_CREATED', 'DELIVERED'), only('PICKED_UP'))).toBe(countOf());
  expect(countOf(only('HUB_IN', 'DELIVERED'))).toBe(countOf() + 1);
  expect(countOf(only('CUSTOMS', 'DELIVERED'), only('PICKED_UP', 'DELIVERED'))).toBe(countOf() + 1);
});
