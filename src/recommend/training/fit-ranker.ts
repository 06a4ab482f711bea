import type { LogEvents } from '../../events/event-columns';
import { MS_PER_DAY } from '../../learn/durations';
import type { LogisticFit } from '../../learn/logistic';
import { UNSCALED, type PlattScaling } from '../../learn/platt-scaling';
import type { GateEvidence } from '../../models/gate-evidence';
import { BasketExamples } from '../basket/basket-examples';
import type { BasketModel } from '../basket/basket-model';
import type { BasketSection } from '../basket/basket-section';
import { fitAndTestBasket } from '../basket/fit-and-test-basket';
import { rankerEvidence, type EvaluatedRanker } from './ranker-evidence';
import { chooseSettings, UNTESTED_FIGURES } from './choose-settings';
import { collectExamples, withoutSessions } from './ranker-examples';
import { fitScalingOn } from './ranker-scores';
import { countPositives, hasEnoughPositives, NEGATIVE_SHARE, TrainingDesign, WINDOW_WEIGHTS } from './training-design';
import { NOT_VALIDATED, validateRanker, type Validation } from './validate-ranker';
import type { RankerModel } from '../artefact/ranker-model';
import { PointInTimeReplay, type ReplayedSample } from '../../live-state/replay/point-in-time-replay';
import type { SourceFits } from './source-fits';
import { NO_MODELS, type SourceModels } from '../sources/source';

export const RANKER_WINDOWS = WINDOW_WEIGHTS.length;

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

/** Options with the holdout models of earlier ranker versions, which the new version is compared with. */
interface ComparisonOptions extends RankerOptions {
  readonly incumbent?: EvaluatedRanker | null;
  readonly incumbentBasket?: BasketModel | null;
  readonly best?: EvaluatedRanker | null;
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
  const { usesSessions, ...ranker } = tested;
  return { ...ranker, sources: { ...(options.sources?.asOf(options.until, walk) ?? NO_MODELS), usesSessions } };
}

function fitOnExamples(
  walk: PointInTimeReplay,
  options: ComparisonOptions,
): (Omit<TestedRanker, 'sources'> & { readonly usesSessions: boolean }) | null {
  const { horizonDays = 30, seed = 1, customersPerWindow = 2000, sources, onProgress } = options;
  const horizon = horizonDays * MS_PER_DAY;
  const baskets =
    options.baskets === false ? null : new BasketExamples(walk.events, { until: options.until, horizon, seed });
  const collected = collectExamples(walk, {
    until: options.until,
    horizon,
    windows: RANKER_WINDOWS,
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
  if (!hasEnoughPositives(collected)) return null;

  const { l2, scaling, usesSessions } = chooseSettings(collected, seed, onProgress);
  const windows = usesSessions ? collected : collected.map(withoutSessions);
  const newest = windows[windows.length - 1];
  const older = windows.slice(0, -1);
  let tried: HoldoutResult = { validation: NOT_VALIDATED, scaling: UNSCALED };
  if (hasEnoughPositives(older)) {
    const examples = new TrainingDesign(older, seed);
    const fit = examples.fit(l2);
    const unscaled = examples.model(fit, UNTESTED_FIGURES);
    const holdoutModel = unscaled.withScaling(scaling);
    tried = {
      validation: validateRanker(holdoutModel, newest),
      fit,
      holdoutModel,
      scaling: fitScalingOn(unscaled, newest),
    };
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
    incumbent: options.incumbent?.model.isCompatible() ? (options.incumbentBasket ?? null) : undefined,
    best: options.best?.model.isCompatible() ? (options.bestBasket ?? null) : undefined,
    affinities: () => sources?.orderAffinities(options.until) ?? null,
    onProgress,
  });
  const evidence = tried.holdoutModel
    ? rankerEvidence(
        { model: tried.holdoutModel, usesSessions },
        collected[collected.length - 1],
        options.incumbent ?? null,
        options.best,
      )
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
    usesSessions,
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
