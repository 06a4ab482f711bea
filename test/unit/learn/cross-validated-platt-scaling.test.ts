import { fitCrossValidatedPlattScaling, plattProbability } from '../../../src/learn/cross-validated-platt-scaling';
import { fitPlattScaling } from '../../../src/learn/platt-scaling';
import { seededRandom } from '../../../src/learn/seeded-random';

const random = seededRandom(8);
const LABELS = Array.from({ length: 1_000 }, (_, row) => (row % 4 === 0 ? 1 : 0));
const SCORES = LABELS.map((label) => label + 3 * random());

describe('cross-validated Platt scaling', () => {
  it('scores each row once, by a model that has not seen it', () => {
    const unseen = new Map<number, number>();
    const scaling = fitCrossValidatedPlattScaling(LABELS, { folds: 5, seed: 1 }, (trainingRows) => {
      const seen = new Set(trainingRows);
      expect(seen.size).toBe(800);
      expect(trainingRows.reduce((sum, row) => sum + LABELS[row], 0)).toBe(200);
      return (row) => {
        expect(seen.has(row)).toBe(false);
        unseen.set(row, (unseen.get(row) ?? 0) + 1);
        return SCORES[row];
      };
    });
    expect([...unseen.values()]).toEqual(LABELS.map(() => 1));
    const ones = LABELS.map(() => 1);
    expect(scaling).toEqual(fitPlattScaling(Float64Array.from(SCORES), LABELS, ones));
  });

  it('gives the same folds for the same seed, and others for another', () => {
    const foldsOf = (seed: number): number[][] => {
      const folds: number[][] = [];
      fitCrossValidatedPlattScaling(LABELS, { folds: 3, seed }, (trainingRows) => {
        folds.push([...trainingRows]);
        return (row) => SCORES[row];
      });
      return folds;
    };
    expect(foldsOf(1)).toEqual(foldsOf(1));
    expect(foldsOf(1)).not.toEqual(foldsOf(2));
  });

  it('gives the share of positive labels to every score if scores do not predict them', () => {
    const scaling = fitCrossValidatedPlattScaling(LABELS, { folds: 2, seed: 3 }, () => (row) => -SCORES[row]);
    for (const score of [-5, 0, 5]) expect(plattProbability(scaling, score)).toBeCloseTo(251 / 1_002, 12);
  });

  it('converts scores to probabilities whose mean is the share of positive labels', () => {
    const scaling = fitCrossValidatedPlattScaling(LABELS, { folds: 2, seed: 3 }, () => (row) => SCORES[row]);
    const total = SCORES.reduce((sum, score) => sum + plattProbability(scaling, score), 0);
    expect(total / SCORES.length).toBeCloseTo(0.25, 6);
    expect(plattProbability({ slope: 2, intercept: -1 }, 0.5)).toBe(0.5);
  });
});
