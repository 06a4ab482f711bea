import { customerProfile } from '../../features/customer-profile';
import { FEATURES, fillFeatures } from '../../features/feature-set';
import { shuffle } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';
import { CandidatePool } from '../serving/candidate-pool';
import { compareIds, type CustomerHistory } from '../../live-state/history';
import { buyersWithin, purchasesWithin } from '../../live-state/history-at';
import type { PointInTimeView, PointInTimeReplay } from '../../live-state/replay/point-in-time-replay';
import type { ShopState } from '../../live-state/shop-state';
import { NO_MODELS, type SourceModels } from '../sources/source';

/** The candidates of one customer as of a window's start, labelled with the purchases within the window. */
export interface RankingExamples {
  /** Share of the negatives (candidates not bought within the window) that was sampled; 1 if the list has them all. */
  readonly negativeShare: number;
  /** Per candidate: its product index in the shop as of the window's start. */
  readonly products: Int32Array;
  /** candidates × features, row-major. Read by {@link readFeatures}. */
  readonly features: Float32Array;
  /** Per candidate: 1 if the customer had bought it before the window. */
  readonly boughtBefore: Uint8Array;
  /** Per candidate: 1 if the customer bought it within the window. */
  readonly labels: Uint8Array;
  /** Number of distinct products bought within the window, whether or not they are candidates. */
  readonly boughtCount: number;
  /** Number of those products that were new to the customer. */
  readonly newBoughtCount: number;
  /** Whether nearest sessions and transitions are sources of candidates and features. */
  readonly usesSessions: boolean;
  /** Number of candidates without those that only the sources of sessions give, which come last. */
  readonly countWithoutSessions: number;
}

/** The examples of the window [start, start + horizon), with features as of `start`. */
export interface ExampleWindow {
  readonly start: number;
  readonly lists: readonly RankingExamples[];
}

export interface ExampleOptions {
  /** Events from this instant (ms) on are ignored. */
  readonly until: number;
  /** Length of a window, ms. */
  readonly horizon: number;
  readonly windows: number;
  /** Share of the negatives to sample in the older windows. The newest has all candidates, for validation. */
  readonly negativeShare: number;
  /** Maximum number of customers per window. If there are more, they are sampled with `seed`. */
  readonly customersPerWindow: number;
  readonly seed: number;
  /** Models of the candidate sources, fitted on data before an instant. Default: no models. */
  readonly modelsAsOf?: (start: number, view: PointInTimeView) => SourceModels;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Collects training examples in one pass over the log. At each window's start the shop's state and the histories are
 * those of that instant, and the serving code computes candidates and features. Only customers with a history and a
 * purchase in the window give examples, because a ranker learns nothing from others.
 * @returns the windows that have examples, oldest first
 */
export function collectExamples(replay: PointInTimeReplay, options: ExampleOptions): ExampleWindow[] {
  const random = seededRandom(options.seed);
  const sessionRandom = seededRandom(options.seed + 1);
  const windows: ExampleWindow[] = [];
  for (let back = options.windows; back >= 1; back--) {
    const start = options.until - back * options.horizon;
    replay.advanceTo(start);
    const { shop, events, subjectCount } = replay;
    const end = Math.min(options.until, start + options.horizon);
    const customers = Array.from(buyersWithin(events, start, end))
      .filter((subject) => subject < subjectCount)
      .sort((a, b) => compareIds(events.subjects.idAt(a), events.subjects.idAt(b)));
    shuffle(customers, random);
    const share = back === 1 ? 1 : options.negativeShare;
    const models = options.modelsAsOf?.(start, replay) ?? NO_MODELS;
    const lists = customers.slice(0, options.customersPerWindow).map((subject) => {
      const history = replay.historyOf(subject) as CustomerHistory;
      const bought = purchasesWithin(events, subject, start, end);
      const boughtIds = new Set(Array.from(bought, (product) => events.products.idAt(product)));
      return examplesOf(shop, history, boughtIds, start, models, share, [random, sessionRandom]);
    });
    if (lists.length > 0) windows.push({ start, lists });
    options.onProgress?.(options.windows - back + 1, options.windows);
  }
  return windows;
}

const pool = new CandidatePool();

function examplesOf(
  shop: ShopState,
  history: CustomerHistory,
  boughtIds: ReadonlySet<string>,
  now: number,
  models: SourceModels,
  negativeShare: number,
  [random, sessionRandom]: readonly [() => number, () => number],
): RankingExamples {
  const profile = customerProfile(shop, history, now);
  const isBought = (product: number): boolean => boughtIds.has(shop.products.idAt(product));
  const found = pool.collect(shop, profile, models);
  const sampled = (products: Int32Array, draw: () => number): Int32Array =>
    products.filter((product) => negativeShare === 1 || isBought(product) || draw() < negativeShare);
  // The sources of sessions have draws of their own, so that the other candidates do not depend on them.
  const others = sampled(found.products.subarray(0, found.countWithoutSessions), random);
  const bySessions = sampled(found.products.subarray(found.countWithoutSessions), sessionRandom);
  const candidates = new Int32Array(others.length + bySessions.length);
  candidates.set(others);
  candidates.set(bySessions, others.length);
  const purchases = Array.from(candidates).flatMap((product) => profile.purchases.get(product) ?? []);
  const boughtBefore = new Uint8Array(candidates.length).fill(1, 0, purchases.length);
  const labels = Uint8Array.from(candidates, (product) => (isBought(product) ? 1 : 0));
  const columns = new Float64Array(FEATURES.length * candidates.length);
  fillFeatures({ shop, profile, scores: pool.scores, candidates, bought: purchases }, columns);
  const repeatCount = history.purchases().filter(({ productId }) => boughtIds.has(productId)).length;
  return {
    negativeShare,
    products: candidates,
    features: rowsOf(columns, candidates.length),
    boughtBefore,
    labels,
    boughtCount: boughtIds.size,
    newBoughtCount: boughtIds.size - repeatCount,
    usesSessions: models.usesSessions,
    countWithoutSessions: others.length,
  };
}

const FEATURES_OF_SESSIONS = FEATURES.flatMap(({ group }, f) =>
  group === 'nearest-sessions' || group === 'transitions' ? [f] : [],
);

/**
 * Copies the features of a candidate to `out`. If the list does not use sessions, their features are 0. A model that is
 * fitted on such lists has weight 0 for them, so their values in serving make no difference.
 */
export function readFeatures(list: RankingExamples, candidate: number, out: Float64Array): void {
  const from = candidate * FEATURES.length;
  for (let f = 0; f < FEATURES.length; f++) out[f] = list.features[from + f];
  if (!list.usesSessions) for (const f of FEATURES_OF_SESSIONS) out[f] = 0;
}

/** Returns the examples as if nearest sessions and transitions had not been sources. Shares the arrays. */
export function withoutSessions({ start, lists }: ExampleWindow): ExampleWindow {
  return {
    start,
    lists: lists.map((list) => {
      const count = list.countWithoutSessions;
      return {
        ...list,
        usesSessions: false,
        products: list.products.subarray(0, count),
        features: list.features.subarray(0, count * FEATURES.length),
        boughtBefore: list.boughtBefore.subarray(0, count),
        labels: list.labels.subarray(0, count),
      };
    }),
  };
}

/** Transposes features × candidates to candidates × features. */
function rowsOf(columns: Float64Array, candidates: number): Float32Array {
  const rows = new Float32Array(columns.length);
  const width = FEATURES.length;
  for (let f = 0; f < width; f++) {
    for (let c = 0; c < candidates; c++) rows[c * width + f] = columns[f * candidates + c];
  }
  return rows;
}
