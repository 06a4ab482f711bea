import fc from 'fast-check';
import { formatDays, lastChangeOf, segmentShares } from '../../../console/src/customers/customer-figures';

const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString());

test('the last change of a customer is the latest of all their times', () => {
  fc.assert(
    fc.property(time, fc.option(time), fc.option(time), fc.option(time), (createdAt, updatedAt, segmentSince, asOf) => {
      const predictions = asOf === null ? null : { asOf };
      const all = [createdAt, updatedAt, segmentSince, asOf].filter((one) => one !== null);
      expect(lastChangeOf({ createdAt, updatedAt, segmentSince, predictions })).toBe(all.sort().at(-1));
    }),
  );
});

test('the last change is compared as an instant, in any time zone', () => {
  const [earlier, later] = ['2026-03-01T10:00:00+05:00', '2026-03-01T06:00:00Z'];
  expect(lastChangeOf({ createdAt: earlier, updatedAt: later, segmentSince: null, predictions: null })).toBe(later);
});

test('shares of segments are proportional to their sizes and add up to 1, unless all segments are empty', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { maxLength: 9 }), (sizes) => {
      const segments = sizes.map((size, index) => ({ id: String(index), size }));
      const shares = segmentShares(segments);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      expect([...shares.keys()]).toEqual(segments.map(({ id }) => id));
      for (const { id, size } of segments) expect(shares.get(id)! * total).toBeCloseTo(size, 3);
      const sum = [...shares.values()].reduce((all, share) => all + share, 0);
      expect(sum).toBeCloseTo(total === 0 ? 0 : 1, 9);
    }),
  );
});

test.each([
  [null, '–'],
  [0, '0 days'],
  [1, '1 day'],
  [0.96, '1 day'],
  [12.34, '12.3 days'],
])('%p days are %s', (days, text) => expect(formatDays(days)).toBe(text));
