import { denseDesign } from '../../../src/learn/design-matrix';
import { harvestExamination, type ImpressionCell } from '../../../src/learn/intervention-harvesting';
import { fitLogistic } from '../../../src/learn/logistic';
import { fitPositionBasedModel } from '../../../src/learn/position-based-model';
import { seededRandom } from '../../../src/learn/seeded-random';

const THETA = [1, 0.6, 0.4, 0.25];

/** Clicks drawn from the model itself, at positions that do not depend on the features. */
function clicksOf(rows: number, seed: number) {
  const random = seededRandom(seed);
  const features = Array.from({ length: rows }, () => [2 * random() - 1, random() < 0.3 ? 1 : 0]);
  const places = features.map(() => Math.floor(random() * THETA.length));
  const clicked = features.map(([a, b], r) =>
    random() < THETA[places[r]] / (1 + Math.exp(0.5 - 1.2 * a + 0.8 * b)) ? 1 : 0,
  );
  return { design: denseDesign(features), places, clicked, placeCount: THETA.length };
}

describe('fitPositionBasedModel', () => {
  it('is a logistic regression if every position is looked at', () => {
    const { design, places, clicked } = clicksOf(500, 1);
    const examination = new Float64Array(THETA.length).fill(1);
    const centre = new Float64Array(2);
    const fit = fitPositionBasedModel({
      design,
      places,
      placeCount: 4,
      clicked,
      examination,
      centre,
      l2: 3,
      tolerance: 1e-14,
    });
    const weights = new Float64Array(500).fill(1);
    const logistic = fitLogistic({ design, labels: clicked, weights, l2: 3 });
    expect(fit.converged).toBe(true);
    fit.coefficients.forEach((b, c) => expect(b).toBeCloseTo(logistic.coefficients[c], 5));
    expect(fit.intercept).toBeCloseTo(logistic.intercept, 5);
    expect(fit.logLoss).toBeCloseTo(logistic.logLoss, 8);
  });

  it('recovers the parameters that clicks were drawn from', () => {
    const problem = clicksOf(60_000, 2);
    const fit = fitPositionBasedModel({ ...problem, centre: new Float64Array(2), l2: 1 });
    expect(fit.converged).toBe(true);
    THETA.forEach((theta, place) => expect(Math.abs(fit.examination[place] - theta)).toBeLessThan(0.05));
    expect(Math.abs(fit.coefficients[0] - 1.2)).toBeLessThan(0.1);
    expect(Math.abs(fit.coefficients[1] + 0.8)).toBeLessThan(0.1);
    expect(Math.abs(fit.intercept + 0.5)).toBeLessThan(0.1);
  });

  it('stays at its centre without other evidence', () => {
    const design = denseDesign([]);
    const centre = Float64Array.of(1, -2);
    const fit = fitPositionBasedModel({
      design: { ...design, columns: 2 },
      places: [],
      placeCount: 3,
      clicked: [],
      centre,
      l2: 1,
    });
    expect([...fit.coefficients]).toEqual([1, -2]);
    expect([...fit.examination]).toEqual([1, 1, 1]);
  });

  it('rejects invalid click models', () => {
    const problem = { ...clicksOf(10, 3), centre: new Float64Array(2), l2: 1 };
    expect(() => fitPositionBasedModel({ ...problem, places: Array<number>(10).fill(9) })).toThrow(
      'position of row 0 is 9',
    );
    expect(() => fitPositionBasedModel({ ...problem, clicked: Array<number>(10).fill(2) })).toThrow(
      'label of row 0 is 2',
    );
    expect(() => fitPositionBasedModel({ ...problem, l2: 0 })).toThrow('l2 is 0');
    expect(() => fitPositionBasedModel({ ...problem, places: [] })).toThrow('0 positions');
  });
});

describe('harvestExamination', () => {
  /** The exact expectation for products that are placed by their worth. */
  const cells: ImpressionCell[] = Array.from({ length: 40 }, (_, group) => {
    const worth = 0.02 + group / 100;
    const favourite = group < 20 ? 2 : 0;
    return [0, 1].map((step) => {
      const place = Math.min(3, favourite + step);
      const shown = 500 + 13 * group;
      return { group, place, shown, clicks: worth * THETA[place] * shown };
    });
  }).flat();
  const bridge: ImpressionCell[] = [1, 2].map((place) => ({
    group: 99,
    place,
    shown: 900,
    clicks: 300 * THETA[place],
  }));

  it('finds how positions differ, for any worth of the items shown there', () => {
    const found = harvestExamination([...cells, ...bridge], Float64Array.of(1, 1, 1, 1), 1e-6);
    THETA.forEach((theta, place) => expect(found[place]).toBeCloseTo(theta, 3));
  });

  it('uses the expected value for positions without links to others', () => {
    const alone = cells.filter(({ place }) => place > 0);
    const found = harvestExamination(alone, Float64Array.of(1, 0.5, 0.5, 0.5), 1);
    expect(found[0]).toBe(1);
    expect(found[1]).toBeCloseTo(0.5, 6);
    // The two others are known only relative to each other.
    expect(found[3] / found[2]).toBeCloseTo(THETA[3] / THETA[2], 2);
  });
});
