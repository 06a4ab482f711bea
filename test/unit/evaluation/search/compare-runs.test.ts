import { compareRuns, type QueryFigures } from '../../../../src/evaluation/search/compare-runs';
import { seededRandom } from '../../../../src/learn/seeded-random';

const figuresOf = (query: string, ndcg10: number, ...classes: string[]): QueryFigures => ({
  query,
  classes: classes.length > 0 ? classes : ['all'],
  ndcg10,
  recall100: 1,
  top10: 1,
});
const OPTIONS = { seed: 1, file: 'before.json' };

describe('comparing two runs', () => {
  it('pairs equal queries of one class in their order, and by class', () => {
    const there = [figuresOf('red mug', 0.2), figuresOf('red mug', 0.6), figuresOf('red mug', 0, 'typos')];
    const here = [figuresOf('red mug', 1, 'typos'), figuresOf('red mug', 0.3), figuresOf('red mug', 0.7)];
    const { rows, onlyHere, onlyThere } = compareRuns(here, there, OPTIONS);
    expect([onlyHere, onlyThere]).toEqual([0, 0]);
    expect(rows.map(({ queryClass, queries }) => [queryClass, queries])).toEqual([
      ['typos', 1],
      ['all', 2],
    ]);
    expect(rows[0].ndcg10).toEqual({ mean: 1, low: 1, high: 1 });
    // Both differences are 0.1. If the queries were paired crosswise, they would be −0.3 and 0.5.
    for (const value of Object.values(rows[1].ndcg10)) expect(value).toBeCloseTo(0.1, 12);
  });

  it('groups by the classes of this run', () => {
    const there = [figuresOf('tent', 0), figuresOf('mug', 1)];
    const here = [figuresOf('tent', 1, 'all', 'outdoors'), figuresOf('mug', 1)];
    expect(compareRuns(here, there, OPTIONS).rows).toMatchObject([
      { queryClass: 'all', queries: 2, ndcg10: { mean: 0.5 } },
      { queryClass: 'outdoors', queries: 1, ndcg10: { mean: 1 } },
    ]);
  });

  it('is narrower than the spread of either run, because it is paired, and covers the mean', () => {
    const random = seededRandom(7);
    const base = Array.from({ length: 300 }, () => 0.8 * random());
    const there = base.map((value, n) => figuresOf(`q${n}`, value));
    const here = base.map((value, n) => figuresOf(`q${n}`, value + 0.04 * random()));
    const { low, mean, high } = compareRuns(here, there, OPTIONS).rows[0].ndcg10;
    expect(mean).toBeCloseTo(0.02, 2);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    // The standard error of the paired mean is 0.04 / √12 / √300; the interval has a width of about four of them.
    const standardError = 0.04 / Math.sqrt(12 * 300);
    expect((high - low) / standardError).toBeCloseTo(3.92, 0);
    expect(compareRuns(here, there, OPTIONS).rows[0].ndcg10).toEqual({ low, mean, high });
  });
});
