import breastCancer from '../../fixtures/breast-cancer.json';
import iris from '../../fixtures/iris.json';
import digits from '../../fixtures/scikit-learn/digits.json';
import figures from '../../fixtures/scikit-learn/figures.json';
import wine from '../../fixtures/scikit-learn/wine.json';

const digitRows = digits.rows.map((row) => Array.from(row, (digit) => parseInt(digit, 17)));

interface Figures {
  readonly tree: {
    readonly maxDepth: number;
    readonly minLeafRows: number;
    readonly impurities: number[];
    readonly alphas: number[];
    readonly totals: number[];
  };
  readonly kMeans: { readonly clusters: number; readonly restarts: number; readonly meanInertia: number };
  readonly boosted: { readonly auc: number };
  readonly logistic?: { readonly intercept: number; readonly coefficients: number[] };
}

interface DataSet {
  readonly name: string;
  readonly X: number[][];
  readonly y: number[];
  readonly classes: number;
  readonly figures: Figures;
}

/** The small data sets that come with scikit-learn, and its figures (test/fixtures/README.md). */
export const SETS: readonly DataSet[] = [
  { name: 'iris', X: iris.X, y: iris.y, classes: 3, figures: figures.iris },
  { name: 'wine', X: wine.X, y: wine.y, classes: 3, figures: figures.wine },
  { name: 'breast cancer', X: breastCancer.X, y: breastCancer.y, classes: 2, figures: figures.breastCancer },
  { name: 'digits', X: digitRows, y: Array.from(digits.y, Number), classes: 10, figures: figures.digits },
];

/** Label 1 as in make-figures.py: odd digits, or class 1. */
export const binaryLabels = ({ name, y }: DataSet): number[] =>
  y.map((label) => (name === 'digits' ? label % 2 : label === 1 ? 1 : 0));

/** Largest absolute difference of two lists, or Infinity if their lengths differ. */
export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at])), 0)
    : Infinity;
