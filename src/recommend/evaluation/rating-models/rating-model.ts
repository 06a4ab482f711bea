import type { Ratings } from '../../../learn/biased-factors';
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

export interface FittedRatings {
  readonly predict: Predict;
  /** RMSE on a part of the training data, by a fit with the same hyperparameters that did not use this part. */
  readonly validation: number;
}

/** A model that predicts ratings. A new model needs a file and a line in the list of `evaluate-ratings.ts`. */
export interface RatingModel {
  readonly model: string;
  readonly fit: (training: RatingTraining) => FittedRatings;
}

/** Share of the training part that hyperparameters are selected on. */
const VALIDATION = 0.1;
/** With more ratings than this, hyperparameters are selected on a sample of users. */
const CHOICE_RATINGS = 500_000;

/** Splits the training part again for hyperparameter selection. Test ratings are not involved. */
export function validationOf({ ratings, userCount, seed }: RatingTraining): { learnt: Ratings; held: Ratings } {
  const every = Math.ceil(ratings.values.length / CHOICE_RATINGS);
  const sample = Int32Array.from(ratings.users.keys()).filter((at) => ratings.users[at] % every === seed % every);
  const chosen = userCount === 0 ? ratings : ratingsAt(ratings, sample);
  const { training, test } = randomSplit(chosen, VALIDATION, seed);
  return { learnt: ratingsAt(chosen, training), held: ratingsAt(chosen, test) };
}

/** Returns the errors of the predictions for held-out ratings, clipped to the range of the training ratings. */
export function errorsOf(predict: Predict, learnt: Ratings, held: Ratings): { rmse: number; mae: number } {
  const clip = clipTo(learnt);
  let squares = 0;
  let sizes = 0;
  held.values.forEach((value, at) => {
    const error = value - clip(predict(held.users[at], held.items[at]));
    squares += error * error;
    sizes += Math.abs(error);
  });
  const count = held.values.length;
  return { rmse: Math.sqrt(squares / count), mae: sizes / count };
}

function clipTo({ values }: Ratings): (prediction: number) => number {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return (prediction) => Math.min(most, Math.max(least, prediction));
}
