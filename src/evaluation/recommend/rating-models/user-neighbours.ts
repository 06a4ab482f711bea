import { indexUserNeighbours, type NeighbourhoodOptions } from '../../../learn/user-neighbours';
import { errorsOf, validationSplit, type RatingModel } from './rating-model';

const NEIGHBOURS = [20, 40, 80];
const SHRINKAGES = [0, 10, 50];

/** User-based collaborative filtering. The number of neighbours and β are selected within the training part. */
export const userNeighbours: RatingModel = {
  model: 'user-neighbours',
  fit(training) {
    const { trainingRatings, heldOutRatings } = validationSplit(training);
    const validation = indexUserNeighbours(trainingRatings, training);
    let chosen: NeighbourhoodOptions & { rmse: number } = {
      neighbours: NEIGHBOURS[0],
      shrinkage: SHRINKAGES[0],
      rmse: Infinity,
    };
    for (const neighbours of NEIGHBOURS) {
      for (const shrinkage of SHRINKAGES) {
        const predict = (user: number, item: number) => validation.predict(user, item, { neighbours, shrinkage });
        const { rmse } = errorsOf(predict, trainingRatings, heldOutRatings);
        if (rmse < chosen.rmse) chosen = { neighbours, shrinkage, rmse };
      }
    }
    const { neighbours, shrinkage, rmse } = chosen;
    training.onProgress(
      `user neighbours: ${neighbours}, shrinkage ${shrinkage}, RMSE ${rmse.toFixed(4)} on validation`,
    );
    const model = indexUserNeighbours(training.ratings, training);
    return { predict: (user, item) => model.predict(user, item, chosen), validationRmse: rmse };
  },
};
