import { rankCorrelation, valueScores } from '../../../../src/evaluation/customers/value-scores';
import { recencyByGap } from '../../../../src/evaluation/customers/order-gaps';
import { summarizePurchases } from '../../../../src/features/purchase-summary';

describe('the scores of value', () => {
  it('are errors of the predictions, with the sign of prediction − actual', () => {
    const { rmse, bias, mae } = valueScores(Float64Array.of(3, 0, 10), Float64Array.of(0, 0, 14));
    expect([rmse, bias, mae]).toEqual([Math.sqrt(25 / 3), -1 / 3, 7 / 3]);
  });

  it('correlate ranks like scipy, ties averaged', () => {
    expect(rankCorrelation(Float64Array.of(0, 0, 3, 5, 5, 2), Float64Array.of(1, 0, 0, 7, 2, 2))).toBeCloseTo(
      0.6363636363636362,
      12,
    );
    expect(rankCorrelation(new Float64Array(3), Float64Array.of(1, 2, 3))).toBeNull();
  });

  it('divide the amount of the top tenth by a tenth; equal predictions share it', () => {
    const actual = Float64Array.from({ length: 20 }, (_, i) => (i < 2 ? 40 : 1));
    expect(valueScores(Float64Array.from(actual.keys()).reverse(), actual).topDecileLift).toBeCloseTo(800 / 98, 12);
    expect(valueScores(new Float64Array(20), actual).topDecileLift).toBeCloseTo(1, 12);
    expect(valueScores(actual, new Float64Array(20)).topDecileLift).toBeNull();
  });
});

describe('recency ÷ own gap', () => {
  it('divides by the mean gap, at least a day; a single order has the median gap of the others', () => {
    const day = 86_400_000;
    const summaryOf = (days: readonly number[]) =>
      summarizePurchases(
        days.map((at, n) => ({
          at: at * day,
          orderKey: `o${n}`,
          productId: 'p',
          category: null,
          units: 1,
          isReturn: false,
          unitPrice: 1,
          listPrice: null,
        })),
        100 * day,
      );
    expect([...recencyByGap([summaryOf([40, 60, 80]), summaryOf([90]), summaryOf([98, 98])])]).toEqual([1, 0.5, 2]);
    expect([...recencyByGap([summaryOf([90])])]).toEqual([10]);
  });
});
