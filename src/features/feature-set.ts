import { AFFINITY_FEATURES } from './affinity-features';
import { CUSTOMER_FEATURES } from './customer-features';
import type { RankerFeatureBlock, FeatureContext, FeatureGroup } from './feature';
import { ITEM_FEATURES } from './item-features';
import { itemFeatureCacheOf } from './item-feature-cache';
import { PERSONAL_FEATURES } from './personal-features';

export { RANK_LIMIT, type SourceScores } from './feature';

const BLOCKS: readonly RankerFeatureBlock[] = [
  PERSONAL_FEATURES,
  ...AFFINITY_FEATURES,
  ...ITEM_FEATURES,
  ...CUSTOMER_FEATURES,
];

export interface Feature {
  readonly name: string;
  readonly group: FeatureGroup;
}

/** All features of the ranker, in the order of the columns that {@link fillFeatures} writes. */
export const FEATURES: readonly Feature[] = BLOCKS.flatMap(({ names, group }) =>
  names.map((name) => ({ name, group })),
);

/** Writes the features of the candidates to `out`: one column per feature, each with one value per candidate. */
export function fillFeatures(observed: Omit<FeatureContext, 'items'>, out: Float64Array): void {
  const { shop, profile, candidates } = observed;
  const items = itemFeatureCacheOf(shop.stats);
  items.prepare(candidates, shop.products.size, profile.now);
  const context = { ...observed, items };
  let column = 0;
  for (const block of BLOCKS) {
    block.fill(context, out, column * context.candidates.length);
    column += block.names.length;
  }
}
