import { AFFINITY_FEATURES } from './affinity-features';
import { CUSTOMER_FEATURES } from './customer-features';
import type { FeatureBlock, FeatureContext, FeatureGroup } from './feature';
import { ITEM_FEATURES } from './item-features';
import { PERSONAL_FEATURES } from './personal-features';

const BLOCKS: readonly FeatureBlock[] = [
  PERSONAL_FEATURES,
  ...AFFINITY_FEATURES,
  ...ITEM_FEATURES,
  ...CUSTOMER_FEATURES,
];

export interface Feature {
  readonly name: string;
  readonly group: FeatureGroup;
}

/** All features of the blend; the order is the order of columns. */
export const FEATURES: readonly Feature[] = BLOCKS.flatMap(({ names, group }) =>
  names.map((name) => ({ name, group })),
);

/** Fills `out` (features × candidates, feature by feature) with what the candidates look like. */
export function fillFeatures(context: FeatureContext, out: Float64Array): void {
  let column = 0;
  for (const block of BLOCKS) {
    block.fill(context, out, column * context.candidates.length);
    column += block.names.length;
  }
}
