import { denseDesign, standardizationOf, standardized } from '../../../src/learn/design-matrix';
import { SETS } from './scikit-learn-sets';

interface LabelledRows {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/** The small data sets of scikit-learn, by their names in svm-figures.json. */
export const SCIKIT_LEARN_DATA: Readonly<Record<string, LabelledRows>> = Object.fromEntries(
  SETS.map(({ name, X, y }) => [name.replace(' ', '-'), { X, y }]),
);

/** Standardises by the mean and deviation of some of the rows. */
export function standardizedBy(X: LabelledRows['X'], fitted: LabelledRows['X']): number[][] {
  const design = standardized(
    denseDesign(X),
    standardizationOf(denseDesign(fitted), new Uint8Array(fitted.length).fill(1)),
  );
  return X.map((row, r) => {
    const out = new Float64Array(row.length);
    design.readRow(r, out);
    return Array.from(out);
  });
}
