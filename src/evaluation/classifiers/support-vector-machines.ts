import { fitCrossValidatedPlattScaling, plattProbability } from '../../learn/cross-validated-platt-scaling';
import type { CompressedRows, SparseVector } from '../../learn/compressed-rows';
import { fitKernelSvm, MAX_KERNEL_SVM_ROWS } from '../../learn/fit-kernel-svm';
import { fitLinearSvm } from '../../learn/fit-linear-svm';
import type { Libsvm } from '../../learn/libsvm';
import { seededRandom } from '../../learn/seeded-random';
import type { Classifier, FeatureRow } from './classifier';
import { encodeRows } from './encoded-rows';

const FOLDS = 3;

/** Returns the decision value of an encoded row; positive values speak for label 1. */
type ScoreOf = (encoded: Float64Array) => number;

/** RBF kernel with scikit-learn's defaults. */
export function kernelSvm(libsvm: Libsvm): Classifier {
  return calibrated('kernel-svm', MAX_KERNEL_SVM_ROWS, (rows, labels) => {
    const columns = rows[0].length;
    const cells = new Float64Array(rows.length * columns);
    rows.forEach((row, at) => cells.set(row, at * columns));
    const model = fitKernelSvm({ rows: cells, columns, labels, kernel: 'rbf' }, libsvm);
    return (encoded) => model.decisionValues(encoded)[0];
  });
}

export const linearSvm: Classifier = calibrated('linear-svm', Infinity, (rows, labels, seed) => {
  const { model } = fitLinearSvm({ rows: compressed(rows), labels, seed });
  return (encoded) => model.decisionValues(sparse(encoded))[0];
});

/** Turns decision values into probabilities by Platt scaling. The scaling sees only scores of rows that were held out. */
function calibrated(
  name: string,
  maxRows: number,
  fit: (rows: readonly Float64Array[], labels: Uint8Array, seed: number) => ScoreOf,
): Classifier {
  return {
    name,
    fit(allRows, allLabels, seed) {
      const { rows, labels } = sampleOf(allRows, allLabels, maxRows, seed);
      const { encode, encodedRows: encoded } = encodeRows(rows, 'standard');
      const scaling = fitCrossValidatedPlattScaling(labels, { folds: FOLDS, seed }, (training) => {
        const scoreOf = fit(
          Array.from(training, (row) => encoded[row]),
          Uint8Array.from(training, (row) => labels[row]),
          seed,
        );
        return (row) => scoreOf(encoded[row]);
      });
      const scoreOf = fit(encoded, labels, seed);
      return (row) => plattProbability(scaling, scoreOf(encode(row)));
    },
  };
}

function sampleOf(rows: readonly FeatureRow[], labels: Uint8Array, maxRows: number, seed: number) {
  if (rows.length <= maxRows) return { rows, labels };
  const random = seededRandom(seed);
  const drawn = Array.from(rows, (_, row) => ({ row, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, maxRows);
  return { rows: drawn.map(({ row }) => rows[row]), labels: Uint8Array.from(drawn, ({ row }) => labels[row]) };
}

function sparse(encoded: Float64Array): SparseVector {
  const members = Array.from(encoded.keys()).filter((column) => encoded[column] !== 0);
  return { members, weights: members.map((column) => encoded[column]) };
}

function compressed(rows: readonly Float64Array[]): CompressedRows {
  const starts = new Int32Array(rows.length + 1);
  const members: number[] = [];
  const weights: number[] = [];
  rows.forEach((row, at) => {
    row.forEach((value, column) => {
      if (value === 0) return;
      members.push(column);
      weights.push(value);
    });
    starts[at + 1] = members.length;
  });
  const columns = rows[0].length;
  return { rows: rows.length, columns, starts, members: Int32Array.from(members), weights: Float64Array.from(weights) };
}
