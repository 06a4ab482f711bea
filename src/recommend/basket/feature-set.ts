import type { BasketCandidates } from './basket-candidates';
import type { BasketScene } from './basket-scene';
import type { BasketFeature, FeatureBlock, FeatureTable } from './feature-table';
import { HISTORY_FEATURES } from './history-features';
import { CO_INTEREST_FEATURES, CO_PURCHASE_FEATURES } from './pair-features';
import { PRODUCT_FEATURES, TASTE_FEATURES } from './product-features';
import { BASKET_SCORE_FEATURES, HISTORY_SCORE_FEATURES } from './score-features';
import { sizeFeatures } from './size-features';

const PLAIN: readonly FeatureBlock[] = [
  CO_PURCHASE_FEATURES,
  CO_INTEREST_FEATURES,
  ...BASKET_SCORE_FEATURES,
  PRODUCT_FEATURES,
  TASTE_FEATURES,
];
const featuresOf = (blocks: readonly FeatureBlock[]): BasketFeature[] => blocks.flatMap(({ features }) => features);

const OF_BASKET: readonly FeatureBlock[] = [...PLAIN, sizeFeatures(featuresOf(PLAIN))];
const OF_HISTORY: readonly FeatureBlock[] = [HISTORY_FEATURES, ...HISTORY_SCORE_FEATURES];

/** All features, in the order of a row's columns. Features that do not need a customer history come first. */
export const BASKET_FEATURES: readonly BasketFeature[] = featuresOf([...OF_BASKET, ...OF_HISTORY]);
/** Number of features that do not need a customer history. */
export const ANONYMOUS_FEATURES = featuresOf(OF_BASKET).length;

/** Fills a row for each candidate. The history columns of an anonymous basket stay 0. */
export function fillBasketFeatures(scene: BasketScene, candidates: BasketCandidates, table: FeatureTable): void {
  table.reset(candidates.count);
  let column = 0;
  for (const block of scene.profile === null ? OF_BASKET : [...OF_BASKET, ...OF_HISTORY]) {
    block.fill(scene, candidates, table, column);
    column += block.features.length;
  }
}
