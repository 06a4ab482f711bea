/** How well predicted amounts match actual amounts. */
export interface ValueScores {
  /** Root mean squared error. */
  readonly rmse: number;
  /** Mean of prediction − actual. */
  readonly bias: number;
  /** Spearman's rank correlation, with mean ranks of ties; null if all predictions or all amounts are equal. */
  readonly rankCorrelation: number | null;
  /** Share of the actual amount that belongs to the top tenth by prediction, divided by .1; null without amounts. */
  readonly topDecileLift: number | null;
  /** Mean absolute error. Predicting 0 for all customers comes close to minimising it if most of them buy nothing. */
  readonly mae: number;
}

export function valueScores(predicted: Float64Array, actual: Float64Array): ValueScores {
  const n = actual.length;
  let [squares, bias, absolute] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const error = predicted[i] - actual[i];
    squares += error * error;
    bias += error;
    absolute += Math.abs(error);
  }
  return {
    rmse: Math.sqrt(squares / n),
    bias: bias / n,
    rankCorrelation: rankCorrelation(predicted, actual),
    topDecileLift: topDecileLift(predicted, actual),
    mae: absolute / n,
  };
}

/** Spearman's ρ: Pearson's correlation of the ranks. */
export function rankCorrelation(a: Float64Array, b: Float64Array): number | null {
  const [x, y] = [meanRanks(a), meanRanks(b)];
  const mean = (a.length + 1) / 2;
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    xx += (x[i] - mean) ** 2;
    xy += (x[i] - mean) * (y[i] - mean);
    yy += (y[i] - mean) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

/** Ranks from 1; equal values have the mean of their ranks. */
function meanRanks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Customers with equal predictions at the decile's boundary count with the same share. */
function topDecileLift(predicted: Float64Array, actual: Float64Array): number | null {
  const size = actual.length / 10;
  const total = actual.reduce((sum, amount) => sum + amount, 0);
  if (!(total > 0)) return null;
  const order = Int32Array.from(predicted.keys()).sort((a, b) => predicted[b] - predicted[a]);
  let held = 0;
  for (let from = 0; from < size;) {
    let to = from;
    let amount = 0;
    for (; to < order.length && predicted[order[to]] === predicted[order[from]]; to++) amount += actual[order[to]];
    held += amount * Math.min(1, (size - from) / (to - from));
    from = to;
  }
  return held / total / 0.1;
}
