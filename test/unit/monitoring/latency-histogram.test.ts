import fc from 'fast-check';
import { BUCKETS } from '../../../src/monitoring/operation-metrics.service';
import {
  addHistograms,
  countOf,
  subtractHistogram,
  emptyHistogram,
  quantileOf,
  type LatencyHistogram,
} from '../../../src/monitoring/system/latency-histogram';

function of(seconds: readonly number[]): LatencyHistogram {
  const counts = [...emptyHistogram(BUCKETS).counts];
  for (const second of seconds) {
    const at = BUCKETS.findIndex((bound) => second <= bound);
    counts[at < 0 ? BUCKETS.length : at]++;
  }
  return { bounds: BUCKETS, counts, sum: seconds.reduce((sum, second) => sum + second, 0) };
}

const latencies = fc.array(fc.double({ min: 1e-6, max: 12, noNaN: true }), { maxLength: 200 });

describe('latencies as a histogram', () => {
  it('put a quantile into the bucket of the exact quantile', () => {
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.95, 0.99, 1), (seconds, q) => {
        const found = quantileOf(of(seconds), q);
        if (seconds.length === 0) return expect(found).toBeUndefined();
        const exact = [...seconds].sort((a, b) => a - b)[Math.max(0, Math.ceil(q * seconds.length) - 1)];
        const at = BUCKETS.findIndex((bound) => exact <= bound);
        if (at < 0) return expect(found).toBe(BUCKETS.at(-1));
        expect(found).toBeGreaterThanOrEqual(at === 0 ? 0 : BUCKETS[at - 1]);
        expect(found).toBeLessThanOrEqual(BUCKETS[at]);
      }),
    );
  });

  it('add up, and differences are what was added', () => {
    fc.assert(
      fc.property(latencies, latencies, (before, after) => {
        const both = addHistograms(of(before), of(after));
        expect(both.counts).toEqual(of([...before, ...after]).counts);
        expect(subtractHistogram(both, of(before)).counts).toEqual(of(after).counts);
        expect(countOf(both)).toBe(before.length + after.length);
      }),
    );
  });

  it('of a process that has restarted are all of them', () => {
    expect(subtractHistogram(of([0.1]), of([0.1, 0.2, 0.3]))).toEqual(of([0.1]));
  });
});
