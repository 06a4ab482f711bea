import type { Ease } from '../../learn/ease';
import type { Kernels } from '../../learn/wasm';
import type { ScoringRanker } from './baselines/baseline';
import { blendOf, plainBlend } from './baselines/blend';
import { easeRanker, fitEase, recentEaseRanker } from './baselines/ease';
import { ialsBaseline } from './baselines/ials';
import { itemKnnBaseline } from './baselines/item-knn';
import { popularityBaseline } from './baselines/popularity';
import {
  historyTransitionsBaseline,
  nearestHistoriesBaseline,
  nearestSessionsBaseline,
  trainingSessions,
  transitionsBaseline,
} from './baselines/sequence';
import { learnBlend } from './learned-blend';
import { leaveLastSplit, rankingSplit, type RatingSplit } from './rating-protocol';
import { listMetrics } from './metrics';
import type { TemporalSplit } from './protocol';
import type { RatingTable } from './rating-table';

/** Penalties of EASE to try. */
const PENALTIES = [10, 30, 100, 300, 1_000, 3_000];
/** Maximum number of customers on whom the penalties are compared. */
const PENALTY_CUSTOMERS = 1_000;
/** Exponents of the weights of a recent history. */
const POWERS = [0.5, 1, 2];

export interface BlendOptions {
  readonly seed: number;
  /** Ratings of at least this value count as liked. */
  readonly relevant: number;
  readonly kernels: Kernels;
  readonly onProgress: (message: string) => void;
}

/** The models of sequences as rows of the report: nearest sessions and histories, transitions, and a plain blend. */
export function sequenceBaselines(split: TemporalSplit, ease: Ease): ScoringRanker[] {
  const sessions = trainingSessions(split);
  const nearest = nearestSessionsBaseline(split, sessions);
  const transitions = transitionsBaseline(split, sessions);
  return [
    recentEaseRanker(split, ease),
    nearest,
    nearestHistoriesBaseline(split),
    transitions,
    plainBlend([easeRanker(split, ease), nearest, transitions]),
  ];
}

/**
 * Blends rankers for the next product of each customer. The weights and the penalty of EASE are learned with the newest
 * training rating of each customer held out; then the models are fitted on the whole training part.
 */
export function learnSequenceBlend(
  table: RatingTable,
  { training }: RatingSplit,
  fullSplit: TemporalSplit,
  options: BlendOptions,
): ScoringRanker {
  const { kernels, onProgress } = options;
  const inner = leaveLastSplit({
    users: training.map((at) => table.users[at]),
    times: Float64Array.from(training, (at) => table.times[at]),
  });
  const validation = rankingSplit(
    table,
    { training: inner.training.map((at) => training[at]), test: inner.test.map((at) => training[at]) },
    options.relevant,
  );
  let best = { lambda: PENALTIES[0], ndcg: -1, ease: undefined as Ease | undefined };
  for (const lambda of PENALTIES) {
    const ease = fitEase(validation, kernels, lambda);
    const ndcg = Math.max(...easeRankers(validation, ease).map((ranker) => meanNdcg(validation, ranker)));
    if (ndcg > best.ndcg) best = { lambda, ndcg, ease };
  }
  const rankers = allRankers(validation, best.ease as Ease, options);
  const models = rankers.map(({ model }) => model);
  const plainBlends = [
    ['ease', 'nearest-sessions', 'transitions'],
    ['nearest-sessions', 'transitions'],
    ['nearest-histories', 'transitions'],
  ].map((members) => models.map((model) => (members.includes(model) ? 1 : 0)));
  const { weights, ndcg, alone } = learnBlend(validation, rankers, plainBlends);
  const report = models.map((model, s) => `${model} ${alone[s].toFixed(4)} × ${weights[s]}`);
  onProgress(`freshet: λ ${best.lambda}, ${report.join(', ')}: NDCG@10 ${ndcg.toFixed(4)} on validation`);
  return blendOf('freshet', allRankers(fullSplit, fitEase(fullSplit, kernels, best.lambda), options), weights);
}

function easeRankers(split: TemporalSplit, ease: Ease): ScoringRanker[] {
  const recent = POWERS.map((power) => {
    const ranker = recentEaseRanker(split, ease, power);
    return { ...ranker, model: `recent-ease^${power}` };
  });
  return [easeRanker(split, ease), ...recent];
}

/** Returns the mean NDCG@10 over at most {@link PENALTY_CUSTOMERS} customers, evenly spread. */
function meanNdcg({ testCustomers }: TemporalSplit, ranker: ScoringRanker): number {
  const step = Math.max(1, testCustomers.length / PENALTY_CUSTOMERS);
  let sum = 0;
  let lists = 0;
  for (let at = 0; at < testCustomers.length; at += step) {
    const { customer, truthNew, boughtInTraining } = testCustomers[Math.floor(at)];
    sum += listMetrics(ranker.rank(customer, boughtInTraining), truthNew).ndcg10;
    lists++;
  }
  return lists === 0 ? 0 : sum / lists;
}

/** The models that a blend may contain, always in the same sequence. */
function allRankers(split: TemporalSplit, ease: Ease, { kernels, seed }: BlendOptions): ScoringRanker[] {
  const sessions = trainingSessions(split);
  return [
    ...easeRankers(split, ease),
    nearestSessionsBaseline(split, sessions),
    nearestHistoriesBaseline(split),
    transitionsBaseline(split, sessions),
    historyTransitionsBaseline(split, sessions),
    itemKnnBaseline(split),
    ialsBaseline(split, kernels, seed),
    popularityBaseline(split),
  ];
}
