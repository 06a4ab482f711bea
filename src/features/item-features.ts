import type { FeatureBlock, FeatureGroup } from './feature';
import { ITEM_COLUMNS } from './item-figures';

function figure(name: string, group: FeatureGroup, column: number): FeatureBlock {
  return {
    names: [name],
    group,
    fill({ candidates, items }, out, from) {
      for (let c = 0; c < candidates.length; c++) out[from + c] = items.at(candidates[c], column);
    },
  };
}

/** Features of the product that are the same for every customer. */
export const ITEM_FEATURES: readonly FeatureBlock[] = [
  figure('log week', 'trending', ITEM_COLUMNS.logWeek),
  figure('log month', 'popularity', ITEM_COLUMNS.logMonth),
  figure('log season', 'popularity', ITEM_COLUMNS.logSeason),
  figure('log acquisitions', 'trending', ITEM_COLUMNS.logAcquisitions),
  figure('log purchasers', 'popularity', ITEM_COLUMNS.logPurchasers),
  figure('log age', 'novelty', ITEM_COLUMNS.logAge),
  figure('new for a month', 'novelty', ITEM_COLUMNS.newForAMonth),
  figure('repurchase rate', 'personal-frequency', ITEM_COLUMNS.repurchaseRate),
  figure('log orders per purchaser', 'personal-frequency', ITEM_COLUMNS.logOrdersPerPurchaser),
];
