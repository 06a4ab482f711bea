import type { PurchasedProduct } from '../recommend/history';
import { AFFINITY_FEATURES } from './affinity-features';
import { CUSTOMER_FEATURES } from './customer-features';
import type { Feature, FeatureContext, FeatureValue } from './feature';
import { ITEM_FEATURES } from './item-features';
import { PERSONAL_FEATURES } from './personal-features';

/** All features of the blend; the order is the order of a row's columns. */
export const FEATURES: readonly Feature[] = [
  ...PERSONAL_FEATURES,
  ...AFFINITY_FEATURES,
  ...ITEM_FEATURES,
  ...CUSTOMER_FEATURES,
];

/** Fills one candidate's row (length `FEATURES.length`). */
export type FeatureRow = (product: number, bought: PurchasedProduct | undefined, out: Float64Array) => void;

export function featureRows(context: FeatureContext): FeatureRow {
  const values: FeatureValue[] = FEATURES.map((feature) => feature.prepare(context));
  return (product, bought, out) => {
    for (let f = 0; f < values.length; f++) out[f] = values[f](product, bought);
  };
}
