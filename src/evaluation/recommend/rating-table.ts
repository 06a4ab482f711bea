import type { Rating } from './rating';
import type { Ratings } from '../../learn/biased-factors';
import { IdTable } from '../../learn/id-table';

/** The ratings of a file by user and item index, at most one per user and item. */
export interface RatingTable extends Ratings {
  readonly userIds: IdTable;
  readonly itemIds: IdTable;
  /** Times of the ratings, ms; NaN if the file has no times. */
  readonly times: Float64Array;
}

/**
 * Builds the table. If a user has rated an item several times, the newest rating is used; if the times are equal, the
 * last rating in the file.
 */
export function ratingTable(ratings: Iterable<Rating>): RatingTable {
  const userIds = new IdTable();
  const itemIds = new IdTable();
  const latest = new Map<string, Rating>();
  for (const rating of ratings) {
    const key = `${userIds.intern(rating.user)} ${itemIds.intern(rating.item)}`;
    const before = latest.get(key);
    if (before === undefined || !(before.at > rating.at)) latest.set(key, rating);
  }
  const newestRatings = Array.from(latest.values());
  return {
    userIds,
    itemIds,
    users: Int32Array.from(newestRatings, ({ user }) => userIds.indexOf(user)),
    items: Int32Array.from(newestRatings, ({ item }) => itemIds.indexOf(item)),
    values: Float64Array.from(newestRatings, ({ value }) => value),
    times: Float64Array.from(newestRatings, ({ at }) => at),
  };
}

export function ratingsAt({ users, items, values }: Ratings, positions: Int32Array): Ratings {
  return {
    users: positions.map((at) => users[at]),
    items: positions.map((at) => items[at]),
    values: Float64Array.from(positions, (at) => values[at]),
  };
}
