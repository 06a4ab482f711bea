import type { Ratings } from '../../../learn/biased-factors';
import { groupByKey } from '../../../learn/group-by-key';
import { randomSplit } from '../rating-protocol';
import { ratingsAt } from '../rating-table';

export interface RatingTraining {
  readonly ratings: Ratings;
  readonly userCount: number;
  readonly itemCount: number;
  readonly seed: number;
  readonly onProgress: (message: string) => void;
}

export type Predict = (user: number, item: number) => number;

interface FittedRatings {
  readonly predict: Predict;
  /** RMSE on a part of the training data, of another fit: with the same hyperparameters, but without this part. */
  readonly validationRmse: number;
}

/** A model that predicts ratings. A new model needs a file and a line in the list of `evaluate-ratings.ts`. */
export interface RatingModel {
  readonly model: string;
  readonly fit: (training: RatingTraining) => FittedRatings;
}

/** Share of the training part that hyperparameters are selected on. */
const VALIDATION_SHARE = 0.1;
/** With more ratings than this, hyperparameters are selected on a sample of users. */
const MAX_SELECTION_RATINGS = 500_000;

/** Splits the training part again for hyperparameter selection. Test ratings are not involved. */
export function validationSplit({ ratings, userCount, seed }: RatingTraining): {
  trainingRatings: Ratings;
  heldOutRatings: Ratings;
} {
  const sampleInterval = Math.ceil(ratings.values.length / MAX_SELECTION_RATINGS);
  const sample = Int32Array.from(ratings.users.keys()).filter(
    (at) => ratings.users[at] % sampleInterval === seed % sampleInterval,
  );
  const selectionRatings = userCount === 0 ? ratings : ratingsAt(ratings, sample);
  const { training, test } = randomSplit(selectionRatings, VALIDATION_SHARE, seed);
  return { trainingRatings: ratingsAt(selectionRatings, training), heldOutRatings: ratingsAt(selectionRatings, test) };
}

/**
 * Returns the errors for held-out ratings. Predictions are first clipped to the range of the training ratings. The
 * ratings of a user are predicted one after another, because some models prepare for a user.
 */
export function errorsOf(
  predict: Predict,
  trainingRatings: Ratings,
  heldOutRatings: Ratings,
): { rmse: number; mae: number } {
  const clip = clipTo(trainingRatings);
  let squaredErrors = 0;
  let absoluteErrors = 0;
  const { users, items, values } = heldOutRatings;
  const userCount = users.reduce((largest, user) => Math.max(largest, user), -1) + 1;
  for (const at of groupByKey(users, userCount).order) {
    const error = values[at] - clip(predict(users[at], items[at]));
    squaredErrors += error * error;
    absoluteErrors += Math.abs(error);
  }
  const count = values.length;
  return { rmse: Math.sqrt(squaredErrors / count), mae: absoluteErrors / count };
}

function clipTo({ values }: Ratings): (prediction: number) => number {
  let minRating = Infinity;
  let maxRating = -Infinity;
  for (const value of values) {
    minRating = Math.min(minRating, value);
    maxRating = Math.max(maxRating, value);
  }
  return (prediction) => Math.min(maxRating, Math.max(minRating, prediction));
}
