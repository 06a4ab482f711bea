import { basketTier } from './basket/basket-tier';
import { boosted, boostedReasons } from './boost';
import { compareIds } from './history';
import type { Intent } from './intent';
import { newTier } from './new-products';
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
type Stage = (list: readonly Candidate[], input: RecommendInput, tier: Tier) => readonly Candidate[];

/** What may be sold and shown at all, and passes the filter. */
const eligibility: Stage = (list, { exclude, eligible, admits }) =>
  list.filter(
    ({ productId }) => !exclude.has(productId) && eligible(productId) && (admits == null || admits(productId)),
  );

/** What the intent and the customer rule out. */
const rules: Stage = (list, input) => {
  const { history, intent } = input;
  const given = new Set(TAKES_PRODUCTS.has(intent) ? input.productIds : []);
  const masked = new Set(
    (input.includePurchased ?? intent !== 'NEW') ? [] : history?.purchases().map(({ productId }) => productId),
  );
  return list.filter(({ productId }) => {
    if (given.has(productId) || masked.has(productId)) return false;
    return intent === 'RECENTLY_VIEWED' || history === null || !history.dislikes(productId);
  });
};

const TAKES_PRODUCTS: ReadonlySet<Intent> = new Set<Intent>(['SIMILAR', 'COMPLEMENTARY', 'BASKET']);

/** What the request puts forward or back. */
const boost: Stage = (list, { boost: factorOf }, { scale }) =>
  factorOf == null
    ? list
    : list.map((candidate) => ({
        ...candidate,
        score: boosted(candidate.score, factorOf(candidate.productId), scale),
      }));

/** Best first; equal scores by product id. */
const order: Stage = (list) =>
  Array.from(list).sort((a, b) => b.score - a.score || compareIds(a.productId, b.productId));

/** The place where a list is spread over categories once a request asks for it; nothing does so yet. */
const diversify: Stage = (list) => list;

const STAGES: readonly Stage[] = [eligibility, rules, boost, order, diversify];

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
    for (const stage of STAGES) list = stage(list, input, tier);
    for (const candidate of list) {
      if (ranked.length >= input.limit) break;
      if (seen.has(candidate.productId)) continue;
      seen.add(candidate.productId);
      const { productId, score } = candidate;
      const reasons = tier.reasons(candidate);
      ranked.push({
        productId,
        score,
        reasons: input.boost == null ? reasons : boostedReasons(reasons, input.boost(productId)),
      });
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
    case 'BASKET': {
      const learned = input.intent === 'BASKET' && input.basket != null ? [basketTier(input, input.basket)] : [];
      return [...learned, boughtTogetherTier(input), similarTier(input), sameCategoryTier(input), popular, newest];
    }
    case 'BUY_AGAIN':
      // Never filled up: what was not bought cannot be bought again.
      return history === null ? [] : [personalTier(input, history, true)];
    case 'TRENDING':
      return [shopTier(input, 'trending', trendingScores(shop.stats, now)), popular, newest];
    case 'POPULAR':
      return [popular, newest];
    case 'NEW':
      return [newTier(input), newest];
    case 'RECENTLY_VIEWED':
      return [recentlyViewedTier(input)];
  }
}
