import { crossHash, featureHash } from '../../learn/feature-hash';
import { hashText32 } from '../../learn/hash-text';

/** What a click probability depends on, besides the slot. */
export interface AdFeatures {
  readonly placement: string;
  /** The stemmed words of the search, separated by spaces; empty for other lists. */
  readonly query: string;
  readonly productId: string;
  readonly categories: readonly string[];
  readonly lineItem: number;
  readonly advertiserId: string;
}

/** Predicts the probability that an ad is clicked. */
export interface ClickPredictor {
  /** @param slot from 1 */
  predict(ad: AdFeatures, slot: number): number;
}

/** Further categories of a product, and further words of a query, are no features. */
const MAX_CATEGORIES = 8;
const MAX_WORDS = 8;

const PLACEMENT = hashText32('placement');
const SLOT = hashText32('slot');
const PRODUCT = hashText32('product');
const LINE_ITEM = hashText32('line item');
const ADVERTISER = hashText32('advertiser');
const CATEGORY = hashText32('category');
const QUERY = hashText32('query');
const WORD = hashText32('word');

/** Hashed features: single ones, and crosses of two of them. */
export interface HashedFeatures {
  readonly singles: readonly number[];
  readonly crosses: readonly number[];
}

/** The features that all ads in a slot of a list share. @param slot from 1 */
export function listFeatures({ placement, query }: Pick<AdFeatures, 'placement' | 'query'>, slot: number) {
  const [placementHash, slotHash] = [featureHash(PLACEMENT, placement), featureHash(SLOT, String(slot))];
  const words = query === '' ? [] : [...new Set(query.split(' '))].slice(0, MAX_WORDS);
  const queryHash = query === '' ? undefined : featureHash(QUERY, query);
  const singles = [placementHash, slotHash, ...words.map((word) => featureHash(WORD, word))];
  if (queryHash !== undefined) singles.push(queryHash);
  return { singles, crosses: [crossHash(placementHash, slotHash)], queryHash };
}

/** The features that all ads of a product in a placement share. */
export function productFeatures({
  placement,
  productId,
  categories,
}: Pick<AdFeatures, 'placement' | 'productId' | 'categories'>) {
  const productHash = featureHash(PRODUCT, productId);
  const categoryHashes = categories.slice(0, MAX_CATEGORIES).map((category) => featureHash(CATEGORY, category));
  const crosses = [crossHash(productHash, featureHash(PLACEMENT, placement))];
  return { singles: [productHash, ...categoryHashes], crosses, productHash };
}

/** The cross of a query and a product. */
export function queryProductFeature(queryHash: number, productHash: number): number {
  return crossHash(queryHash, productHash);
}

/** The features that all ads of a line item in a slot share. @param slot from 1 */
export function lineItemFeatures(
  { lineItem, advertiserId }: Pick<AdFeatures, 'lineItem' | 'advertiserId'>,
  slot: number,
): HashedFeatures {
  const lineItemHash = featureHash(LINE_ITEM, String(lineItem));
  const crosses = [crossHash(lineItemHash, featureHash(SLOT, String(slot)))];
  return { singles: [lineItemHash, featureHash(ADVERTISER, advertiserId)], crosses };
}

/** All features of an ad in a slot. @param slot from 1 */
export function adFeatures(ad: AdFeatures, slot: number): HashedFeatures {
  const [list, product, lineItem] = [listFeatures(ad, slot), productFeatures(ad), lineItemFeatures(ad, slot)];
  const { queryHash } = list;
  const queryCross = queryHash === undefined ? [] : [queryProductFeature(queryHash, product.productHash)];
  return {
    singles: [...list.singles, ...product.singles, ...lineItem.singles],
    crosses: [...list.crosses, ...product.crosses, ...lineItem.crosses, ...queryCross],
  };
}
