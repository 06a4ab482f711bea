import type { Ratings } from '../../../learn/biased-factors';
import { fitRatingRidge } from '../../../learn/rating-ridge';
import { errorsOf, validationSplit, type Predict, type RatingModel } from './rating-model';

const PENALTIES = [0.5, 1, 2, 4, 8, 16];

/** Ridge regression on user and item. λ is selected within the training part. */
export const ratingRidge: RatingModel = {
  model: 'ridge',
  fit(training) {
    const { userCount, itemCount, onProgress } = training;
    const fit = (ratings: Ratings, l2: number): Predict => {
      const { mean, userBias, itemBias } = fitRatingRidge(ratings, { userCount, itemCount, l2 });
      return (user, item) => mean + userBias[user] + itemBias[item];
    };
    const { trainingRatings, heldOutRatings } = validationSplit(training);
    let chosen = { l2: PENALTIES[0], rmse: Infinity };
    for (const l2 of PENALTIES) {
      const { rmse } = errorsOf(fit(trainingRatings, l2), trainingRatings, heldOutRatings);
      if (rmse < chosen.rmse) chosen = { l2, rmse };
    }
    onProgress(`ridge: l2 ${chosen.l2}, RMSE ${chosen.rmse.toFixed(4)} on validation`);
    return { predict: fit(training.ratings, chosen.l2), validationRmse: chosen.rmse };
  },
};
