import { seededRandom } from './seeded-random';

/**
 * By row: its fold, from 0. The rows of each label are shuffled (Fisher–Yates) and dealt to the folds in turn.
 * @param labels numbers by row
 */
export function stratifiedFolds(labels: ArrayLike<number>, folds: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const order = Int32Array.from(labels, (_, row) => row);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  order.sort((a, b) => labels[a] - labels[b]);
  const foldOf = new Int32Array(labels.length);
  order.forEach((row, rank) => (foldOf[row] = rank % folds));
  return foldOf;
}
