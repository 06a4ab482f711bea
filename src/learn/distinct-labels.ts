import { FitError } from './fit-error';

/**
 * Returns the distinct labels, ascending.
 * @throws FitError WRONG_SHAPE if a label is not a 32-bit integer, or if all labels are equal
 */
export function distinctLabels(labels: ArrayLike<number>): Int32Array {
  const distinct = new Set<number>();
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== (labels[row] | 0))
      throw new FitError('WRONG_SHAPE', `the label of row ${row} is ${labels[row]}; it must be a 32-bit integer`);
    distinct.add(labels[row]);
  }
  if (distinct.size < 2) throw new FitError('WRONG_SHAPE', 'a classifier needs rows of at least two classes');
  return Int32Array.from(distinct).sort();
}
