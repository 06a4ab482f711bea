import {
  binomialPValue,
  cellCoverage,
  wrongCoverage,
} from '../../../../src/evaluation/deliveries/coverage-significance';
import {
  deliveryScores,
  type DeliveryScores,
  type ScoredPrediction,
} from '../../../../src/evaluation/deliveries/delivery-scores';

const PREDICTED = { pastParcels: undefined, predicted: 1, low: 0, high: 2, baseline: 1 };

const scores = (group: string, coverage: number, predictions = 1_000): DeliveryScores => ({
  ...{ group, coverage, predictions },
  ...{ baseline: 0, freshet: 0, meanWidth: 0, intervalScore: 0 },
});

describe('the test of coverages', () => {
  it('has exact binomial tails', () => {
    // The number of successes in 5 trials with probability ½ is 0 with probability 1/32, at most 1 with 6/32, and at
    // most 2 with ½.
    expect(binomialPValue(0, 5, 0.5)).toBeCloseTo(2 / 32, 12);
    expect(binomialPValue(4, 5, 0.5)).toBeCloseTo(12 / 32, 12);
    expect(binomialPValue(2, 5, 0.5)).toBe(1);
    expect(binomialPValue(3, 3, 0.8)).toBeCloseTo(1, 12);
  });

  it('is made in cells of lane and status with at least 1,000 parcels', () => {
    const cell = (lane: string, stage: ScoredPrediction['stage'], count: number, coverage: number) =>
      Array.from({ length: count }, (_, n): ScoredPrediction => {
        const actual = n < coverage * count ? 1 : 5;
        return { lane, stage, actual, parcel: {} as ScoredPrediction['parcel'], scan: 0, ...PREDICTED };
      });
    const cells = [
      ...cell('A', 'HUB_IN', 1_000, 0.5),
      ...cell('A', 'HUB_OUT', 1_000, 0.8),
      ...cell('B', 'HUB_IN', 999, 0.1),
    ];
    const { tested, tooSmall, wrong } = cellCoverage(cells, 0.8);
    expect([tested, tooSmall, wrong.map(({ group }) => group)]).toEqual([2, 1, ['A HUB_IN']]);
  });

  it('has no closed gap where the baseline is hardly worse than the oracle', () => {
    const prediction = {
      lane: '',
      stage: 'HUB_IN',
      scan: 0,
      actual: 10,
      predicted: 5,
      low: 1,
      high: 2,
      pastParcels: undefined,
    } as const;
    const scoresWith = (baseline: number) =>
      deliveryScores('', [
        { ...prediction, parcel: {} as ScoredPrediction['parcel'], baseline, oracle: { median: 0, low: 0, high: 0 } },
      ]);
    expect(scoresWith(-0.1)).not.toHaveProperty('gapClosed');
    expect(scoresWith(-10).gapClosed).toBeCloseTo(1.5, 12);
  });

  it('corrects for the number of groups', () => {
    // z = −2.4 alone is significant (p = .018), among ten groups it is not.
    const suspicious = scores('A', 0.77);
    expect(wrongCoverage([suspicious], 0.8)).toEqual([suspicious]);
    const others = Array.from({ length: 9 }, (_, n) => scores(String(n), 0.8));
    expect(wrongCoverage([suspicious, ...others], 0.8)).toEqual([]);
    const wrong = scores('B', 0.7);
    expect(wrongCoverage([suspicious, wrong, ...others], 0.8)).toEqual([wrong]);
  });
});
