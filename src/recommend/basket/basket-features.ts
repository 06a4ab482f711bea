import type { BasketCandidates } from './basket-candidates';
import type { BasketContext } from './basket-context';
import type { BasketFeature, BasketFeatureBlock, FeatureTable } from './feature-table';
import { HISTORY_FEATURES } from './history-features';
import { CO_INTEREST_FEATURES, CO_PURCHASE_FEATURES } from './pair-features';
import { PRODUCT_FEATURES, TASTE_FEATURES } from './product-features';
import { BASKET_SCORE_FEATURES, HISTORY_SCORE_FEATURES } from './score-features';
import { sizeFeatures } from './size-features';

const UNSIZED_BLOCKS: readonly BasketFeatureBlock[] = [
  CO_PURCHASE_FEATURES,
  CO_INTEREST_FEATURES,
  ...BASKET_SCORE_FEATURES,
  PRODUCT_FEATURES,
  TASTE_FEATURES,
];
const featuresOf = (blocks: readonly BasketFeatureBlock[]): BasketFeature[] =>
  blocks.flatMap(({ features }) => features);

const BASKET_BLOCKS: readonly BasketFeatureBlock[] = [...UNSIZED_BLOCKS, sizeFeatures(featuresOf(UNSIZED_BLOCKS))];
const HISTORY_BLOCKS: readonly BasketFeatureBlock[] = [HISTORY_FEATURES, ...HISTORY_SCORE_FEATURES];

/** All features, in the order of a row's columns. Features that do not need a customer history come first. */
export const BASKET_FEATURES: readonly BasketFeature[] = featuresOf([...BASKET_BLOCKS, ...HISTORY_BLOCKS]);
/** Number of features that do not need a customer history. */
export const ANONYMOUS_FEATURE_COUNT = featuresOf(BASKET_BLOCKS).length;

/** Fills a row for each candidate. The history columns of an anonymous basket stay 0. */
export function fillBasketFeatures(basket: BasketContext, candidates: BasketCandidates, table: FeatureTable): void {
  table.reset(candidates.count);
  let column = 0;
  for (const block of basket.profile === null ? BASKET_BLOCKS : [...BASKET_BLOCKS, ...HISTORY_BLOCKS]) {
    block.fill(basket, candidates, table, column);
    column += block.features.length;
  }
}
