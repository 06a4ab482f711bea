import fc from 'fast-check';
import type { Rating } from '../../../../src/evaluation/recommend/rating';
import { binaryHistories } from '../../../../src/evaluation/recommend/baselines/binary-histories';
import {
  foldSplits,
  leaveLastSplit,
  randomSplit,
  rankingSplit,
  temporalRatingSplit,
  type RatingSplit,
} from '../../../../src/evaluation/recommend/rating-protocol';
import { ratingTable } from '../../../../src/evaluation/recommend/rating-table';
import { appendTo } from '../../../../src/learn/group-by';

const arbitraryRatings: fc.Arbitrary<Rating[]> = fc.array(
  fc.record({
    user: fc.constantFrom('a', 'b', 'c', 'd'),
    item: fc.constantFrom('x', 'y', 'z', 'v', 'w'),
    value: fc.integer({ min: 1, max: 5 }),
    at: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 40 },
);

/** Checks that training and test share no rating, and returns how many they hold in all. */
function disjoint({ training, test }: RatingSplit): number {
  const all = new Set([...training, ...test]);
  expect(all.size).toBe(training.length + test.length);
  return all.size;
}

describe('a table of ratings', () => {
  it('holds the latest rating of each item by each user', () => {
    const of = (value: number, at: number): Rating => ({ user: 'a', item: 'x', value, at });
    expect(Array.from(ratingTable([of(1, 5), of(2, 9), of(3, 7)]).values)).toEqual([2]);
    expect(Array.from(ratingTable([of(1, NaN), of(2, NaN)]).values)).toEqual([2]);
  });
});

describe('rating protocols', () => {
  it('random: of every user the requested share, but never all', () => {
    fc.assert(
      fc.property(arbitraryRatings, fc.constantFrom(0.25, 0.5, 0.9), (ratings, holdout) => {
        const table = ratingTable(ratings);
        const split = randomSplit(table, holdout, 1);
        expect(disjoint(split)).toBe(table.values.length);
        for (let user = 0; user < table.userIds.size; user++) {
          const all = table.users.filter((each) => each === user).length;
          const held = split.test.filter((at) => table.users[at] === user).length;
          expect(held).toBe(Math.min(all - 1, Math.round(holdout * all)));
        }
        expect(randomSplit(table, holdout, 1)).toEqual(split);
      }),
    );
  });

  it('leave-last: for each user, the held-out rating is not older than one to learn from', () => {
    fc.assert(
      fc.property(arbitraryRatings, (ratings) => {
        const table = ratingTable(ratings);
        const split = leaveLastSplit(table);
        expect(disjoint(split)).toBe(table.values.length);
        for (const held of split.test) {
          const own = split.training.filter((at) => table.users[at] === table.users[held]);
          expect(own.length).toBeGreaterThan(0);
          for (const at of own) expect(table.times[at]).toBeLessThanOrEqual(table.times[held]);
        }
      }),
    );
  });

  it('temporal: ratings after the window are in neither training nor test', () => {
    const table = ratingTable([1, 4, 5, 6, 8].map((at) => ({ user: 'a', item: `${at}`, value: 3, at })));
    const { training, test } = temporalRatingSplit(table, 5, 8);
    expect(Array.from(training, (at) => table.times[at])).toEqual([1, 4]);
    expect(Array.from(test, (at) => table.times[at])).toEqual([5, 6]);
  });

  it('folds: each rating is tested once, in folds of equal size', () => {
    const splits = foldSplits(23, 5, 1);
    const asked = splits.flatMap(({ test }) => Array.from(test)).sort((a, b) => a - b);
    expect(asked).toEqual(Array.from({ length: 23 }, (_, at) => at));
    for (const split of splits) {
      expect(disjoint(split)).toBe(23);
      expect(split.test.length).toBeGreaterThanOrEqual(4);
    }
  });

  it('for ranking, masks all that was rated in training and expects what was liked', () => {
    const rating = (user: string, item: string, value: number): Rating => ({ user, item, value, at: 0 });
    const table = ratingTable([
      rating('a', 'x', 5),
      rating('a', 'y', 1),
      rating('a', 'z', 4),
      rating('a', 'v', 2),
      rating('b', 'z', 5),
    ]);
    const split = rankingSplit(table, { training: Int32Array.of(0, 1), test: Int32Array.of(2, 3, 4) }, 4);
    const named = (indexes: Iterable<number>) => Array.from(indexes, (index) => split.products.idAt(index));
    expect(split.testCustomers).toHaveLength(1);
    expect(named(split.testCustomers[0].truth)).toEqual(['z']);
    expect(named(split.testCustomers[0].boughtInTraining)).toEqual(['x', 'y']);
    expect(named(split.training.map(({ product }) => product))).toEqual(['x']);
  });

  it('gives the baselines the liked training items of every customer, and none of a customer who liked nothing', () => {
    fc.assert(
      fc.property(arbitraryRatings, fc.integer({ min: 1, max: 6 }), fc.integer(), (ratings, minLiked, seed) => {
        const table = ratingTable(ratings);
        const parts = randomSplit(table, 0.4, seed);
        const split = rankingSplit(table, parts, minLiked);
        const { matrix, productsOf } = binaryHistories(split);
        const liked = new Map<string, string[]>();
        for (const at of parts.training)
          if (table.values[at] >= minLiked) {
            const user = table.userIds.idAt(table.users[at]);
            appendTo(liked, user, table.itemIds.idAt(table.items[at]));
          }
        let memberships = 0;
        for (let customer = 0; customer < split.customers.size; customer++) {
          const products = Array.from(productsOf(customer), (product) => split.products.idAt(product)).sort();
          expect(products).toEqual((liked.get(split.customers.idAt(customer)) ?? []).sort());
          memberships += products.length;
        }
        expect(matrix.members).toHaveLength(memberships);
      }),
    );
  });
});
