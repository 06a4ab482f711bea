import { fitBiasedFactors } from '../../../learn/biased-factors';
import { errorsOf, validationSplit, type RatingModel } from './rating-model';

const FACTORS = 32;
const PENALTIES = [0.5, 1, 2, 4];
const MAX_EPOCHS = 120;
/** Number of epochs without improvement after which a fit stops. */
const PATIENCE = 6;

/** Biased factors with implicit feedback. Penalty and number of epochs are selected within the training part. */
export const biasedFactors: RatingModel = {
  model: 'biased-factors',
  fit(training) {
    const { ratings, userCount, itemCount, seed, onProgress } = training;
    const sizes = { userCount, itemCount, factors: FACTORS, seed };
    const { trainingRatings, heldOutRatings } = validationSplit(training);
    let chosen = { l2: PENALTIES[0], epochs: 1, rmse: Infinity };
    for (const l2 of PENALTIES) {
      let best = { l2, epochs: 1, rmse: Infinity };
      fitBiasedFactors(trainingRatings, {
        ...sizes,
        l2,
        epochs: MAX_EPOCHS,
        onEpoch(epochs, model) {
          const { rmse } = errorsOf((user, item) => model.predict(user, item), trainingRatings, heldOutRatings);
          if (rmse < best.rmse) best = { l2, epochs, rmse };
          return epochs < best.epochs + PATIENCE;
        },
      });
      if (best.rmse < chosen.rmse) chosen = best;
    }
    const { l2, epochs, rmse } = chosen;
    onProgress(`biased factors: l2 ${l2}, ${epochs} epochs, RMSE ${rmse.toFixed(4)} on validation`);
    const model = fitBiasedFactors(ratings, { ...sizes, l2, epochs });
    return { predict: (user, item) => model.predict(user, item), validationRmse: rmse };
  },
};
