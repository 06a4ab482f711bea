import fc from 'fast-check';
import { encodeHashedLogistic, HashedLogistic, MAX_HASHED_LOGISTIC_BYTES } from '../../../src/learn/hashed-logistic';
import { seededRandom } from '../../../src/learn/seeded-random';

const weights = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.double({ min: -9, max: 9, noNaN: true })), {
    minLength: 256,
    maxLength: 256,
  })
  .map((list) => Float64Array.from(list));

function weightsOf(model: HashedLogistic): number[] {
  return Array.from({ length: 2 ** model.bits }, (_, at) => model.logOdds(Uint32Array.of(at)) - model.intercept);
}

describe('the artefact of a hashed logistic regression', () => {
  it('keeps the intercept, and each weight up to its rounding to 16 bits', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: -9, max: 9, noNaN: true }), (each, intercept) => {
        const model = new HashedLogistic(encodeHashedLogistic({ intercept, weights: each }));
        expect(model.intercept).toBe(intercept);
        expect(model.bits).toBe(8);
        const largest = each.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
        weightsOf(model).forEach((weight, at) =>
          expect(Math.abs(weight - each[at])).toBeLessThanOrEqual(largest / 65_534 + 1e-5),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('leaves out the smallest weights where it would be too large, and uses the room that it has', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 64, max: 900 }), (each, maxBytes) => {
        const bytes = encodeHashedLogistic({ intercept: 0, weights: each }, maxBytes);
        expect(bytes.length).toBeLessThanOrEqual(maxBytes);
        const model = new HashedLogistic(bytes);
        const stored = weightsOf(model);
        const kept = [...each].filter((_, at) => stored[at] !== 0).map(Math.abs);
        const left = [...each].filter((_, at) => stored[at] === 0).map(Math.abs);
        const least = kept.reduce((min, weight) => Math.min(min, weight), Infinity);
        const step = each.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 32_767;
        for (const weight of left) expect(weight).toBeLessThanOrEqual(least + step);
        // No other weight would fit: the next one takes up to four bytes, and weights of equal magnitude go together.
        const next = left.filter((weight) => weight > step);
        const isTied = next.filter((weight) => Math.abs(weight - Math.max(...next)) <= step).length > 1;
        if (next.length > 0 && !isTied) expect(bytes.length).toBeGreaterThan(maxBytes - 24);
      }),
      { numRuns: 60 },
    );
  });

  it('has at most 1 MB for a million weights, and is the same for the same weights', () => {
    const random = seededRandom(1);
    const many = Float64Array.from({ length: 2 ** 20 }, () => random() - 0.5);
    const bytes = encodeHashedLogistic({ intercept: 1, weights: many });
    expect(bytes.length).toBeLessThanOrEqual(MAX_HASHED_LOGISTIC_BYTES);
    expect(bytes.length).toBeGreaterThan(0.99 * MAX_HASHED_LOGISTIC_BYTES);
    expect(new HashedLogistic(bytes).weightCount).toBeGreaterThan(300_000);
    expect(Buffer.compare(bytes, encodeHashedLogistic({ intercept: 1, weights: many }))).toBe(0);
  });

  it('predicts from the sum of the weights of a row', () => {
    const model = new HashedLogistic(encodeHashedLogistic({ intercept: -1, weights: Float64Array.of(2, 0, 0, -0.5) }));
    expect(model.weightCount).toBe(2);
    expect(model.logOdds(Uint32Array.of(0, 1, 3))).toBeCloseTo(0.5, 4);
    expect(model.sum(Uint32Array.of(0, 1)) + model.intercept).toBeCloseTo(1, 4);
    expect(model.probability(Uint32Array.of(4, 7, 7))).toBeCloseTo(0.5, 4);
    const empty = new HashedLogistic(encodeHashedLogistic({ intercept: -1, weights: new Float64Array(4) }));
    expect(empty.probability(Uint32Array.of(3))).toBeCloseTo(1 / (1 + Math.E), 12);
  });

  it('refuses bytes of something else, and bytes that are cut short', () => {
    const bytes = encodeHashedLogistic({ intercept: 0, weights: Float64Array.of(1, 2) });
    expect(() => new HashedLogistic(bytes.subarray(0, -1))).toThrow(RangeError);
    expect(() => new HashedLogistic(Uint8Array.of(1, 65, 1))).toThrow('expected hashed-logistic version 1');
    const other = bytes.slice();
    other[other.indexOf(1, 16) + 1] = 40;
    expect(() => new HashedLogistic(other)).toThrow('expected at most 2^28 buckets; got 2^40');
  });
});
