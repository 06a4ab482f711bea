import type { LogEvents } from '../../events/event-columns';
import { FEATURES } from '../../features/feature-set';
import { Calibration, type CalibrationFigures } from '../../learn/calibration';
import { standardizationOf, standardized, type DesignMatrix, type Standardization } from '../../learn/design-matrix';
import { fitLogistic, type LogisticFit } from '../../learn/logistic';
import { UNSCALED, type PlattScaling } from '../../learn/platt-scaling';
import { seededRandom } from '../../learn/seeded-random';
import type { GateEvidence } from '../../models/gate-evidence';
import { BasketExamples } from '../basket/basket-examples';
import type { BasketModel } from '../basket/basket-model';
import type { BasketSection } from '../basket/basket-section';
import { fitAndTestBasket } from '../basket/fit-and-test-basket';
import { rankerEvidence } from './ranker-evidence';
import { fitScalingOn, scoresOf } from './ranker-scores';
import { collectExamples, type RankingExamples, type ExampleWindow } from './ranker-examples';
import { RankerModel, type RankerFigures } from '../artefact/ranker-model';
import { listNdcg } from './list-ndcg';
import { PointInTimeReplay, type ReplayedSample } from '../../live-state/replay/point-in-time-replay';
import type { SourceFits } from './source-fits';
import { NO_MODELS, type SourceModels } from '../sources/source';

const DAY = 86_400_000;

export interface RankerOptions {
  /** Events from this instant (ms) on are ignored. */
  readonly until: number;
  readonly horizonDays?: number;
  readonly seed?: number;
  readonly customersPerWindow?: number;
  /** The sample of customers that the events belong to. Default: all customers. */
  readonly sample?: ReplayedSample;
  /** Models of the candidate sources as of the windows' starts and of `until`. Default: no models. */
  readonly sources?: SourceFits;
  /** Whether the basket ranker is fitted as well. Default: true. */
  readonly baskets?: boolean;
  readonly onProgress?: (stage: string) => void;
}

/** Weights of the training windows, newest first. Older windows weigh less, because customer behaviour changes. */
const WINDOW_WEIGHTS = [1, 0.67, 0.5];
export const RANKER_WINDOWS = WINDOW_WEIGHTS.length;
/** Share of the negative examples that is sampled. The weight of a sampled one is multiplied by 1 / share. */
const NEGATIVE_SHARE = 0.25;
/**
 * The examples of one customer in one window form a list. The weight of each example is multiplied by (number of
 * positives in its list)^(−LIST_EXPONENT), so that customers with many purchases do not dominate.
 */
const LIST_EXPONENT = 0.25;
/** L2 penalties to try, strongest first. */
const PENALTIES = [500, 50, 5];
/** With fewer purchases than this, no reliable fit is possible. Rank fusion with fixed weights is served instead. */
const MIN_POSITIVES = 200;
const TOLERANCE = 1e-6;

/** A fitted ranker with an estimate of its quality. */
export interface TestedRanker {
  readonly model: RankerModel;
  /** Models of the candidate sources as of `until`. */
  readonly sources: SourceModels;
  /** The model fitted on all windows except the newest. Null if these windows have too few purchases. */
  readonly holdoutModel: RankerModel | null;
  /**
   * The basket ranker. Null if there is too little data, or if it is not better than completion by co-purchase counts,
   * which needs no fit.
   */
  readonly basket: BasketSection | null;
  /** Quality of the holdout models on the newest window. Null if there is no holdout model. */
  readonly evidence: GateEvidence | null;
}

/** Options with the models of earlier ranker versions, which the new version is compared with. */
interface ComparisonOptions extends RankerOptions {
  readonly incumbent?: RankerModel | null;
  readonly incumbentBasket?: BasketModel | null;
  readonly best?: RankerModel | null;
  readonly bestBasket?: BasketModel | null;
}

/**
 * Fits the ranker on the last three windows before `until`, by default 30 days each. The features are as of the start
 * of a window, and the label is "bought within the window". The steps:
 * 1. A model is fitted on the oldest window with each penalty, and the middle window selects the best penalty.
 * 2. The holdout model is fitted on these two windows and evaluated on the newest.
 * 3. The served model is fitted on all windows.
 *
 * A model's probabilities are calibrated by the scores of the previous step's model on a window that the latter was not
 * fitted on: the middle window for the holdout model, the newest window for the served model.
 * The holdout model is also compared with earlier models and popularity. The gate, which decides whether a version may be
 * served, uses this evidence.
 * @param events sorted by `occurredAt`
 * @returns null if there are too few purchases
 */
export function fitAndTestRanker(events: LogEvents, options: ComparisonOptions): TestedRanker | null {
  const walk = new PointInTimeReplay(events, options.sample);
  // `fitOnExamples` is a separate function, so that its examples are freed before the sources are fitted again.
  const tested = fitOnExamples(walk, options);
  if (tested === null) return null;
  walk.advanceTo(options.until);
  return { ...tested, sources: options.sources?.asOf(options.until, walk) ?? NO_MODELS };
}

function fitOnExamples(walk: PointInTimeReplay, options: ComparisonOptions): Omit<TestedRanker, 'sources'> | null {
  const { horizonDays = 30, seed = 1, customersPerWindow = 2000, sources, onProgress } = options;
  const horizon = horizonDays * DAY;
  const baskets =
    options.baskets === false ? null : new BasketExamples(walk.events, { until: options.until, horizon, seed });
  const windows = collectExamples(walk, {
    until: options.until,
    horizon,
    windows: WINDOW_WEIGHTS.length,
    customersPerWindow,
    negativeShare: NEGATIVE_SHARE,
    seed,
    modelsAsOf(start, known) {
      const models = sources?.asOf(start, known) ?? NO_MODELS;
      baskets?.addWindow(start, { shop: known.shop, models, affinities: sources?.orderAffinities(start) ?? null });
      return models;
    },
    onProgress: (done, of) => onProgress?.(`features ${done}/${of}`),
  });
  if (!hasEnoughPositives(windows)) return null;

  const newest = windows[windows.length - 1];
  const older = windows.slice(0, -1);
  const { l2, scaling } = choosePenalty(windows, seed, onProgress);
  let tried: HoldoutResult = { validation: NOT_VALIDATED, scaling: UNSCALED };
  if (hasEnoughPositives(older)) {
    const examples = new TrainingDesign(older, seed);
    const fit = examples.fit(l2);
    const unscaled = examples.model(fit, NO_FIGURES);
    const holdoutModel = unscaled.withScaling(scaling);
    tried = { validation: validate(holdoutModel, newest), fit, holdoutModel, scaling: fitScalingOn(unscaled, newest) };
  }
  const examples = new TrainingDesign(windows, seed);
  const fit = examples.fit(l2, tried.fit);
  onProgress?.(`fitted on ${examples.design.rows} rows`);
  const unscaled = examples.model(fit, {
    rows: examples.design.rows,
    positives: countPositives(windows),
    l2,
    logLoss: fit.logLoss,
    ndcg10Repeat: tried.validation.repeat,
    ndcg10New: tried.validation.fresh,
    calibration: tried.validation.calibration,
  });
  const model = unscaled.withScaling(tried.scaling);
  const basket = fitAndTestBasket(baskets?.windows ?? [], {
    incumbent: options.incumbent?.isCompatible() ? (options.incumbentBasket ?? null) : undefined,
    best: options.best?.isCompatible() ? (options.bestBasket ?? null) : undefined,
    affinities: () => sources?.orderAffinities(options.until) ?? null,
    onProgress,
  });
  const evidence = tried.holdoutModel
    ? rankerEvidence(tried.holdoutModel, newest, options.incumbent ?? null, options.best)
    : null;
  return {
    model,
    holdoutModel: tried.holdoutModel ?? null,
    // `evidence.finite` covers only the holdout model. The served model must be finite too.
    evidence: evidence && {
      ...evidence,
      measures: [...evidence.measures, ...basket.measures],
      finite: evidence.finite && model.isFinite(),
    },
    basket: basket.section,
  };
}

/** The holdout model (fitted on the older windows), and its results on the newest window. */
interface HoldoutResult {
  readonly validation: Validation;
  readonly fit?: LogisticFit;
  readonly holdoutModel?: RankerModel;
  /** Platt scaling for the served model, fitted on the holdout model's scores. */
  readonly scaling: PlattScaling;
}

const NOT_VALIDATED: Validation = { repeat: 0, fresh: 0, calibration: new Calibration().figures() };
const NO_FIGURES: RankerFigures = {
  rows: 0,
  positives: 0,
  l2: 0,
  logLoss: 0,
  ndcg10Repeat: 0,
  ndcg10New: 0,
  calibration: NOT_VALIDATED.calibration,
};

/**
 * Selects the penalty whose model, fitted on the windows before the selection window, ranks the selection window best.
 * The selection window is the second newest, because the gate evaluates on the newest and needs data that was not used
 * before. If the windows before the second newest have too few purchases, the newest is the selection window.
 * @returns the penalty, and the Platt scaling fitted to its model's scores on the selection window. The scaling is
 *   `UNSCALED` if the selection window is the newest
 */
function choosePenalty(
  windows: readonly ExampleWindow[],
  seed: number,
  onProgress: RankerOptions['onProgress'],
): { readonly l2: number; readonly scaling: PlattScaling } {
  const chooser = [windows.length - 2, windows.length - 1].find(
    (w) => w > 0 && hasEnoughPositives(windows.slice(0, w)),
  );
  let best = { l2: PENALTIES[0], worth: 0, scaling: UNSCALED };
  if (chooser === undefined) return best;
  const examples = new TrainingDesign(windows.slice(0, chooser), seed);
  const isJudged = chooser === windows.length - 1;
  let start: LogisticFit | undefined;
  for (const l2 of PENALTIES) {
    start = examples.fit(l2, start);
    const model = examples.model(start, NO_FIGURES);
    const { repeat, fresh } = validate(model, windows[chooser]);
    onProgress?.(`l2 ${l2}: NDCG@10 repeat ${repeat.toFixed(4)}, new ${fresh.toFixed(4)}`);
    if (repeat + fresh > best.worth)
      best = { l2, worth: repeat + fresh, scaling: isJudged ? UNSCALED : fitScalingOn(model, windows[chooser]) };
  }
  return best;
}

/** Returns whether the windows have enough purchases for a fit. */
function hasEnoughPositives(windows: readonly ExampleWindow[]): boolean {
  return windows.length > 0 && countPositives(windows) >= MIN_POSITIVES;
}

function countPositives(windows: readonly ExampleWindow[]): number {
  let positives = 0;
  for (const { lists } of windows) for (const { labels } of lists) for (const label of labels) positives += label;
  return positives;
}

interface Validation {
  readonly repeat: number;
  readonly fresh: number;
  readonly calibration: CalibrationFigures;
}

/**
 * Returns the calibration and the mean NDCG@10 over a window's customers: `repeat` for all products, and `fresh` for
 * products that the customer has not bought before.
 */
function validate(model: RankerModel, window: ExampleWindow): Validation {
  const calibration = new Calibration();
  let repeat = 0;
  let fresh = 0;
  let freshLists = 0;
  for (const list of window.lists) {
    const scores = scoresOf(model, list);
    scores.forEach((score, c) => calibration.add(score, list.labels[c] === 1));
    repeat += listNdcg(scores, list.labels, list.boughtCount);
    if (list.newBoughtCount === 0) continue;
    fresh += listNdcg(scores, list.labels, list.newBoughtCount, list.boughtBefore);
    freshLists++;
  }
  return {
    repeat: repeat / window.lists.length,
    fresh: freshLists === 0 ? 0 : fresh / freshLists,
    calibration: calibration.figures(),
  };
}

/**
 * The sampled examples of some windows as one design matrix. The columns are the standardised features, then the same
 * features again (0 for products not bought before) and the indicator "bought before". The second half holds the
 * interactions "bought before × feature".
 */
class TrainingDesign {
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
      readRow(r, out) {
        const { list, candidate } = rows[r];
        const from = candidate * width;
        for (let f = 0; f < width; f++) out[f] = list.features[from + f];
      },
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
