import { fitPlattScaling, UNSCALED } from '../../../src/learn/platt-scaling';
import { seededRandom } from '../../../src/learn/seeded-random';

const random = seededRandom(3);
const SCORES = Float64Array.from({ length: 100_000 }, () => 6 * random() - 5);
const drawn = (slope: number, intercept: number) =>
  Array.from(SCORES, (score) => (random() < 1 / (1 + Math.exp(-(slope * score + intercept))) ? 1 : 0));
const ALL = new Float64Array(SCORES.length).fill(1);

describe('Platt scaling', () => {
  it.each([
    [1, 0],
    [0.5, -1],
    [1.8, 0.7],
  ])('recovers the line that outcomes were drawn by: %d × score + %d', (slope, intercept) => {
    const found = fitPlattScaling(SCORES, drawn(slope, intercept), ALL);
    expect(Math.abs(found.slope - slope)).toBeLessThan(0.05);
    expect(Math.abs(found.intercept - intercept)).toBeLessThan(0.05);
  });

  it('counts a sampled outcome as often as its weight says', () => {
    const labels = drawn(0.7, -1);
    const kept = labels.flatMap((label, at) => (label === 1 || random() < 0.25 ? [at] : []));
    const found = fitPlattScaling(
      Float64Array.from(kept, (at) => SCORES[at]),
      kept.map((at) => labels[at]),
      kept.map((at) => (labels[at] === 1 ? 1 : 4)),
    );
    expect(Math.abs(found.slope - 0.7)).toBeLessThan(0.05);
    expect(Math.abs(found.intercept + 1)).toBeLessThan(0.08);
  });

  it('leaves scores unchanged that it can not convert to probabilities', () => {
    const upsideDown = drawn(-1, -3);
    const few = Array.from(SCORES, (_, at) => (at < 40 ? 1 : 0));
    expect(fitPlattScaling(SCORES, upsideDown, ALL)).toBe(UNSCALED);
    expect(fitPlattScaling(SCORES, few, ALL)).toBe(UNSCALED);
    expect(
      fitPlattScaling(
        SCORES.map((_, at) => (at === 7 ? NaN : 0)),
        drawn(1, 0),
        ALL,
      ),
    ).toBe(UNSCALED);
    expect(
      fitPlattScaling(
        SCORES.map(() => 2),
        drawn(1, 0),
        ALL,
      ),
    ).toBe(UNSCALED);
    expect(fitPlattScaling(new Float64Array(), [], [])).toBe(UNSCALED);
  });
});
