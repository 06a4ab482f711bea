import { customerProfile } from '../../features/customer-profile';
import { FEATURES, fillFeatures } from '../../features/feature-set';
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
  /** candidates × features, row-major. */
  readonly features: Float32Array;
  /** Per candidate: 1 if the customer had bought it before the window. */
  readonly boughtBefore: Uint8Array;
  /** Per candidate: 1 if the customer bought it within the window. */
  readonly labels: Uint8Array;
  /** Number of distinct products bought within the window, whether or not they are candidates. */
  readonly boughtCount: number;
  /** Number of those products that were new to the customer. */
  readonly newBoughtCount: number;
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
      return examplesOf(shop, history, boughtIds, start, models, share, random);
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
  random: () => number,
): RankingExamples {
  const profile = customerProfile(shop, history, now);
  const isBought = (product: number): boolean => boughtIds.has(shop.products.idAt(product));
  const candidates = pool
    .collect(shop, profile, models)
    .products.filter((product) => negativeShare === 1 || isBought(product) || random() < negativeShare);
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

/** Shuffles in place (Fisher–Yates). */
function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
}
