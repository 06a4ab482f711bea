import { FEATURES } from '../../features/feature-set';
import { standardizationOf, standardized, type DesignMatrix, type Standardization } from '../../learn/design-matrix';
import { fitLogistic, type LogisticFit } from '../../learn/logistic';
import { seededRandom } from '../../learn/seeded-random';
import { RankerModel, type RankerFigures } from '../artefact/ranker-model';
import { readFeatures, type ExampleWindow, type RankingExamples } from './ranker-examples';

/** Weights of the training windows, newest first. Older windows weigh less, because customer behaviour changes. */
export const WINDOW_WEIGHTS = [1, 0.67, 0.5];
/** Share of the negative examples that is sampled. The weight of a sampled one is multiplied by 1 / share. */
export const NEGATIVE_SHARE = 0.25;
/**
 * The examples of one customer in one window form a list. The weight of each example is multiplied by (number of
 * positives in its list)^(−LIST_EXPONENT), so that customers with many purchases do not dominate.
 */
const LIST_EXPONENT = 0.25;
/** With fewer purchases than this, no reliable fit is possible. Rank fusion with fixed weights is served instead. */
const MIN_POSITIVES = 200;
const TOLERANCE = 1e-6;

/**
 * The sampled examples of some windows as one design matrix. The columns are the standardised features, then the same
 * features again (0 for products not bought before) and the indicator "bought before". The second half holds the
 * interactions "bought before × feature".
 */
export class TrainingDesign {
  readonly design: DesignMatrix;
  private readonly labels: Uint8Array;
  private readonly weights: Float64Array;
  private readonly standardization: Standardization;

  constructor(windows: readonly ExampleWindow[], seed: number) {
    const rows = sampleRows(windows, seededRandom(seed));
    const width = FEATURES.length;
    this.labels = Uint8Array.from(rows, ({ list, candidate }) => list.labels[candidate]);
    this.weights = Float64Array.from(rows, ({ weight }) => weight);
    const plain: DesignMatrix = {
      rows: rows.length,
      columns: width,
      readRow: (r, out) => readFeatures(rows[r].list, rows[r].candidate, out),
    };
    this.standardization = standardizationOf(plain, this.weights);
    const scaled = standardized(plain, this.standardization);
    const main = new Float64Array(width);
    this.design = {
      rows: rows.length,
      columns: 2 * width + 1,
      readRow(r, out) {
        scaled.readRow(r, main);
        out.fill(0);
        out.set(main);
        if (rows[r].list.boughtBefore[rows[r].candidate] === 0) return;
        out.set(main, width);
        out[2 * width] = 1;
      },
    };
  }

  fit(l2: number, start?: LogisticFit): LogisticFit {
    return fitLogistic({
      design: this.design,
      labels: this.labels,
      weights: this.weights,
      l2,
      start,
      tolerance: TOLERANCE,
    });
  }

  /** Converts the coefficients to weights of unscaled features: one set for products bought before, one for others. */
  model(fit: LogisticFit, figures: RankerFigures): RankerModel {
    const { mean, scale } = this.standardization;
    const width = FEATURES.length;
    const fresh = scale.map((deviation, f) => fit.coefficients[f] / deviation);
    const bought = scale.map((deviation, f) => (fit.coefficients[f] + fit.coefficients[width + f]) / deviation);
    const names = FEATURES.map((feature) => feature.name);
    const interceptBought = fit.intercept + fit.coefficients[2 * width];
    return new RankerModel(names, mean, fresh, bought, fit.intercept, interceptBought, figures);
  }
}

interface SampledRow {
  readonly list: RankingExamples;
  readonly candidate: number;
  readonly weight: number;
}

/** Returns all positives and a sampled share of the negatives, of each list that has positives. */
function sampleRows(windows: readonly ExampleWindow[], random: () => number): SampledRow[] {
  const rows: SampledRow[] = [];
  windows.forEach(({ lists }, w) => {
    const windowWeight = WINDOW_WEIGHTS[windows.length - 1 - w];
    for (const list of lists) {
      const positives = list.labels.reduce((sum, label) => sum + label, 0);
      if (positives === 0) continue;
      const weight = windowWeight * Math.pow(positives, -LIST_EXPONENT);
      for (let candidate = 0; candidate < list.labels.length; candidate++) {
        if (list.labels[candidate] === 1) rows.push({ list, candidate, weight });
        else if (list.negativeShare < 1 || random() < NEGATIVE_SHARE)
          rows.push({ list, candidate, weight: weight / NEGATIVE_SHARE });
      }
    }
  });
  return rows;
}

/** Returns whether the windows have enough purchases for a fit. */
export function hasEnoughPositives(windows: readonly ExampleWindow[]): boolean {
  return windows.length > 0 && countPositives(windows) >= MIN_POSITIVES;
}

export function countPositives(windows: readonly ExampleWindow[]): number {
  let positives = 0;
  for (const { lists } of windows) for (const { labels } of lists) for (const label of labels) positives += label;
  return positives;
}
