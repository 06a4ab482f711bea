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
/** Placement, slot, product, line item, advertiser and query. */
const SINGLES = 6;
/** Placement × slot, product × placement, line item × slot and query × product. */
const CROSSES = 4;
const MAX_FEATURES = SINGLES + MAX_CATEGORIES + MAX_WORDS + CROSSES;

const PLACEMENT = hashText32('placement');
const SLOT = hashText32('slot');
const PRODUCT = hashText32('product');
const LINE_ITEM = hashText32('line item');
const ADVERTISER = hashText32('advertiser');
const CATEGORY = hashText32('category');
const QUERY = hashText32('query');
const WORD = hashText32('word');

/**
 * Turns an ad in a slot into hashed features, for the fit and for serving alike. Reuse one instance: it keeps the hashes
 * of the latest placement and query, which the candidates of a decision share.
 */
export class AdFeatureHasher {
  /** The hashes of the latest ad: first {@link singles} single features, then crosses. */
  readonly hashes = new Uint32Array(MAX_FEATURES);
  /** Numbers of hashes of the latest ad, without and with its crosses. */
  singles = 0;
  length = 0;
  private placement: string | undefined;
  private placementHash = 0;
  private query = '';
  private queryHash = 0;
  private wordHashes: readonly number[] = [];

  /** Computes the hashes of an ad. @param slot from 1 */
  hash(ad: AdFeatures, slot: number): void {
    const { hashes } = this;
    if (ad.placement !== this.placement) {
      this.placement = ad.placement;
      this.placementHash = featureHash(PLACEMENT, ad.placement);
    }
    if (ad.query !== this.query) this.hashQuery(ad.query);
    const product = featureHash(PRODUCT, ad.productId);
    const lineItem = featureHash(LINE_ITEM, String(ad.lineItem));
    const slotHash = featureHash(SLOT, String(slot));
    let at = 0;
    hashes[at++] = this.placementHash;
    hashes[at++] = slotHash;
    hashes[at++] = product;
    hashes[at++] = lineItem;
    hashes[at++] = featureHash(ADVERTISER, ad.advertiserId);
    for (let k = 0; k < ad.categories.length && k < MAX_CATEGORIES; k++)
      hashes[at++] = featureHash(CATEGORY, ad.categories[k]!);
    if (ad.query !== '') hashes[at++] = this.queryHash;
    for (const word of this.wordHashes) hashes[at++] = word;
    this.singles = at;
    hashes[at++] = crossHash(this.placementHash, slotHash);
    hashes[at++] = crossHash(product, this.placementHash);
    hashes[at++] = crossHash(lineItem, slotHash);
    if (ad.query !== '') hashes[at++] = crossHash(this.queryHash, product);
    this.length = at;
  }

  private hashQuery(query: string): void {
    this.query = query;
    this.queryHash = featureHash(QUERY, query);
    const words = query === '' ? [] : [...new Set(query.split(' '))];
    this.wordHashes = words.slice(0, MAX_WORDS).map((word) => featureHash(WORD, word));
  }
}
