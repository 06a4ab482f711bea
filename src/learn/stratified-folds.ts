import { shuffle } from './random-draws';
import { seededRandom } from './seeded-random';

/**
 * By row: its fold, from 0. The rows of each label are shuffled and dealt to the folds in turn.
 * @param labels numbers by row
 */
export function stratifiedFolds(labels: ArrayLike<number>, folds: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const order = Int32Array.from(labels, (_, row) => row);
  shuffle(order, random);
  order.sort((a, b) => labels[a] - labels[b]);
  const foldOf = new Int32Array(labels.length);
  order.forEach((row, rank) => (foldOf[row] = rank % folds));
  return foldOf;
}
