import { compareIds } from './history';
import type { Intent } from './intent';
import type { Candidate, RankedProduct, RecommendInput } from './recommendation';
import { trendingScores } from './sources/popularity';
import {
  boughtTogetherTier,
  newestTier,
  personalTier,
  recentlyViewedTier,
  sameCategoryTier,
  shopTier,
  similarTier,
  type Tier,
} from './tiers';

export type { RankedProduct, Reason, RecommendInput } from './recommendation';

/** A stage of the pipeline: a list in, a list out. */
type Stage = (list: readonly Candidate[], input: RecommendInput) => readonly Candidate[];

/** What may be sold and shown at all. */
const eligibility: Stage = (list, input) =>
  list.filter(({ productId }) => !input.exclude.has(productId) && input.eligible(productId));

/** What the intent and the customer rule out. */
const rules: Stage = (list, input) => {
  const { history, intent } = input;
  const given = new Set(TAKES_PRODUCTS.has(intent) ? input.productIds : []);
  const masked = new Set(
    input.includePurchased === false ? history?.purchases().map(({ productId }) => productId) : [],
  );
  return list.filter(({ productId }) => {
    if (given.has(productId) || masked.has(productId)) return false;
    return intent === 'RECENTLY_VIEWED' || history === null || !history.dislikes(productId);
  });
};

const TAKES_PRODUCTS: ReadonlySet<Intent> = new Set<Intent>(['SIMILAR', 'COMPLEMENTARY', 'BASKET']);

/** Best first; equal scores by product id. */
const order: Stage = (list) =>
  Array.from(list).sort((a, b) => b.score - a.score || compareIds(a.productId, b.productId));

/** The place where a list is spread over categories once a request asks for it; nothing does so yet. */
const diversify: Stage = (list) => list;

const STAGES: readonly Stage[] = [eligibility, rules, order, diversify];

/**
 * One ranked list. Candidates come scored from the intent's tiers, each tier runs through the stages, and a tier that
 * leaves the list short is followed by the next. The same input gives the same list.
 * @returns at most `limit` distinct products, best first
 */
export function recommend(input: RecommendInput): RankedProduct[] {
  const ranked: RankedProduct[] = [];
  const seen = new Set<string>();
  for (const tier of tiersOf(input)) {
    if (ranked.length >= input.limit) break;
    let list: readonly Candidate[] = tier.candidates();
    for (const stage of STAGES) list = stage(list, input);
    for (const candidate of list) {
      if (ranked.length >= input.limit) break;
      if (seen.has(candidate.productId)) continue;
      seen.add(candidate.productId);
      ranked.push({ productId: candidate.productId, score: candidate.score, reasons: tier.reasons(candidate) });
    }
  }
  return ranked;
}

/** Where an intent's list comes from, and what fills it up: co-purchase → same category → popular → newest. */
function tiersOf(input: RecommendInput): Tier[] {
  const { shop, now, history } = input;
  const popular = shopTier(input, 'popularity', (product) => shop.stats.month.read(product, now));
  const newest = newestTier(input);
  switch (input.intent) {
    case 'PERSONAL':
      // What an unknown visitor most likely wants is what is wanted just now.
      return history !== null && history.size > 0 ? [personalTier(input, history), popular, newest] : [popular, newest];
    case 'SIMILAR':
      return [similarTier(input), boughtTogetherTier(input), sameCategoryTier(input), popular, newest];
    case 'COMPLEMENTARY':
    case 'BASKET':
      return [boughtTogetherTier(input), similarTier(input), sameCategoryTier(input), popular, newest];
    case 'BUY_AGAIN':
      // Never filled up: what was not bought cannot be bought again.
      return history === null ? [] : [personalTier(input, history, true)];
    case 'TRENDING':
      return [shopTier(input, 'trending', trendingScores(shop.stats, now)), popular, newest];
    case 'POPULAR':
      return [popular, newest];
    case 'RECENTLY_VIEWED':
      return [recentlyViewedTier(input)];
  }
}
