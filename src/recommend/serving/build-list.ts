import { basketStage } from '../basket/basket-stage';
import { boostedScore, boostedReasons, type ScoreScale } from './boost';
import { pickBest, type CandidateList } from './candidate-list';
import type { Intent } from './intent';
import { newProductsStage } from './new-products';
import type { RankedProduct, RecommendInput } from './list-input';
import { recentlyBought } from './repurchase-rhythm';
import { popularity, trending } from '../sources/popularity';
import {
  boughtTogetherStage,
  newestStage,
  personalStage,
  recentlyViewedStage,
  sameCategoryStage,
  shopStage,
  similarStage,
  type FallbackStage,
} from './fallback-stages';

export type { RankedProduct, RecommendInput } from './list-input';

/** A filter of the pipeline: returns a predicate that is true for the products that may be in the list. */
type ProductFilter = (input: RecommendInput) => (productId: string) => boolean;

/** Passes products that can be sold and shown, are not excluded, and match the request's filter. */
const eligibility: ProductFilter =
  ({ exclude, eligible, admits }) =>
  (id) =>
    !exclude.has(id) && eligible(id) && (admits == null || admits(id));

/** Removes products that the intent or the customer excludes. */
const intentRules: ProductFilter = ({ history, intent, productIds, includePurchased = intent !== 'NEW' }) => {
  const givenIds = new Set(TAKES_PRODUCTS.has(intent) ? productIds : []);
  const purchasedIds = new Set(includePurchased ? [] : history?.purchases().map(({ productId }) => productId));
  const disliked = (id: string) => intent !== 'RECENTLY_VIEWED' && history !== null && history.dislikes(id);
  return (id) => !givenIds.has(id) && !purchasedIds.has(id) && !disliked(id);
};

/** Removes products that the customer has just bought, and their variants, until a repeat purchase is likely. */
const repurchaseRhythm: ProductFilter = ({ shop, history, intent, now, groupOf, includePurchased }) => {
  if (history === null || SHOWS_WHAT_WAS_BOUGHT.has(intent) || includePurchased === true) return ANY;
  const bought = recentlyBought(shop, history, now);
  if (bought.size === 0) return ANY;
  const groups = groupsOf(bought, groupOf);
  return (id) => !bought.has(id) && (groups.size === 0 || !groups.has(groupOf?.(id)));
};

const ANY = () => true;
const TAKES_PRODUCTS: ReadonlySet<Intent> = new Set<Intent>(['SIMILAR', 'COMPLEMENTARY', 'BASKET']);
const SHOWS_WHAT_WAS_BOUGHT: ReadonlySet<Intent> = new Set<Intent>(['BUY_AGAIN', 'RECENTLY_VIEWED']);

const FILTERS: readonly ProductFilter[] = [intentRules, repurchaseRhythm, eligibility];

/** Returns the variant groups that the given products belong to. */
function groupsOf(productIds: Iterable<string>, groupOf: RecommendInput['groupOf']): Set<string | null | undefined> {
  const groups = new Set(groupOf === undefined ? [] : Array.from(productIds, groupOf));
  groups.delete(null);
  return groups;
}

/** Returns the candidates that pass the filters, with boosted scores. */
function withBoost(
  list: CandidateList,
  scale: ScoreScale,
  factorOf: (productId: string) => number,
  passes: (productId: string) => boolean,
): CandidateList {
  const positions = Array.from({ length: list.size }, (_, at) => at).filter((at) => passes(list.idAt(at)));
  return {
    size: positions.length,
    scores: positions.map((at) => boostedScore(list.scores[at], factorOf(list.idAt(at)), scale)),
    productAt: (at) => list.productAt(positions[at]),
    idAt: (at) => list.idAt(positions[at]),
  };
}

/**
 * Computes one ranked list. Each intent has a sequence of fallback stages, which give scored candidates. The list takes
 * the best candidates of the first stage that pass every filter. While it is too short, the next stage fills it. A list
 * contains only the best variant of a group, and no variant of the products of the page or cart. RECENTLY_VIEWED may
 * contain several variants. The same input gives the same list.
 * @returns at most `limit` distinct products, best first
 */
export function buildList(input: RecommendInput): RankedProduct[] {
  const { limit, boost: factorOf, reasons: withReasons = true, intent } = input;
  const groupOf = intent === 'RECENTLY_VIEWED' ? undefined : input.groupOf;
  const ranked: RankedProduct[] = [];
  const listedIds = new Set<string>();
  const listedGroups = groupsOf(TAKES_PRODUCTS.has(intent) ? input.productIds : [], groupOf);
  const predicates = FILTERS.map((filter) => filter(input));
  const isUnlisted = (id: string): boolean =>
    !listedIds.has(id) && (listedGroups.size === 0 || !listedGroups.has(groupOf?.(id)));
  const passes = (id: string): boolean => isUnlisted(id) && predicates.every((predicate) => predicate(id));
  for (const stage of fallbackStagesOf(input)) {
    if (ranked.length >= limit) break;
    const unboosted = stage.candidates();
    const list = factorOf == null ? unboosted : withBoost(unboosted, stage.scale, factorOf, passes);
    for (const at of pickBest(list, limit - ranked.length, factorOf == null ? passes : isUnlisted, groupOf)) {
      const productId = list.idAt(at);
      const group = groupOf?.(productId);
      if (group != null) listedGroups.add(group);
      listedIds.add(productId);
      const reasons = withReasons ? stage.reasons({ productId, product: list.productAt(at) }) : [];
      ranked.push({
        productId,
        score: list.scores[at],
        reasons: factorOf == null || !withReasons ? reasons : boostedReasons(reasons, factorOf(productId)),
      });
    }
  }
  return ranked;
}

/**
 * Returns the stages of the request's intent, in order. Lists for all customers, and for one, end with popular and then
 * the newest products. A list for given products has fewer products rather than unrelated ones.
 */
function fallbackStagesOf(input: RecommendInput): FallbackStage[] {
  const { history } = input;
  const popular = shopStage(input, popularity);
  const newest = newestStage(input);
  switch (input.intent) {
    case 'PERSONAL':
      // For a visitor without history, the currently popular products are the best prediction.
      return history !== null && history.size > 0
        ? [personalStage(input, history), popular, newest]
        : [popular, newest];
    case 'SIMILAR':
      return [similarStage(input), boughtTogetherStage(input), sameCategoryStage(input)];
    case 'COMPLEMENTARY':
    case 'BASKET': {
      const basketStages = input.intent === 'BASKET' && input.basket != null ? [basketStage(input, input.basket)] : [];
      return [...basketStages, boughtTogetherStage(input), similarStage(input), sameCategoryStage(input)];
    }
    case 'BUY_AGAIN':
      // No fallback, because only bought products can be bought again.
      return history === null ? [] : [personalStage(input, history, true)];
    case 'TRENDING':
      return [shopStage(input, trending), popular, newest];
    case 'POPULAR':
      return [popular, newest];
    case 'NEW':
      return [newProductsStage(input), newest];
    case 'RECENTLY_VIEWED':
      return [recentlyViewedStage(input)];
  }
}
