/** Predictions of about the same size, and what became of them. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that came true. */
  readonly observed: number;
}

export interface CalibrationFigures {
  /** Ascending; bins without a prediction are left out. */
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: mean |predicted − observed| over bins, weighted by their counts. */
  readonly ece: number;
  /** Share of all predictions that came true. */
  readonly share: number;
  /** Mean of (p − label)². */
  readonly brier: number;
  /** The same for one who always says the overall share: what there is to beat. */
  readonly brierOfMean: number;
}

/** Upper ends of all bins but the last: purchases are rare, so most bins are where most predictions are. */
const EDGES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6];

/**
 * How far probabilities can be taken at their word (Brier 1950; reliability bins: Murphy & Winkler 1977; ECE: Naeini,
 * Cooper, Hauskrecht, AAAI 2015), gathered one by one.
 */
export class Calibration {
  private readonly counts = new Float64Array(EDGES.length + 1);
  private readonly predicted = new Float64Array(EDGES.length + 1);
  private readonly observed = new Float64Array(EDGES.length + 1);
  private squares = 0;

  /** @param logOdds ln(p / (1 − p)) of what was predicted */
  add(logOdds: number, cameTrue: boolean): void {
    const p = 1 / (1 + Math.exp(-logOdds));
    const label = cameTrue ? 1 : 0;
    let bin = 0;
    while (bin < EDGES.length && p > EDGES[bin]) bin++;
    this.counts[bin]++;
    this.predicted[bin] += p;
    this.observed[bin] += label;
    this.squares += (p - label) * (p - label);
  }

  /** All 0 before the first prediction. */
  figures(): CalibrationFigures {
    const total = this.counts.reduce((sum, count) => sum + count, 0) || 1;
    const share = this.observed.reduce((sum, count) => sum + count, 0) / total;
    const bins = Array.from(this.counts, (count, bin) => ({
      count,
      predicted: this.predicted[bin] / count,
      observed: this.observed[bin] / count,
    })).filter(({ count }) => count > 0);
    const ece = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.predicted - bin.observed), 0) / total;
    return { bins, ece, share, brier: this.squares / total, brierOfMean: share * (1 - share) };
  }
}

/** Chances of some lists beside what came true. */
export interface ChanceFigures {
  /** Mean predicted probability. */
  readonly predictedShare: number;
  /** Share that came true. */
  readonly observedShare: number;
  /** Expected calibration error after all log-odds have been shifted so that the two shares agree. */
  readonly shapeError: number;
}

/**
 * Tells the drift of the base rate from chances that are wrong in themselves: a season in which customers buy twice as much
 * shifts all log-odds by about the same, which the next fit learns; chances that are too sure, or not sure enough, remain.
 */
export function chanceFigures(logOdds: readonly Float64Array[], labels: readonly ArrayLike<number>[]): ChanceFigures {
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
  return { predictedShare: expected(logOdds, 0) / (total || 1), observedShare: share, shapeError: ece };
}

/** Odds that differ by more than a factor of e^20 are no drift. */
const MAX_SHIFT = 20;
const SHIFT_TOLERANCE = 1e-4;

/** What has to be added to every log-odds so that as many are expected to come true as did. */
function baseRateShift(logOdds: readonly Float64Array[], positives: number): number {
  let [low, high] = [-MAX_SHIFT, MAX_SHIFT];
  while (high - low > SHIFT_TOLERANCE) {
    const shift = (low + high) / 2;
    if (expected(logOdds, shift) > positives) high = shift;
    else low = shift;
  }
  return (low + high) / 2;
}

function expected(logOdds: readonly Float64Array[], shift: number): number {
  let sum = 0;
  for (const scores of logOdds) for (const score of scores) sum += 1 / (1 + Math.exp(-(score + shift)));
  return sum;
}
