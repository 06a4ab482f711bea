import { Calibration } from '../../src/learn/calibration';
import { seededRandom } from '../../src/learn/seeded-random';

const logOdds = (p: number): number => Math.log(p / (1 - p));

describe('calibration', () => {
  it('finds nothing wrong with probabilities that are what they say', () => {
    const random = seededRandom(1);
    const calibration = new Calibration();
    for (let n = 0; n < 200_000; n++) {
      const p = random() * 0.9 + 0.001;
      calibration.add(logOdds(p), random() < p);
    }
    const { ece, brier, brierOfMean } = calibration.figures();
    expect(ece).toBeLessThan(0.005);
    expect(brier).toBeLessThan(brierOfMean);
  });

  it('measures how far off they are', () => {
    const calibration = new Calibration();
    for (let n = 0; n < 10; n++) calibration.add(logOdds(0.3), n === 0);
    for (let n = 0; n < 10; n++) calibration.add(logOdds(0.9), n < 7);
    const { bins, ece, share, brier, brierOfMean } = calibration.figures();
    expect(bins.map(({ count, observed }) => [count, observed])).toEqual([
      [10, 0.1],
      [10, 0.7],
    ]);
    expect(bins.map(({ predicted }) => predicted)).toEqual([expect.closeTo(0.3, 12), expect.closeTo(0.9, 12)]);
    expect(ece).toBeCloseTo(0.2, 12);
    expect(share).toBeCloseTo(0.4, 12);
    expect(brier).toBeCloseTo((0.49 + 9 * 0.09 + 7 * 0.01 + 3 * 0.81) / 20, 12);
    expect(brierOfMean).toBeCloseTo(0.24, 12);
  });

  it('has no bins before the first prediction', () => {
    expect(new Calibration().figures()).toEqual({ bins: [], ece: 0, share: 0, brier: 0, brierOfMean: 0 });
  });
});
