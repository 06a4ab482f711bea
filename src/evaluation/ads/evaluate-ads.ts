import { FtrlEnsemble } from '../../learn/ftrl-ensemble';
import { HashedLogistic } from '../../learn/hashed-logistic';
import { RunningBaseRate } from '../../learn/running-base-rate';
import { ImpressionBuffer } from './impression-buffer';
import { ImpressionFeatures } from './impression-features';
import type { Impression } from './impression-lines';
import { PlainLogistic, type DescentRate } from './plain-logistic';
import { ProgressiveScores, type ClickScores } from './progressive-scores';

/** Impressions by which bins and crosses are chosen. */
const SAMPLE_IMPRESSIONS = 10_000;
/** The artefact is made again when the number of impressions has grown by this factor; first after {@link MIN_LEARNED}. */
const ARTEFACT_GROWTH = 1.2;
const MIN_LEARNED = 100;
const IMPRESSIONS_PER_PROGRESS = 500_000;

export interface AdModelRow extends ClickScores {
  readonly model: 'base-rate' | 'logistic' | 'ftrl-proximal' | 'artefact';
}

export interface AdEvaluationResult {
  readonly impressions: number;
  readonly clicks: number;
  /** Numbers of features of each impression. */
  readonly columns: number;
  readonly bins: number;
  readonly crosses: number;
  /** Learning rate of `logistic`. */
  readonly descent: DescentRate;
  readonly artefactBytes: number;
  /** Number of weights in the artefact. */
  readonly artefactWeights: number;
  readonly rows: readonly AdModelRow[];
}

/**
 * Progressive validation of click models (Blum, Kalai, Langford: Beating the Hold-Out, COLT 1999; McMahan et al. 2013,
 * §5.1): each impression is predicted, the prediction is scored, and then the impression is learned. Every impression is
 * scored, also the first ones, which the models can know nothing about.
 *
 * - `base-rate`: the share of clicks so far.
 * - `logistic`: {@link PlainLogistic} over the single features, with that learning rate whose loss on the whole file is
 *   the lowest. So it is tuned on the impressions that it is scored on, which the other models are not.
 * - `ftrl-proximal`: {@link FtrlEnsemble} over the single features and the crosses.
 * - `artefact`: the artefact of `ftrl-proximal`, as a shop would serve it: made from the impressions so far each time
 *   their number has grown by a fifth, pruned and rounded, and used for the next ones.
 */
export class AdEvaluation {
  private sample: Impression[] | undefined = [];
  private features!: ImpressionFeatures;
  private buffer: ImpressionBuffer | undefined;
  private hashes = new Uint32Array(0);
  private ftrl!: FtrlEnsemble;
  private readonly baseRate = new RunningBaseRate();
  private readonly logistic = new PlainLogistic();
  private artefact: HashedLogistic | undefined;
  private nextArtefact = MIN_LEARNED;
  private impressions = 0;
  private clicks = 0;
  private readonly scores = {
    baseRate: new ProgressiveScores(),
    logistic: this.logistic.rates.map(() => new ProgressiveScores()),
    ftrl: new ProgressiveScores(),
    artefact: new ProgressiveScores(),
  };

  /**
   * @param names of the features
   * @param isTimed whether impressions are learned in order of their times, and not in the order of the file
   */
  constructor(
    private readonly names: readonly string[],
    private readonly isTimed: boolean,
    private readonly onProgress: (message: string) => void = () => undefined,
  ) {}

  /** @throws Error if there are too many impressions to sort by time */
  add(impression: Impression): void {
    if (this.sample === undefined) return this.addHashed(impression);
    this.sample.push(impression);
    if (this.sample.length === SAMPLE_IMPRESSIONS) this.chooseFeatures(this.sample);
  }

  /** @throws Error if there are no impressions, or only clicked ones, or none that was clicked */
  finish(): AdEvaluationResult {
    if (this.sample !== undefined) {
      if (this.sample.length === 0) throw new Error('there are no impressions');
      this.chooseFeatures(this.sample);
    }
    if (this.buffer !== undefined) {
      this.onProgress('sorting by time');
      this.buffer.forEach((hashes, label) => {
        this.hashes.set(hashes);
        this.learn(label);
      });
    }
    const { impressions, clicks, scores } = this;
    if (clicks === 0 || clicks === impressions)
      throw new Error(
        `the click of all ${impressions} impressions is ${clicks === 0 ? 0 : 1}; both 0 and 1 are needed`,
      );
    const losses = scores.logistic.map(({ meanLoss }) => meanLoss);
    const best = losses.indexOf(Math.min(...losses));
    const bytes = this.ftrl.encode();
    const { columns, bins, crosses } = this.features;
    return {
      impressions,
      clicks,
      columns,
      bins,
      crosses,
      descent: this.logistic.rates[best],
      artefactBytes: bytes.length,
      artefactWeights: new HashedLogistic(bytes).weightCount,
      rows: [
        { model: 'base-rate', ...scores.baseRate.finish() },
        { model: 'logistic', ...scores.logistic[best].finish() },
        { model: 'ftrl-proximal', ...scores.ftrl.finish() },
        { model: 'artefact', ...scores.artefact.finish() },
      ],
    };
  }

  private chooseFeatures(sample: readonly Impression[]): void {
    this.features = new ImpressionFeatures(
      this.names,
      sample.map(({ values }) => values),
    );
    const { singles, crosses } = this.features;
    this.hashes = new Uint32Array(singles + crosses);
    this.ftrl = new FtrlEnsemble({ hasCrosses: crosses > 0 });
    if (this.isTimed) this.buffer = new ImpressionBuffer(singles);
    this.sample = undefined;
    for (const impression of sample) this.addHashed(impression);
  }

  private addHashed({ values, label, time }: Impression): void {
    this.features.hash(values, this.hashes);
    if (this.buffer === undefined) return this.learn(label);
    if (time === undefined) throw new Error('an impression has no time to sort it by');
    this.buffer.add(this.hashes, label, time);
  }

  /** Scores and learns the impression whose single features are in {@link hashes}. */
  private learn(label: number): void {
    const { features, hashes, scores } = this;
    features.cross(hashes);
    const { singles } = features;
    const baseRate = this.baseRate.probability;
    scores.baseRate.add(baseRate, label);
    scores.artefact.add(this.artefact?.probability(hashes) ?? baseRate, label);
    scores.ftrl.add(this.ftrl.learn(label, hashes, singles), label);
    this.logistic.learn(label, hashes, singles);
    scores.logistic.forEach((each, at) => each.add(this.logistic.probabilities[at], label));
    this.baseRate.add(label);
    this.impressions++;
    this.clicks += label;
    if (this.impressions >= this.nextArtefact) {
      this.artefact = new HashedLogistic(this.ftrl.encode());
      this.nextArtefact = Math.ceil(this.impressions * ARTEFACT_GROWTH);
    }
    if (this.impressions % IMPRESSIONS_PER_PROGRESS === 0)
      this.onProgress(`${this.impressions} impressions, log-loss ${scores.ftrl.meanLoss.toFixed(5)}`);
  }
}
