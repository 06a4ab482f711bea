import { denseDesign } from '../../../../src/learn/design-matrix';
import { fitBiasedFactors } from '../../../../src/learn/biased-factors';
import { fitLinear } from '../../../../src/learn/linear-regression';
import { fitRatingRidge } from '../../../../src/learn/rating-ridge';
import { evaluateRanking, evaluateRatings } from '../../../../src/evaluation/recommend/evaluate-ratings';
import { biasOnly } from '../../../../src/evaluation/recommend/rating-models/bias';
import { foldSplits, randomSplit } from '../../../../src/evaluation/recommend/rating-protocol';
import { ratingsAt, ratingTable } from '../../../../src/evaluation/recommend/rating-table';
import { NOISE, syntheticRatings } from './synthetic-ratings';

const table = ratingTable(syntheticRatings(250, 90, 50));
const options = { seed: 1, relevant: -Infinity, onProgress: () => undefined, clock: () => 0 };

describe('rating prediction on synthetic ratings', () => {
  const rows = evaluateRatings(table, [randomSplit(table, 0.2, 1)], options);
  const rmse = (model: string): number => rows.find((row) => row.model === model)?.rmse ?? NaN;

  it('predicts each rating once, over all folds', () => {
    const small = ratingTable(syntheticRatings(30, 20, 10));
    const folded = evaluateRatings(small, foldSplits(300, 3, 1), options);
    expect(folded.map(({ model }) => model)).toEqual(['bias', 'ridge', 'user-neighbours', 'biased-factors', 'freshet']);
    for (const row of folded) expect(row).toMatchObject({ mode: 'rating', customers: 30, ratings: 300 });
  });

  it('by biased factors comes near the noise, where biases alone cannot', () => {
    expect(rmse('biased-factors')).toBeGreaterThan(NOISE * 0.98);
    expect(rmse('biased-factors')).toBeLessThan(NOISE * 1.3);
    expect(rmse('bias')).toBeGreaterThan(NOISE * 1.7);
    expect(rmse('ridge')).toBeLessThan(rmse('bias'));
    expect(rmse('user-neighbours')).toBeLessThan(0.8 * rmse('bias'));
  });

  it('by freshet uses the model that was best on validation', () => {
    expect(rmse('freshet')).toBe(rmse('biased-factors'));
  });
});

describe('biased factors', () => {
  const sizes = { userCount: 250, itemCount: 90, factors: 8, l2: 0.5, epochs: 5 };

  it('are the same to the bit for the same seed, and others for another', () => {
    const fit = (seed: number) => fitBiasedFactors(table, { ...sizes, seed });
    expect(fit(3).userFactors).toEqual(fit(3).userFactors);
    expect(fit(3).userFactors).not.toEqual(fit(4).userFactors);
  });

  it('predict the mean for unknown users and items', () => {
    const model = fitBiasedFactors(table, { ...sizes, userCount: 251, itemCount: 91, seed: 1 });
    expect(model.predict(250, 90)).toBe(model.mean);
    expect(model.predict(250, 5)).toBeCloseTo(model.mean + model.itemBias[5], 12);
  });
});

describe('ridge on user and item', () => {
  it('is ridge regression on their one-hot columns', () => {
    const small = ratingTable(syntheticRatings(8, 6, 4));
    const { mean, userBias, itemBias } = fitRatingRidge(small, { userCount: 8, itemCount: 6, l2: 2 });
    const rows = Array.from(small.values, (_, at) => {
      const row = new Array<number>(14).fill(0);
      row[small.users[at]] = 1;
      row[8 + small.items[at]] = 1;
      return row;
    });
    const fit = fitLinear({ design: denseDesign(rows), targets: small.values, l2: 2 });
    expect(mean).toBeCloseTo(fit.intercept, 8);
    [...userBias, ...itemBias].forEach((bias, c) => expect(bias).toBeCloseTo(fit.coefficients[c], 8));
  });
});

describe('damped means', () => {
  it('are μ + Σ(r − μ)/(n + 25) of the item + Σ(rest)/(n + 10) of the user', () => {
    const two = ratingTable([
      { user: 'a', item: 'x', value: 5, at: 1 },
      { user: 'b', item: 'y', value: 1, at: 1 },
    ]);
    const { predict } = biasOnly.fit({
      ratings: two,
      userCount: 2,
      itemCount: 2,
      seed: 1,
      onProgress: () => undefined,
    });
    const item = 2 / 26;
    expect(predict(0, 0)).toBeCloseTo(3 + item + (2 - item) / 11, 12);
  });
});

describe('ranking on rating files', () => {
  const rows = evaluateRanking(table, randomSplit(table, 0.25, 1), options);

  it('has a row for each ranker and one for freshet, which is the best on validation', () => {
    expect(rows.map(({ model, mode }) => `${model} ${mode}`)).toEqual([
      'popularity new',
      'item-knn new',
      'ease new',
      'ials new',
      'freshet new',
    ]);
    const others = rows.slice(0, -1).map(({ ndcg10 }) => ndcg10);
    const freshet = rows[rows.length - 1];
    // It is chosen on another part of the ratings than it is tested on, so it is near the best one.
    expect(freshet.ndcg10).toBeGreaterThan(0.9 * Math.max(...others));
    expect(freshet.customers).toBe(250);
  });

  it('counts as liked only what is rated high enough', () => {
    const strict = evaluateRanking(table, randomSplit(table, 0.25, 1), { ...options, relevant: 4 });
    expect(strict[0].customers).toBeLessThan(250);
    expect(strict[0].precision10).toBeLessThan(rows[0].precision10);
  });

  it('does not depend on the held-out ratings', () => {
    const split = randomSplit(table, 0.25, 1);
    const other = { ...table, values: table.values.slice() };
    for (const at of split.test) other.values[at] = 9 - other.values[at];
    const lists = (of: typeof table) => evaluateRanking(of, split, options).map(({ ndcg10 }) => ndcg10);
    expect(lists(other)).toEqual(lists(table));
    expect(ratingsAt(other, split.training)).toEqual(ratingsAt(table, split.training));
  });
});
