import { clusteredShareInterval, shareInterval } from '../../../src/attribution/report/interval';
import { seededRandom } from '../../../src/learn/seeded-random';

describe('intervals of shares', () => {
  it('are those of Wilson: at both ends, the share is 1.96 standard errors away', () => {
    for (const [count, of] of [
      [10, 100],
      [1, 3],
      [70, 71],
    ] as const) {
      const interval = shareInterval(count, of);
      for (const end of [interval?.low ?? NaN, interval?.high ?? NaN])
        expect(Math.abs(count / of - end) / Math.sqrt((end * (1 - end)) / of)).toBeCloseTo(1.959964, 5);
    }
    expect(shareInterval(0, 20)).toMatchObject({ value: 0, low: 0 });
    expect(shareInterval(7, 7)).toMatchObject({ value: 1, high: 1 });
    expect(shareInterval(0, 0)).toBeNull();
  });

  const sumsOf = (visits: readonly (readonly [count: number, of: number])[]) => {
    const sum = (value: (count: number, of: number) => number) =>
      visits.reduce((total, [count, of]) => total + value(count, of), 0);
    return {
      visits: visits.length,
      of: sum((_, of) => of),
      count: sum((count) => count),
      ofSquares: sum((_, of) => of ** 2),
      countSquares: sum((count) => count ** 2),
      products: sum((count, of) => count * of),
    };
  };

  it('are as wide as visits are alike: one click by each of 30 visitors says more than 30 clicks by one', () => {
    const spread = Array.from({ length: 100 }, (_, n): [number, number] => [n < 30 ? 1 : 0, 1]);
    const gathered = Array.from({ length: 10 }, (_, n): [number, number] => [n < 3 ? 10 : 0, 10]);
    const width = (visits: readonly [number, number][]) => {
      const interval = clusteredShareInterval(sumsOf(visits));
      return (interval?.high ?? NaN) - (interval?.low ?? NaN);
    };
    const plain = shareInterval(30, 100);
    expect(width(spread)).toBeCloseTo((plain?.high ?? 0) - (plain?.low ?? 0), 2);
    expect(width(gathered)).toBeGreaterThan(2.5 * width(spread));
  });

  it('contain the true share in about 95 % of samples of visits that differ', () => {
    const random = seededRandom(3);
    let contained = 0;
    const samples = 1_000;
    for (let sample = 0; sample < samples; sample++) {
      const visits = Array.from({ length: 80 }, (): [number, number] => {
        const of = 1 + Math.floor(8 * random());
        // The propensity of a visit is 0.1 or 0.4, independent of what it views.
        const propensity = random() < 0.5 ? 0.1 : 0.4;
        return [Array.from({ length: of }, random).filter((dice) => dice < propensity).length, of];
      });
      const interval = clusteredShareInterval(sumsOf(visits));
      if (interval !== null && interval.low <= 0.25 && interval.high >= 0.25) contained++;
    }
    expect(contained / samples).toBeGreaterThan(0.92);
    expect(contained / samples).toBeLessThan(0.98);
  });

  it('are wide where every visit is alike, and null where nothing was viewed', () => {
    const interval = clusteredShareInterval(sumsOf([[0, 5], [0, 3]])); // prettier-ignore
    expect(interval).toMatchObject({ value: 0, low: 0 });
    expect(interval?.high).toBeGreaterThan(0.5);
    expect(clusteredShareInterval(sumsOf([]))).toBeNull();
  });
});
