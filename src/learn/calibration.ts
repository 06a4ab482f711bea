/** Predictions of similar probability, and their observed outcomes. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of positive outcomes. */
  readonly observed: number;
}

export interface CalibrationFigures {
  /** Sorted by probability, ascending; empty bins are left out. */
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: mean |predicted − observed| over bins, weighted by their counts. */
  readonly ece: number;
  /** Share of positive outcomes over all predictions. */
  readonly share: number;
  /** Mean of (p − label)². */
  readonly brier: number;
  /** Brier score of always predicting the overall share: the baseline. */
  readonly brierOfMean: number;
}

/** Upper bounds of all bins except the last. Purchases are rare, so most bins cover small probabilities. */
const EDGES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6];

/**
 * Measures how well predicted probabilities match outcomes. Predictions are added one at a time (Brier 1950;
 * reliability bins: Murphy & Winkler 1977; ECE: Naeini, Cooper, Hauskrecht, AAAI 2015).
 */
export class Calibration {
  private readonly counts = new Float64Array(EDGES.length + 1);
  private readonly predictedSums = new Float64Array(EDGES.length + 1);
  private readonly positiveCounts = new Float64Array(EDGES.length + 1);
  private squaredErrors = 0;

  /** @param logOdds ln(p / (1 − p)) of the predicted probability */
  add(logOdds: number, cameTrue: boolean): void {
    const p = 1 / (1 + Math.exp(-logOdds));
    const label = cameTrue ? 1 : 0;
    let bin = 0;
    while (bin < EDGES.length && p > EDGES[bin]) bin++;
    this.counts[bin]++;
    this.predictedSums[bin] += p;
    this.positiveCounts[bin] += label;
    this.squaredErrors += (p - label) * (p - label);
  }

  /** Returns the figures; all are 0 before the first prediction. */
  figures(): CalibrationFigures {
    const total = this.counts.reduce((sum, count) => sum + count, 0) || 1;
    const share = this.positiveCounts.reduce((sum, count) => sum + count, 0) / total;
    const bins = Array.from(this.counts, (count, bin) => ({
      count,
      predicted: this.predictedSums[bin] / count,
      observed: this.positiveCounts[bin] / count,
    })).filter(({ count }) => count > 0);
    const ece = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.predicted - bin.observed), 0) / total;
    return { bins, ece, share, brier: this.squaredErrors / total, brierOfMean: share * (1 - share) };
  }
}

/** Comparison of predicted probabilities with outcomes, over all lists of scores. */
export interface CalibrationSummary {
  /** Mean predicted probability. */
  readonly predictedShare: number;
  /** Share of positive outcomes. */
  readonly observedShare: number;
  /** Expected calibration error after shifting all log-odds so that the two shares are equal. */
  readonly shapeError: number;
}

/**
 * Separates base-rate drift from errors in the probabilities themselves. A season in which customers buy twice as much
 * shifts all log-odds by about the same amount, and the next fit learns this shift. `shapeError` measures what remains:
 * overconfident or underconfident probabilities.
 */
export function summarizeCalibration(
  logOdds: readonly Float64Array[],
  labels: readonly ArrayLike<number>[],
): CalibrationSummary {
  let total = 0;
  let positives = 0;
  logOdds.forEach((scores, list) => {
    total += scores.length;
    for (let at = 0; at < scores.length; at++) positives += labels[list][at];
  });
  const shift = baseRateShift(logOdds, positives);
  const calibration = new Calibration();
  logOdds.forEach((scores, list) =>
    scores.forEach((score, at) => calibration.add(score + shift, labels[list][at] === 1)),
  );
  const { ece, share } = calibration.figures();
  return { predictedShare: expectedPositives(logOdds, 0) / (total || 1), observedShare: share, shapeError: ece };
}

/** Maximum shift of the log-odds, in either direction: odds that differ by more than a factor of e^20 are not drift. */
const MAX_SHIFT = 20;
const SHIFT_TOLERANCE = 1e-4;

/** Returns the shift of all log-odds with which the expected number of positives equals the observed number. */
function baseRateShift(logOdds: readonly Float64Array[], positives: number): number {
  let [low, high] = [-MAX_SHIFT, MAX_SHIFT];
  while (high - low > SHIFT_TOLERANCE) {
    const shift = (low + high) / 2;
    if (expectedPositives(logOdds, shift) > positives) high = shift;
    else low = shift;
  }
  return (low + high) / 2;
}

function expectedPositives(logOdds: readonly Float64Array[], shift: number): number {
  let sum = 0;
  for (const scores of logOdds) for (const score of scores) sum += 1 / (1 + Math.exp(-(score + shift)));
  return sum;
}
