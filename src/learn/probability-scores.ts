import { logLoss } from './log-loss';

/** How well probabilities of label 1 match the labels. */
export interface ProbabilityScores {
  /** Chance that a row of label 1 has a higher probability than one of label 0; equal ones count half. */
  readonly auc: number;
  /** Mean of (p − label)² (Brier 1950). */
  readonly brier: number;
  /** Mean of {@link logLoss}. */
  readonly logLoss: number;
}

/**
 * @param labels 0 or 1; both must occur
 * @throws Error for a probability outside of 0 … 1
 */
export function probabilityScores(probabilities: Float64Array, labels: Uint8Array): ProbabilityScores {
  let [squares, loss] = [0, 0];
  probabilities.forEach((probability, r) => {
    if (!(probability >= 0 && probability <= 1)) throw new Error(`the probability of row ${r} is ${probability}`);
    squares += (probability - labels[r]) ** 2;
    loss += logLoss(probability, labels[r] === 1);
  });
  const { length } = probabilities;
  return { auc: areaUnderCurve(probabilities, labels), brier: squares / length, logLoss: loss / length };
}

/** The Mann–Whitney statistic, by mean ranks of equal probabilities. */
function areaUnderCurve(probabilities: Float64Array, labels: Uint8Array): number {
  const order = Int32Array.from(labels.keys()).sort((a, b) => probabilities[a] - probabilities[b]);
  let [rankSum, positives] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    let tiedPositives = 0;
    for (; to < order.length && probabilities[order[to]] === probabilities[order[from]]; to++)
      tiedPositives += labels[order[to]];
    rankSum += tiedPositives * ((from + 1 + to) / 2);
    positives += tiedPositives;
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}
