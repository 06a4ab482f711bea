import { shuffle } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';
import { productsByCustomer, type Line, type TemporalSplit, type TestCustomer } from './protocol';
import type { RatingTable } from './rating-table';
import { IdTable } from '../../learn/id-table';

/** Training and test ratings, as ascending indexes into a rating table. */
export interface RatingSplit {
  readonly training: Int32Array;
  readonly test: Int32Array;
}

/** Holds out a random share `holdout` of each user's ratings, rounded to whole ratings, but never all of them. */
export function randomSplit({ users }: Pick<RatingTable, 'users'>, holdout: number, seed: number): RatingSplit {
  const random = seededRandom(seed);
  const isHeldOut = new Uint8Array(users.length);
  for (const positions of byUser(users)) {
    shuffle(positions, random);
    const count = Math.min(positions.length - 1, Math.round(holdout * positions.length));
    for (const at of positions.slice(0, count)) isHeldOut[at] = 1;
  }
  return split(isHeldOut);
}

/**
 * Holds out the newest rating of each user with at least two ratings. If several ratings have the newest time, the last
 * one in the table is held out.
 */
export function leaveLastSplit({ users, times }: Pick<RatingTable, 'users' | 'times'>): RatingSplit {
  const isHeldOut = new Uint8Array(users.length);
  for (const positions of byUser(users)) {
    if (positions.length < 2) continue;
    isHeldOut[positions.reduce((newest, at) => (times[at] >= times[newest] ? at : newest))] = 1;
  }
  return split(isHeldOut);
}

/** Trains on ratings before `from` and tests on [from, to), both in ms. Later ratings are ignored. */
export function temporalRatingSplit({ times }: Pick<RatingTable, 'times'>, from: number, to: number): RatingSplit {
  const positions = Int32Array.from(times.keys());
  return {
    training: positions.filter((at) => times[at] < from),
    test: positions.filter((at) => times[at] >= from && times[at] < to),
  };
}

/** Returns cross-validation folds: each rating is in the test part of exactly one fold, drawn by seed. */
export function foldSplits(count: number, folds: number, seed: number): RatingSplit[] {
  const random = seededRandom(seed);
  const positions = Array.from({ length: count }, (_, at) => at);
  shuffle(positions, random);
  const foldOf = new Uint8Array(count);
  positions.forEach((at, rank) => (foldOf[at] = rank % folds));
  return Array.from({ length: folds }, (_, fold) => split(foldOf.map((each) => (each === fold ? 1 : 0))));
}

/**
 * Converts a split of ratings into one for ranking models. Ratings of at least `minLikedRating` count as liked, and
 * models are trained only on these. The truth of each user with training ratings is the liked test items. Items that
 * the user rated in training are masked, liked or not.
 */
export function rankingSplit(
  table: RatingTable,
  { training, test }: RatingSplit,
  minLikedRating: number,
): TemporalSplit {
  const products = new IdTable();
  const customers = new IdTable();
  for (const at of training) {
    customers.intern(table.userIds.idAt(table.users[at]));
    products.intern(table.itemIds.idAt(table.items[at]));
  }
  const trainingProductCount = products.size;
  const lineOf = (at: number): Line => ({
    customer: customers.intern(table.userIds.idAt(table.users[at])),
    product: products.intern(table.itemIds.idAt(table.items[at])),
    order: '',
    at: table.times[at],
  });
  const isLiked = (at: number): boolean => table.values[at] >= minLikedRating;
  const historyByCustomer = productsByCustomer(Array.from(training, lineOf));
  const truths = productsByCustomer(Array.from(test.filter(isLiked), lineOf));
  const testCustomers: TestCustomer[] = [];
  for (const [customer, truth] of truths) {
    const ratedInTraining = historyByCustomer.get(customer);
    if (ratedInTraining !== undefined)
      testCustomers.push({ customer, truth, truthNew: truth, boughtInTraining: ratedInTraining });
  }
  const liked = Array.from(training.filter(isLiked), lineOf);
  return {
    customers,
    products,
    trainingProductCount,
    testStart: Infinity,
    training: liked,
    testCustomers,
    baskets: [],
  };
}

function byUser(users: Int32Array): number[][] {
  const groups: number[][] = [];
  users.forEach((user, at) => (groups[user] ??= []).push(at));
  return groups.filter((group) => group !== undefined);
}

function split(isHeldOut: Uint8Array): RatingSplit {
  const positions = Int32Array.from(isHeldOut.keys());
  return {
    training: positions.filter((at) => isHeldOut[at] === 0),
    test: positions.filter((at) => isHeldOut[at] === 1),
  };
}
