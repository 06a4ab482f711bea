import fc from 'fast-check';
import {
  residualDistributionOf,
  residualQuantile,
  residualShare,
} from '../../../../src/customers/value/residual-distribution';
import { intervalOf, nonconformity, thresholdFor } from '../../../../src/customers/value/value-interval';
import { conformalThreshold } from '../../../../src/learn/conformal-interval';
import { seededRandom } from '../../../../src/learn/seeded-random';

const random = seededRandom(7);
const residuals = residualDistributionOf(Float64Array.from({ length: 500 }, () => 3 * (random() - random())));
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const mu = fc.double({ min: -2, max: 8, noNaN: true });

describe('intervals of values', () => {
  it('contain a value exactly if the threshold is at least its nonconformity', () => {
    fc.assert(
      fc.property(share, mu, share, fc.oneof(fc.constant(0), share), (p, center, threshold, place) => {
        const value = place === 0 ? 0 : Math.exp(center + residualQuantile(residuals, place));
        const score = nonconformity({ residuals }, p, center, value);
        fc.pre(Math.abs(score - threshold) > 1e-9);
        const { low, high } = intervalOf({ residuals }, p, center, threshold);
        expect([value, value >= low && value <= high]).toEqual([value, score <= threshold]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('grow with the threshold and are never negative', () => {
    fc.assert(
      fc.property(share, mu, share, share, (p, center, a, b) => {
        const narrow = intervalOf({ residuals }, p, center, Math.min(a, b));
        const wide = intervalOf({ residuals }, p, center, Math.max(a, b));
        expect(narrow.low).toBeGreaterThanOrEqual(wide.low);
        expect(wide.low).toBeGreaterThanOrEqual(0);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });

  it('have the coverage of the threshold if the model is right, or more where 0 is likely', () => {
    for (const [p, threshold] of [
      [0.1, 0.8],
      [0.4, 0.8],
      [0.95, 0.8],
      [0.7, 0.9],
    ]) {
      const { low, high } = intervalOf({ residuals }, p, 2, threshold);
      const values = Array.from({ length: 20_000 }, () =>
        random() < p ? Math.exp(2 + residualQuantile(residuals, random())) : 0,
      );
      const coverage = values.filter((value) => value >= low && value <= high).length / values.length;
      expect(coverage).toBeCloseTo(Math.max(threshold, 1 - p), 1);
    }
  });

  it('use the quantiles of residuals and their inverse', () => {
    const few = residualDistributionOf(Float64Array.of(1, -1, 0));
    expect([0, 0.25, 0.5, 1].map((each) => residualQuantile(few, each))).toEqual([-1, -0.5, 0, 1]);
    expect([-2, -1, -0.5, 0, 1, 2].map((each) => residualShare(few, each))).toEqual([0, 0, 0.25, 0.5, 1, 1]);
    const same = residualDistributionOf(Float64Array.of(2));
    expect([residualQuantile(same, 0.3), residualShare(same, 2.1)]).toEqual([2, 1]);
  });

  it('use the threshold of the group of the purchase probability', () => {
    const thresholds = { edges: Float64Array.of(0.2, 0.6), thresholds: Float64Array.of(0.1, 0.2, 0.3) };
    expect([0, 0.2, 0.21, 0.6, 0.9].map((p) => thresholdFor(thresholds, p))).toEqual([0.1, 0.1, 0.2, 0.2, 0.3]);
    expect(conformalThreshold([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(conformalThreshold([5, 1, 4, 2], 0.8)).toBe(5);
    expect(conformalThreshold([1, 2], 0.99)).toBe(2);
  });
});
