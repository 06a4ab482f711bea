import { denseDesign, standardizationOf, standardized } from '../../../src/learn/design-matrix';
import breastCancer from '../../fixtures/breast-cancer.json';
import iris from '../../fixtures/iris.json';
import digits from '../../fixtures/scikit-learn/data-digits.json';
import wine from '../../fixtures/scikit-learn/data-wine.json';

interface LabelledRows {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

/** The small data sets of scikit-learn. */
export const SCIKIT_LEARN_DATA: Readonly<Record<string, LabelledRows>> = {
  iris,
  wine,
  'breast-cancer': breastCancer,
  digits: {
    X: digits.X.map((cells) => Array.from(cells, (cell) => parseInt(cell, 32))),
    y: Array.from(digits.y, Number),
  },
};

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
