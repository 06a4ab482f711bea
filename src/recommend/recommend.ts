import { basketTier } from './basket/basket-tier';
import { boosted, boostedReasons, type Scale } from './boost';
import { pickBest, type CandidateList } from './candidate-list';
import type { Intent } from './intent';
import { newTier } from './new-products';
import type { RankedProduct, RecommendInput } from './recommendation';
import { popularity, trending } from './sources/popularity';
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

/** A stage of the pipeline: what it lets through. */
type Stage = (input: RecommendInput) => (productId: string) => boolean;

/** What may be sold and shown at all, and passes the filter. */
const eligibility: Stage =
  ({ exclude, eligible, admits }) =>
  (id) =>
    !exclude.has(id) && eligible(id) && (admits == null || admits(id));

/** What the intent and the customer rule out. */
const rules: Stage = ({ history, intent, productIds, includePurchased = intent !== 'NEW' }) => {
  const given = new Set(TAKES_PRODUCTS.has(intent) ? productIds : []);
  const masked = new Set(includePurchased ? [] : history?.purchases().map(({ productId }) => productId));
  const disliked = (id: string) => intent !== 'RECENTLY_VIEWED' && history !== null && history.dislikes(id);
  return (id) => !given.has(id) && !masked.has(id) && !disliked(id);
};

const TAKES_PRODUCTS: ReadonlySet<Intent> = new Set<Intent>(['SIMILAR', 'COMPLEMENTARY', 'BASKET']);

const STAGES: readonly Stage[] = [rules, eligibility];

/** What the request puts forward or back, of what may be shown. */
function withBoost(
  list: CandidateList,
  scale: Scale,
  factorOf: (productId: string) => number,
  passes: (productId: string) => boolean,
): CandidateList {
  const places = Array.from({ length: list.size }, (_, at) => at).filter((at) => passes(list.idAt(at)));
  return {
    size: places.length,
    scores: places.map((at) => boosted(list.scores[at], factorOf(list.idAt(at)), scale)),
    productAt: (at) => list.productAt(places[at]),
    idAt: (at) => list.idAt(places[at]),
  };
}

const ANY = () => true;

/**
 * One ranked list. Candidates come scored from the intent's tiers; of each tier the best that pass every stage are taken,
 * and one that leaves the list short is followed by the next. The same input gives the same list.
 * @returns at most `limit` distinct products, best first
 */
export function recommend(input: RecommendInput): RankedProduct[] {
  const { limit, boost: factorOf, reasons: explained = true } = input;
  const ranked: RankedProduct[] = [];
  const seen = new Set<string>();
  const stages = STAGES.map((stage) => stage(input));
  const passes = (id: string): boolean => !seen.has(id) && stages.every((stage) => stage(id));
  for (const tier of tiersOf(input)) {
    if (ranked.length >= limit) break;
    const plain = tier.candidates();
    const list = factorOf == null ? plain : withBoost(plain, tier.scale, factorOf, passes);
    for (const at of pickBest(list, limit - ranked.length, factorOf == null ? passes : ANY)) {
      const productId = list.idAt(at);
      const reasons = explained ? tier.reasons({ productId, product: list.productAt(at) }) : [];
      seen.add(productId);
      ranked.push({
        productId,
        score: list.scores[at],
        reasons: factorOf == null || !explained ? reasons : boostedReasons(reasons, factorOf(productId)),
      });
    }
  }
  return ranked;
}

/** Where an intent's list comes from, and what fills it up: co-purchase → same category → popular → newest. */
function tiersOf(input: RecommendInput): Tier[] {
  const { history } = input;
  const popular = shopTier(input, popularity);
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
      return [shopTier(input, trending), popular, newest];
    case 'POPULAR':
      return [popular, newest];
    case 'NEW':
      return [newTier(input), newest];
    case 'RECENTLY_VIEWED':
      return [recentlyViewedTier(input)];
  }
}
