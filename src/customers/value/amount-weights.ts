import type { ValueModel } from './value-model';

/**
 * Fits non-negative weights of two estimates of a value by least squares (Lawson & Hanson, Solving Least Squares
 * Problems, 1974; with two columns, the active sets can be listed). Ridge on logarithms weighs errors by their ratio.
 * Large customers need the past amount, which grows in proportion to what they spent.
 * @param smeared the first estimate, already multiplied by the purchase probability
 * @param past the second one
 */
export function fitAmountWeights(
  smeared: Float64Array,
  past: Float64Array,
  values: Float64Array,
): ValueModel['amountWeights'] {
  let [ss, sp, pp, sv, pv] = [0, 0, 0, 0, 0];
  for (let r = 0; r < values.length; r++) {
    ss += smeared[r] * smeared[r];
    sp += smeared[r] * past[r];
    pp += past[r] * past[r];
    sv += smeared[r] * values[r];
    pv += past[r] * values[r];
  }
  const determinant = ss * pp - sp * sp;
  const both = {
    smeared: determinant > 0 ? (sv * pp - pv * sp) / determinant : -1,
    past: determinant > 0 ? (pv * ss - sv * sp) / determinant : -1,
  };
  if (both.smeared >= 0 && both.past >= 0) return both;
  const onlySmeared = { smeared: ss > 0 ? sv / ss : 1, past: 0 };
  const onlyPast = { smeared: 0, past: pp > 0 ? pv / pp : 0 };
  const gain = (sum: number, squares: number): number => (squares > 0 ? (sum * sum) / squares : 0);
  return gain(sv, ss) >= gain(pv, pp) ? onlySmeared : onlyPast;
}
