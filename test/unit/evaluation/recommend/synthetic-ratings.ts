import type { Rating } from '../../../../src/evaluation/recommend/rating';
import { standardNormal } from '../../../../src/learn/random-draws';
import { seededRandom } from '../../../../src/learn/seeded-random';

/** Standard deviation of the noise: no model can predict better than this. */
export const NOISE = 0.5;

/**
 * SYNTHETIC ratings, not people's: r = 3 + b_u + b_i + p_u·q_i + noise of standard deviation {@link NOISE}, with three
 * factors, not rounded. Deterministic.
 */
export function syntheticRatings(users: number, items: number, perUser: number): Rating[] {
  const random = seededRandom(42);
  const vectors = (count: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: 3 }, () => 0.7 * standardNormal(random)));
  const biases = (count: number): number[] => Array.from({ length: count }, () => 0.4 * standardNormal(random));
  const [p, q] = [vectors(users), vectors(items)];
  const [userBias, itemBias] = [biases(users), biases(items)];
  const ratings: Rating[] = [];
  for (let user = 0; user < users; user++) {
    const rated = new Set<number>();
    while (rated.size < perUser) rated.add(Math.floor(random() * items));
    for (const item of rated) {
      const taste = p[user].reduce((sum, factor, f) => sum + factor * q[item][f], 0);
      ratings.push({
        user: `u${user}`,
        item: `i${item}`,
        value: 3 + userBias[user] + itemBias[item] + taste + NOISE * standardNormal(random),
        at: Date.UTC(2020, 0, 1) + Math.floor(random() * 100) * 86_400_000,
      });
    }
  }
  return ratings;
}
