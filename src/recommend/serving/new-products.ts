import { MS_PER_DAY } from '../../learn/durations';
import { listOfIds } from './candidate-list';
import { MAX_REASONS, personalReasons } from './explain';
import { compareIds, type CustomerHistory } from '../../live-state/history';
import { PersonalRanking } from './personal-ranking';
import type { CandidateProduct, CatalogueEntry, RankingReason, RecommendInput } from './list-input';
import type { FallbackStage } from './fallback-stages';
import { NO_MODELS } from '../sources/source';

/** Number of days for which a product counts as new. */
const NEW_DAYS = 30;
/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RANK_OFFSET = 60;

interface NewProduct extends CatalogueEntry {
  readonly product: number;
  /** Time of publication, ms. If it is unknown: time of the first event, or of the last change if there is no event. */
  readonly since: number;
}

/** The weight that a {@link RankingView} gives to a product, and the product of the history that explains it. */
interface Vote {
  readonly weight: number;
  readonly because?: string;
}
/** One criterion that ranks the new products by descending weight; products with `undefined` are not ranked. */
type RankingView = (entry: NewProduct) => Vote | undefined;

/**
 * Ranks products that the shop has had for at most 30 days, by rank fusion of the personal score, categories shared
 * with the customer's interests, the week's popularity, and age. The first two need a history.
 */
export function newProductsStage(input: RecommendInput): FallbackStage {
  const { history, shop, now, blend } = input;
  let ranking: PersonalRanking | undefined;
  const terms = new Map<string, Map<string, Term>>();
  const viewsOf = (entries: readonly NewProduct[]): Readonly<Record<string, RankingView>> => {
    const popularity: RankingView = ({ product }) => positiveVote(product < 0 ? 0 : shop.stats.week.read(product, now));
    const newest: RankingView = ({ since }) => ({ weight: since });
    if (history === null || history.size === 0) return { popularity, newest };
    const indexes = new Set(entries.map(({ product }) => product));
    ranking = new PersonalRanking(shop, history, now, blend, input.models ?? NO_MODELS, (product) =>
      indexes.has(product),
    );
    return { personal: personalView(ranking), 'same-category': categoryView(input, history), popularity, newest };
  };
  return {
    scale: 'linear',
    candidates() {
      const entries = newProducts(input);
      for (const { productId } of entries) terms.set(productId, new Map());
      for (const [source, view] of Object.entries(viewsOf(entries))) addTerms(terms, source, view, entries);
      const ids = entries.map(({ productId }) => productId);
      return listOfIds(
        shop.products,
        ids,
        ids.map((id) => sumOf(termsOf(id))),
      );
    },
    reasons({ productId, product }: CandidateProduct) {
      const productTerms = termsOf(productId);
      const total = sumOf(productTerms);
      const reasons = [...productTerms].flatMap(([source, { term, because }]): RankingReason[] => {
        const share = term / total;
        if (source !== 'personal') return [{ source, share, ...(because === undefined ? {} : { productId: because }) }];
        // The share of the personal score is divided among its own reasons.
        return personalReasons(shop, ranking as PersonalRanking, product).map((reason) => ({
          ...reason,
          share: reason.share * share,
        }));
      });
      return mergeReasons(reasons);
    },
  };

  function termsOf(productId: string): ReadonlyMap<string, Term> {
    return terms.get(productId) as ReadonlyMap<string, Term>;
  }
}

/** The contribution of one {@link RankingView} to a score. */
interface Term {
  readonly term: number;
  readonly because?: string;
}

function addTerms(
  terms: ReadonlyMap<string, Map<string, Term>>,
  source: string,
  view: RankingView,
  entries: readonly NewProduct[],
): void {
  const votes = entries.flatMap((entry) => {
    const vote = view(entry);
    return vote === undefined ? [] : [{ ...vote, id: entry.productId }];
  });
  votes.sort((a, b) => b.weight - a.weight || compareIds(a.id, b.id));
  votes.forEach(({ id, because }, rank) => terms.get(id)?.set(source, { term: 1 / (RANK_OFFSET + rank + 1), because }));
}

/** Merges reasons by source and returns the strongest ones first, with shares that sum to 1. */
function mergeReasons(reasons: readonly RankingReason[]): RankingReason[] {
  const bySource = new Map<string, RankingReason>();
  for (const reason of reasons) {
    const known = bySource.get(reason.source);
    bySource.set(reason.source, known === undefined ? reason : { ...known, share: known.share + reason.share });
  }
  const strongest = [...bySource.values()].sort((a, b) => b.share - a.share).slice(0, MAX_REASONS);
  const total = strongest.reduce((sum, { share }) => sum + share, 0);
  return strongest.map((reason) => ({ ...reason, share: reason.share / total }));
}

/**
 * Returns the products with `since` at most 30 days ago that are eligible and match the request's filter.
 */
function newProducts({ catalogue, shop, now, eligible, admits }: RecommendInput): NewProduct[] {
  const entries: NewProduct[] = [];
  for (const entry of catalogue?.() ?? []) {
    const product = shop.products.indexOf(entry.productId);
    const firstSeen = product < 0 ? Infinity : shop.stats.firstSeen[product];
    const since = entry.publishedAt ?? (Number.isFinite(firstSeen) ? firstSeen : entry.updatedAt);
    if (since < now - NEW_DAYS * MS_PER_DAY || !eligible(entry.productId) || admits?.(entry.productId) === false)
      continue;
    entries.push({ ...entry, product, since });
  }
  return entries;
}

function personalView(ranking: PersonalRanking): RankingView {
  const scored = new Map(Array.from(ranking.candidates, (product, c) => [product, ranking.scores[c]]));
  return ({ product }) => {
    const weight = scored.get(product);
    return weight === undefined ? undefined : { weight };
  };
}

/**
 * Weighs products by the categories that they share with the customer's interests and purchases. The weight is the
 * cosine similarity of category counts, but not divided by the customer's norm, which is the same for all products.
 */
function categoryView({ categoriesOf }: RecommendInput, history: CustomerHistory): RankingView {
  const profile = new Map<string, { count: number; because: string }>();
  const historyIds = new Set([...history.interests(), ...history.purchases()].map(({ productId }) => productId));
  for (const productId of historyIds) {
    for (const category of categoriesOf?.(productId) ?? []) {
      const known = profile.get(category);
      profile.set(category, { count: (known?.count ?? 0) + 1, because: known?.because ?? productId });
    }
  }
  return ({ categories }) => {
    const shared = categories.flatMap((category) => profile.get(category) ?? []);
    if (shared.length === 0) return undefined;
    const strongest = shared.reduce((most, next) => (next.count > most.count ? next : most));
    const weight = shared.reduce((sum, { count }) => sum + count, 0) / Math.sqrt(categories.length);
    return { weight, because: strongest.because };
  };
}

function positiveVote(weight: number): Vote | undefined {
  return weight > 0 ? { weight } : undefined;
}

function sumOf(terms: ReadonlyMap<string, { term: number }> | undefined): number {
  let sum = 0;
  for (const { term } of terms?.values() ?? []) sum += term;
  return sum;
}
