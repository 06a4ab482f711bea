import fc from 'fast-check';
import { ProgressiveScores } from '../../../../src/evaluation/ads/progressive-scores';
import { probabilityScores } from '../../../../src/learn/probability-scores';

describe('ProgressiveScores', () => {
  it('are the scores of all predictions together', () => {
    const prediction = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 1, maxLength: 200 }), (drawn) => {
        const all = [...drawn, [50, 0] as const, [50, 1] as const];
        const probabilities = Float64Array.from(all, ([percent]) => percent / 100);
        const labels = Uint8Array.from(all, ([, label]) => label);
        const scores = new ProgressiveScores();
        all.forEach((_, at) => scores.add(probabilities[at], labels[at]));
        const { logLoss, auc, calibration, calibrationError } = scores.finish();
        const expected = probabilityScores(probabilities, labels);
        expect(logLoss).toBeCloseTo(expected.logLoss, 10);
        expect(scores.meanLoss).toBe(logLoss);
        expect(auc).toBeCloseTo(expected.auc, 10);
        const sum = probabilities.reduce((total, p) => total + p, 0);
        const clicks = labels.reduce((total, label) => total + label, 0);
        expect(calibration).toBeCloseTo(sum / clicks, 10);
        const variance = probabilities.reduce((total, p) => total + p * (1 - p), 0);
        expect(calibrationError).toBeCloseTo(Math.sqrt(variance) / sum, 10);
      }),
    );
  });

  it('accept certain predictions', () => {
    const scores = new ProgressiveScores();
    scores.add(1, 1);
    scores.add(0, 0);
    scores.add(1, 0);
    const { auc, logLoss } = scores.finish();
    expect(auc).toBe(0.75);
    expect(logLoss).toBeCloseTo(-Math.log(1e-15) / 3, 1);
  });
});
