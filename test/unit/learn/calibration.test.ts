import { Calibration, summarizeCalibration } from '../../../src/learn/calibration';
import { seededRandom } from '../../../src/learn/seeded-random';

const logOdds = (p: number): number => Math.log(p / (1 - p));

describe('calibration', () => {
  it('accepts probabilities that match the outcomes', () => {
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

describe('probabilities of lists', () => {
  /** Lists of probabilities, with outcomes drawn from the log-odds that `truth` computes from the prediction. */
  function drawn(truth: (predicted: number) => number) {
    const random = seededRandom(5);
    const logOdds = Array.from({ length: 400 }, () => Float64Array.from({ length: 250 }, () => 8 * random() - 8));
    const labels = logOdds.map((list) => Array.from(list, (x) => (random() < 1 / (1 + Math.exp(-truth(x))) ? 1 : 0)));
    return summarizeCalibration(logOdds, labels);
  }

  it('detect a drifted base rate, which is no error of shape', () => {
    for (const factor of [1 / 4, 1, 3]) {
      const { predictedShare, observedShare, shapeError } = drawn((x) => x + Math.log(factor));
      expect(shapeError / observedShare).toBeLessThan(0.05);
      if (factor === 1) expect(predictedShare / observedShare).toBeCloseTo(1, 1);
      else expect(Math.sign(observedShare - predictedShare)).toBe(Math.sign(factor - 1));
    }
  });

  it('find probabilities that are overconfident, underconfident or constant, for any base rate', () => {
    for (const truth of [(x: number) => 0.1 * x - 2, (x: number) => 3 * x + 4, () => -3]) {
      const { observedShare, shapeError } = drawn(truth);
      expect(shapeError / observedShare).toBeGreaterThan(0.4);
    }
  });

  it('report nothing if there are no positive outcomes', () => {
    const { observedShare, shapeError } = summarizeCalibration([Float64Array.of(0, 1)], [[0, 0]]);
    expect(observedShare).toBe(0);
    expect(shapeError / observedShare).not.toBeLessThanOrEqual(0.5);
  });
});
