import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { FEATURES } from '../../features/feature-set';
import type { CalibrationFigures } from '../../learn/calibration';
import type { PlattScaling } from '../../learn/platt-scaling';

const MAGIC = 'freshet-blend';
const VERSION = 1;

/**
 * Figures of the fit. NDCG@10 and calibration are those of the holdout model on the newest window.
 */
export interface RankerFigures {
  readonly rows: number;
  readonly positives: number;
  /** The L2 penalty that the fit selected. */
  readonly l2: number;
  readonly logLoss: number;
  readonly ndcg10Repeat: number;
  readonly ndcg10New: number;
  /** Calibration of the purchase probabilities that the scores represent. */
  readonly calibration: CalibrationFigures;
}

/**
 * The ranker's parameters: one logistic regression with interactions "bought before × feature". They are stored as two
 * sets of weights, one for products that the customer has bought before and one for all others. The score is ln(odds)
 * of a purchase within the training horizon.
 */
export class RankerModel {
  constructor(
    readonly featureNames: readonly string[],
    /** The mean of each feature over the training candidates. A feature contributes weight × (value − mean). */
    readonly means: Float64Array,
    readonly weightsNew: Float64Array,
    readonly weightsBought: Float64Array,
    readonly interceptNew: number,
    readonly interceptBought: number,
    readonly figures: RankerFigures,
  ) {}

  /** Returns whether the model has one column for each feature of this program, in the same order. */
  isCompatible(): boolean {
    return (
      this.featureNames.length === FEATURES.length &&
      FEATURES.every((feature, f) => feature.name === this.featureNames[f])
    );
  }

  isFinite(): boolean {
    const { means, weightsNew, weightsBought, interceptNew, interceptBought } = this;
    return [[interceptNew, interceptBought], means, weightsNew, weightsBought].every((column) =>
      column.every(Number.isFinite),
    );
  }

  /** Returns a model with rescaled probabilities, which ranks candidates in the same order. */
  withScaling({ slope, intercept }: PlattScaling): RankerModel {
    const scale = (weights: Float64Array) => weights.map((weight) => slope * weight);
    return new RankerModel(
      this.featureNames,
      this.means,
      scale(this.weightsNew),
      scale(this.weightsBought),
      slope * this.interceptNew + intercept,
      slope * this.interceptBought + intercept,
      this.figures,
    );
  }

  /** Returns the model with the given features in the given order. Added features have weight 0 and mean 0. */
  private withFeatures(names: readonly string[]): RankerModel {
    const columns = names.map((name) => this.featureNames.indexOf(name));
    const reordered = (values: Float64Array) => Float64Array.from(columns, (at) => (at < 0 ? 0 : values[at]));
    return new RankerModel(
      names,
      reordered(this.means),
      reordered(this.weightsNew),
      reordered(this.weightsBought),
      this.interceptNew,
      this.interceptBought,
      this.figures,
    );
  }

  /**
   * Returns ln(odds) of each candidate.
   * @param columns features × candidates
   * @param boughtCount number of leading candidates that the customer has bought before
   */
  scores(columns: Float64Array, candidates: number, boughtCount: number): Float64Array {
    const { weightsNew, weightsBought, means } = this;
    const scores = new Float64Array(candidates);
    const baseOf = (intercept: number, weights: Float64Array) =>
      weights.reduce((sum, weight, f) => sum - weight * means[f], intercept);
    scores.fill(baseOf(this.interceptBought, weightsBought), 0, boughtCount);
    scores.fill(baseOf(this.interceptNew, weightsNew), boughtCount);
    for (let f = 0; f < weightsNew.length; f++) {
      const from = f * candidates;
      const weightBought = weightsBought[f];
      const weightNew = weightsNew[f];
      for (let c = 0; c < boughtCount; c++) scores[c] += weightBought * columns[from + c];
      for (let c = boughtCount; c < candidates; c++) scores[c] += weightNew * columns[from + c];
    }
    return scores;
  }

  score(row: Float64Array, isBought: boolean): number {
    const weights = isBought ? this.weightsBought : this.weightsNew;
    let score = isBought ? this.interceptBought : this.interceptNew;
    for (let f = 0; f < weights.length; f++) score += weights[f] * (row[f] - this.means[f]);
    return score;
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.string(JSON.stringify({ featureNames: this.featureNames, figures: this.figures }));
    writer.f64(this.interceptNew);
    writer.f64(this.interceptBought);
    for (const column of [this.means, this.weightsNew, this.weightsBought]) column.forEach((x) => writer.f64(x));
    return writer.finish();
  }

  /**
   * Features that the model was not fitted on get weight 0. A model with a feature that this program does not have keeps
   * its columns, and is not compatible.
   */
  static decode(bytes: Uint8Array): RankerModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const { featureNames, figures } = JSON.parse(reader.string()) as {
      featureNames: string[];
      figures: RankerFigures;
    };
    const interceptNew = reader.f64();
    const interceptBought = reader.f64();
    const [means, weightsNew, weightsBought] = [0, 1, 2].map(() =>
      Float64Array.from({ length: featureNames.length }, () => reader.f64()),
    );
    const stored = new RankerModel(
      featureNames,
      means,
      weightsNew,
      weightsBought,
      interceptNew,
      interceptBought,
      figures,
    );
    const names = FEATURES.map(({ name }) => name);
    return featureNames.every((name) => names.includes(name)) ? stored.withFeatures(names) : stored;
  }
}
