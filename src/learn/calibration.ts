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
