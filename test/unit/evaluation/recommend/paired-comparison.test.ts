import type { EvaluatedLists, EvaluationRow, Mode } from '../../../../src/evaluation/recommend/evaluated-lists';
import { compareWithBest } from '../../../../src/evaluation/recommend/paired-comparison';

const CUSTOMERS = [0, 0, 1, 2, 3, 3];

function lists(model: string, mode: Mode, ndcg10: readonly number[]): EvaluatedLists {
  const mean = ndcg10.reduce((sum, value) => sum + value, 0) / ndcg10.length;
  const row = { model, mode, ndcg10: mean } as Partial<EvaluationRow> as EvaluationRow;
  return { row, ndcg10, customers: CUSTOMERS.slice(0, ndcg10.length) };
}

describe('the difference from the best other model', () => {
  it('is the mean of the differences of the lists, with an interval that draws customers', () => {
    const [worst, best, own] = compareWithBest(
      [
        lists('worst', 'new', [0, 0, 0, 0, 0, 0]),
        lists('best', 'new', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        lists('freshet', 'new', [0.2, 0.3, 0.4, 0.4, 0.5, 0.6]),
      ],
      'freshet',
      1,
    );
    expect([worst.difference, best.difference]).toEqual([undefined, undefined]);
    expect(own.difference).toMatchObject({ model: 'best', mean: expect.closeTo(0.05, 12) });
    // Customers 0 and 1 gain 0.1 in each list, the others nothing: resamples range from none to all.
    expect(own.difference?.low).toBeCloseTo(0, 12);
    expect(own.difference?.high).toBeCloseTo(0.1, 12);
  });

  it('has an interval of one point if all lists gain the same', () => {
    const [, own] = compareWithBest(
      [lists('other', 'repeat', [0.1, 0.2, 0.3]), lists('freshet', 'repeat', [0.3, 0.4, 0.5])],
      'freshet',
      1,
    );
    const { mean, low, high } = own.difference!;
    for (const value of [mean, low, high]) expect(value).toBeCloseTo(0.2, 12);
  });

  it('is of the same mode only, and absent if there is no other model', () => {
    const rows = compareWithBest(
      [lists('other', 'basket', [0.9, 0.9]), lists('freshet', 'basket-known', [0.1, 0.2])],
      'freshet',
      1,
    );
    expect(rows.map(({ difference }) => difference)).toEqual([undefined, undefined]);
  });
});
