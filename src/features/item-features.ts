import type { RankerFeatureBlock, FeatureGroup } from './feature';
import { ITEM_COLUMNS } from './item-feature-cache';

function itemFeature(name: string, group: FeatureGroup, column: number): RankerFeatureBlock {
  return {
    names: [name],
    group,
    fill({ candidates, items }, out, from) {
      for (let c = 0; c < candidates.length; c++) out[from + c] = items.get(candidates[c], column);
    },
  };
}

/** Features of a product that are the same for every customer. */
export const ITEM_FEATURES: readonly RankerFeatureBlock[] = [
  itemFeature('log week', 'trending', ITEM_COLUMNS.logWeek),
  itemFeature('log month', 'popularity', ITEM_COLUMNS.logMonth),
  itemFeature('log season', 'popularity', ITEM_COLUMNS.logSeason),
  itemFeature('log acquisitions', 'trending', ITEM_COLUMNS.logAcquisitions),
  itemFeature('log purchasers', 'popularity', ITEM_COLUMNS.logPurchasers),
  itemFeature('log age', 'novelty', ITEM_COLUMNS.logAge),
  itemFeature('new for a month', 'novelty', ITEM_COLUMNS.newForAMonth),
  itemFeature('repurchase rate', 'personal-frequency', ITEM_COLUMNS.repurchaseRate),
  itemFeature('log orders per purchaser', 'personal-frequency', ITEM_COLUMNS.logOrdersPerPurchaser),
];
