import { FitError } from './fit-error';

/**
 * Returns the weights of rows, 1 each if none are given.
 * @throws FitError WRONG_SHAPE for another number of weights or if none is above 0; NOT_FINITE for an invalid weight
 */
export function rowWeights(rows: number, weights?: ArrayLike<number>): Float64Array {
  if (rows === 0) throw new FitError('WRONG_SHAPE', 'there are no rows');
  if (weights === undefined) return new Float64Array(rows).fill(1);
  if (weights.length !== rows) throw new FitError('WRONG_SHAPE', `${rows} rows, ${weights.length} weights`);
  const checked = Float64Array.from(weights);
  checked.forEach((weight, r) => {
    if (!(weight >= 0 && weight < Infinity)) throw new FitError('NOT_FINITE', `the weight of row ${r} is ${weight}`);
  });
  if (!checked.some((weight) => weight > 0))
    throw new FitError('WRONG_SHAPE', 'at least one row must have a weight above 0');
  return checked;
}
