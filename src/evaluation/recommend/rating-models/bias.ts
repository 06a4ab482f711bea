import type { Ratings } from '../../../learn/biased-factors';
import { errorsOf, validationSplit, type Predict, type RatingModel } from './rating-model';

/** Number of ratings with deviation 0 that are added to each mean to damp it. The values are those of Koren (2010). */
const ITEM_DAMPING = 25;
const USER_DAMPING = 10;

/**
 * Damped means (Koren: Factor in the neighbors, TKDD 2010, §2.1): μ + b_i + b_u, with the item biases computed first.
 */
export const biasOnly: RatingModel = {
  model: 'bias',
  fit(training) {
    const { trainingRatings, heldOutRatings } = validationSplit(training);
    const { rmse } = errorsOf(dampedBiases(trainingRatings, training), trainingRatings, heldOutRatings);
    return { predict: dampedBiases(training.ratings, training), validationRmse: rmse };
  },
};

function dampedBiases(
  { users, items, values }: Ratings,
  { userCount, itemCount }: { userCount: number; itemCount: number },
): Predict {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const itemBias = dampedMeans(items, itemCount, ITEM_DAMPING, (at) => values[at] - mean);
  const userBias = dampedMeans(users, userCount, USER_DAMPING, (at) => values[at] - mean - itemBias[items[at]]);
  return (user, item) => mean + userBias[user] + itemBias[item];
}

function dampedMeans(
  keys: Int32Array,
  count: number,
  damping: number,
  deviationOf: (at: number) => number,
): Float64Array {
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  keys.forEach((key, at) => {
    sums[key] += deviationOf(at);
    counts[key]++;
  });
  return sums.map((sum, key) => sum / (counts[key] + damping));
}
