import fc from 'fast-check';
import type { Ratings } from '../../../src/learn/biased-factors';
import { indexUserNeighbours } from '../../../src/learn/user-neighbours';

const USERS = 9;
const ITEMS = 7;

type Rating = readonly [user: number, item: number, value: number];

const columns = (ratings: readonly Rating[]): Ratings => ({
  users: Int32Array.from(ratings, ([user]) => user),
  items: Int32Array.from(ratings, ([, item]) => item),
  values: Float64Array.from(ratings, ([, , value]) => value),
});
const index = (ratings: readonly Rating[]) =>
  indexUserNeighbours(columns(ratings), { userCount: USERS, itemCount: ITEMS });

/**
 * The prediction by its definition, on a dense matrix; undefined if the k-th and the next similarity are equal, so that
 * rounding errors decide which one counts.
 */
function naive(
  ratings: readonly Rating[],
  user: number,
  item: number,
  k: number,
  shrinkage: number,
): number | undefined {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = Array.from({ length: USERS }, () => new Map<number, number>());
  for (const [u, i, value] of ratings) rows[u].set(i, value);
  const means = rows.map((row) => mean([...row.values()]));
  if (rows[user].size === 0) return ratings.length === 0 ? 0 : mean(ratings.map(([, , value]) => value));
  const deviations = rows.map((row, u) => Array.from({ length: ITEMS }, (_, i) => (row.get(i) ?? means[u]) - means[u]));
  const similarity = (v: number): number => {
    const product = deviations[user].reduce((sum, deviation, i) => sum + deviation * deviations[v][i], 0);
    const common = [...rows[user].keys()].filter((i) => rows[v].has(i)).length;
    const norms = Math.hypot(...deviations[user]) * Math.hypot(...deviations[v]);
    return norms < 1e-9 ? 0 : ((product / norms) * common) / (common + shrinkage);
  };
  const similar = rows
    .flatMap((row, v) => (v !== user && row.has(item) ? [{ v, s: similarity(v) }] : []))
    .filter(({ s }) => s > 1e-9)
    .sort((a, b) => b.s - a.s);
  if (similar.length > k && similar[k - 1].s - similar[k].s < 1e-9) return undefined;
  const nearest = similar.slice(0, k);
  if (nearest.length === 0) return means[user];
  const weighted = nearest.reduce((sum, { v, s }) => sum + s * deviations[v][item], 0);
  return means[user] + weighted / nearest.reduce((sum, { s }) => sum + Math.abs(s), 0);
}

describe('user-based collaborative filtering', () => {
  it('equals the definition on a dense matrix', () => {
    const drafts = fc.uniqueArray(fc.tuple(fc.nat(USERS - 2), fc.nat(ITEMS - 1), fc.integer({ min: 1, max: 5 })), {
      selector: ([user, item]) => user * ITEMS + item,
      maxLength: 40,
    });
    fc.assert(
      fc.property(drafts, fc.constantFrom(2, 3, 100), fc.constantFrom(0, 1, 20), (ratings, neighbours, shrinkage) => {
        const model = index(ratings);
        // Item by item, so that the model changes from user to user.
        for (let item = 0; item < ITEMS; item++) {
          for (let user = 0; user < USERS; user++) {
            const expected = naive(ratings, user, item, neighbours, shrinkage);
            const predicted = model.predict(user, item, { neighbours, shrinkage });
            if (expected !== undefined) expect(predicted).toBeCloseTo(expected, 8);
          }
        }
      }),
    );
  });

  const ratings: Rating[] = [
    [0, 0, 5],
    [0, 1, 1],
    [1, 0, 4],
    [1, 1, 2],
    [1, 2, 4.5],
    [2, 0, 1],
    [2, 1, 5],
    [2, 2, 1],
  ];

  it('adds the deviation of like-minded users to the mean of the user', () => {
    // User 1 likes what user 0 likes, and rates item 2 by 1 above the mean. User 2 has the opposite taste.
    expect(index(ratings).predict(0, 2, { neighbours: 10, shrinkage: 0 })).toBeCloseTo(3 + 1, 12);
  });

  it('predicts the mean of the user for items without neighbours, and the mean of all ratings for unknown users', () => {
    const model = index([...ratings, [3, 0, 2], [3, 1, 2]]);
    const options = { neighbours: 10, shrinkage: 0 };
    expect(model.predict(0, 5, options)).toBe(3);
    expect(model.predict(3, 2, options)).toBe(2);
    expect(model.predict(8, 0, options)).toBe(model.mean);
  });

  it('prefers users with many common items, the more so the larger the shrinkage', () => {
    const many: Rating[] = [0, 1, 2, 3].flatMap((item): Rating[] => [
      [0, item, item % 2 === 0 ? 5 : 1],
      [1, item, item % 2 === 0 ? 4.5 : 2],
    ]);
    // User 2 agrees on two items only. Both have rated item 4: user 1 above the mean, user 2 below it.
    const few: Rating[] = [
      [1, 4, 5],
      [2, 0, 5],
      [2, 1, 1],
      [2, 4, 2],
    ];
    const model = index([...many, ...few]);
    const predict = (shrinkage: number) => model.predict(0, 4, { neighbours: 2, shrinkage });
    expect(predict(20)).toBeGreaterThan(predict(0));
  });
});
