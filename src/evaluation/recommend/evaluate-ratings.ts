import type { Kernels } from '../../learn/wasm';
import type { CustomerRanker } from './baselines/baseline';
import { easeBaseline, fitEase } from './baselines/ease';
import { ialsBaseline } from './baselines/ials';
import { itemKnnBaseline } from './baselines/item-knn';
import { distinctCustomers, popularityBaseline } from './baselines/popularity';
import { listsOf, type EvaluatedLists, type EvaluationRow } from './evaluated-lists';
import { MetricsTotal } from './metrics';
import { compareWithBest } from './paired-comparison';
import type { TemporalSplit } from './protocol';
import { biasOnly } from './rating-models/bias';
import { biasedFactors } from './rating-models/biased-factors';
import { errorsOf, type RatingModel } from './rating-models/rating-model';
import { ratingRidge } from './rating-models/ridge';
import { userNeighbours } from './rating-models/user-neighbours';
import { learnSequenceBlend, sequenceBaselines } from './sequence-blend';
import { randomSplit, rankingSplit, type RatingSplit } from './rating-protocol';
import { ratingsAt, type RatingTable } from './rating-table';

export interface RatingRow {
  readonly model: string;
  readonly mode: 'rating';
  /** Number of users whose ratings were predicted. */
  readonly customers: number;
  readonly ratings: number;
  readonly rmse: number;
  readonly mae: number;
  readonly fitSeconds: number;
}

export interface RatingEvaluationOptions {
  readonly seed: number;
  /** Ratings of at least this value count as liked; with −Infinity, all do. */
  readonly relevant: number;
  /**
   * Whether the newest ratings are predicted from the older ones. If so, every rating needs a time, and models of
   * sequences are evaluated as well.
   */
  readonly sequential?: boolean;
  /** Without kernels the TypeScript implementations are used. */
  readonly kernels?: Kernels;
  readonly onProgress: (message: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/** A new rating model needs a line here. */
const RATING_MODELS: readonly RatingModel[] = [biasOnly, ratingRidge, userNeighbours, biasedFactors];

type FitRanker = (split: TemporalSplit, kernels: Kernels, seed: number) => CustomerRanker;

/** A new ranking model needs a line here. */
const RANKERS: readonly FitRanker[] = [
  popularityBaseline,
  itemKnnBaseline,
  (split, kernels) => easeBaseline(split, kernels),
  ialsBaseline,
];
/**
 * If ratings are held out at random, the reported model `freshet` is the best on validation: one of the rankers, or
 * EASE with one of these penalties.
 */
const PENALTIES = [50, 100, 200, 500, 1_000];
const FRESHET_CHOICES: readonly FitRanker[] = [
  ...RANKERS,
  ...PENALTIES.map(
    (lambda): FitRanker =>
      (split, kernels) =>
        easeBaseline(split, kernels, lambda),
  ),
];

/** Share of the training part on which `freshet` compares the rankers. */
const VALIDATION_SHARE = 0.1;

interface Prediction {
  readonly model: string;
  readonly validation: number;
  readonly rmse: number;
  readonly mae: number;
  readonly seconds: number;
}

/**
 * Predicts the held-out ratings of each split. Errors are computed over all splits together. `freshet` uses, on each
 * split, the model that is best on validation within the training part.
 */
export function evaluateRatings(
  table: RatingTable,
  splits: readonly RatingSplit[],
  options: RatingEvaluationOptions,
): RatingRow[] {
  const totals = new Map<string, ErrorTotal>();
  splits.forEach((split, fold) => {
    const onProgress = (message: string): void =>
      options.onProgress(splits.length === 1 ? message : `fold ${fold + 1}: ${message}`);
    const predictions = predictAll(table, split, { ...options, onProgress });
    const best = predictions.reduce((a, b) => (b.validation < a.validation ? b : a));
    const seconds = predictions.reduce((sum, each) => sum + each.seconds, 0);
    onProgress(`freshet: ${best.model}`);
    for (const prediction of [...predictions, { ...best, model: 'freshet', seconds }]) {
      const total = totals.get(prediction.model) ?? new ErrorTotal();
      totals.set(prediction.model, total);
      total.add(prediction, table, split);
    }
  });
  return Array.from(totals, ([model, total]) => total.row(model));
}

function predictAll(
  table: RatingTable,
  { training, test }: RatingSplit,
  { seed, clock, onProgress }: RatingEvaluationOptions,
): Prediction[] {
  const trainingRatings = ratingsAt(table, training);
  const heldOutRatings = ratingsAt(table, test);
  const tableSize = { userCount: table.userIds.size, itemCount: table.itemIds.size };
  return RATING_MODELS.map(({ model, fit }) => {
    const start = clock();
    const { predict, validationRmse } = fit({ ratings: trainingRatings, ...tableSize, seed, onProgress });
    const seconds = (clock() - start) / 1000;
    return { model, validation: validationRmse, seconds, ...errorsOf(predict, trainingRatings, heldOutRatings) };
  });
}

class ErrorTotal {
  private squaredErrors = 0;
  private absoluteErrors = 0;
  private ratings = 0;
  private seconds = 0;
  private readonly users = new Set<number>();

  add({ rmse, mae, seconds }: Prediction, table: RatingTable, { test }: RatingSplit): void {
    this.squaredErrors += rmse * rmse * test.length;
    this.absoluteErrors += mae * test.length;
    this.ratings += test.length;
    this.seconds += seconds;
    for (const at of test) this.users.add(table.users[at]);
  }

  row(model: string): RatingRow {
    const { squaredErrors, absoluteErrors, ratings, seconds } = this;
    return {
      model,
      mode: 'rating',
      customers: this.users.size,
      ratings,
      rmse: Math.sqrt(squaredErrors / ratings),
      mae: absoluteErrors / ratings,
      fitSeconds: seconds,
    };
  }
}

/**
 * Ranks all items that a user has not rated in training, and compares them with the items liked in the held-out part.
 */
export function evaluateRanking(
  table: RatingTable,
  split: RatingSplit,
  options: RatingEvaluationOptions,
): EvaluationRow[] {
  const fullSplit = rankingSplit(table, split, options.relevant);
  const { kernels = {}, sequential = false } = options;
  const evaluated = RANKERS.map((fit) => evaluateRanker(fullSplit, fit, options));
  if (sequential) {
    const start = options.clock();
    const rankers = sequenceBaselines(fullSplit, fitEase(fullSplit, kernels));
    const seconds = (options.clock() - start) / 1000;
    for (const ranker of rankers) evaluated.push(listsOfRanker(fullSplit, ranker, seconds, options));
  }
  const fitFreshet: FitRanker = sequential
    ? () => learnSequenceBlend(table, split, fullSplit, { ...options, kernels })
    : chooseRanker(table, split, options);
  const freshet = evaluateRanker(fullSplit, fitFreshet, options);
  evaluated.push({ ...freshet, row: { ...freshet.row, model: 'freshet' } });
  return compareWithBest(evaluated, 'freshet', options.seed);
}

function evaluateRanker(split: TemporalSplit, fit: FitRanker, options: RatingEvaluationOptions): EvaluatedLists {
  const start = options.clock();
  const ranker = fit(split, options.kernels ?? {}, options.seed);
  return listsOfRanker(split, ranker, (options.clock() - start) / 1000, options);
}

function listsOfRanker(
  split: TemporalSplit,
  ranker: CustomerRanker,
  seconds: number,
  { onProgress }: RatingEvaluationOptions,
): EvaluatedLists {
  onProgress(ranker.model);
  const total = new MetricsTotal(split.trainingProductCount, distinctCustomers(split), split.customers.size);
  for (const { customer, truthNew, boughtInTraining } of split.testCustomers)
    total.add(customer, ranker.rank(customer, boughtInTraining), truthNew);
  return listsOf(ranker.model, 'new', total, seconds);
}

/** Returns the ranker with the best NDCG@10 on a validation part of the training part. */
function chooseRanker(table: RatingTable, { training }: RatingSplit, options: RatingEvaluationOptions): FitRanker {
  const users = training.map((at) => table.users[at]);
  const innerSplit = randomSplit({ users }, VALIDATION_SHARE, options.seed);
  const validation = rankingSplit(
    table,
    { training: innerSplit.training.map((at) => training[at]), test: innerSplit.test.map((at) => training[at]) },
    options.relevant,
  );
  const silentOptions = { ...options, onProgress: () => undefined };
  let best = { fit: FRESHET_CHOICES[0], ndcg: -1, model: '' };
  for (const fit of FRESHET_CHOICES) {
    const { model, ndcg10 } = evaluateRanker(validation, fit, silentOptions).row;
    if (ndcg10 > best.ndcg) best = { fit, ndcg: ndcg10, model };
  }
  options.onProgress(`freshet: ${best.model}, NDCG@10 ${best.ndcg.toFixed(4)} on validation`);
  return best.fit;
}
