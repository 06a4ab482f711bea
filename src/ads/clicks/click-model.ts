import type { HashedLogistic } from '../../learn/hashed-logistic';
import { probabilityOfLogOdds } from '../../learn/log-odds';
import {
  lineItemFeatures,
  listFeatures,
  productFeatures,
  queryProductFeature,
  type AdFeatures,
  type ClickPredictor,
  type HashedFeatures,
} from './ad-features';

/** Log-odds are bounded, so that no ad has a probability of 0 or 1: the auction divides by it. */
const MAX_LOG_ODDS = 14;
/** Sums of a placement's products, or of a slot's line items, that are in memory at a time. */
const MAX_SUMS = 20_000;

interface ProductSum {
  readonly categories: readonly string[];
  readonly productHash: number;
  readonly sum: number;
}

/**
 * The click model of a version, which serves. The log-odds of an ad are the intercept and the sums of weights of its
 * list, its product, its line item, and the cross of query and product. The sums are stored, because hashing takes most
 * of the time of a prediction, and a decision makes hundreds.
 */
export class ClickModel implements ClickPredictor {
  private list = { placement: '', query: '', slot: 0, queryHash: 0, sum: 0 };
  /** By placement and product. */
  private readonly products = new Map<string, Map<string, ProductSum>>();
  /** By slot and number of the line item. */
  private readonly lineItems: Map<number, { readonly advertiserId: string; readonly sum: number }>[] = [];

  constructor(private readonly weights: HashedLogistic) {}

  predict(ad: AdFeatures, slot: number): number {
    const list = this.listOf(ad, slot);
    const product = this.productOf(ad);
    let odds = this.weights.intercept + list.sum + product.sum + this.lineItemSum(ad, slot);
    if (ad.query !== '') odds += this.weights.weightOf(queryProductFeature(list.queryHash, product.productHash));
    return probabilityOfLogOdds(bounded(odds));
  }

  private listOf({ placement, query }: AdFeatures, slot: number) {
    const { list } = this;
    if (list.slot === slot && list.placement === placement && list.query === query) return list;
    const features = listFeatures({ placement, query }, slot);
    return (this.list = { placement, query, slot, queryHash: features.queryHash ?? 0, sum: this.sumOf(features) });
  }

  private productOf(ad: AdFeatures): ProductSum {
    const { placement, productId, categories } = ad;
    const products = this.products.get(placement) ?? new Map<string, ProductSum>();
    const known = products.get(productId);
    if (known?.categories === categories) return known;
    const features = productFeatures(ad);
    const product = { categories, productHash: features.productHash, sum: this.sumOf(features) };
    this.products.set(placement, withEntry(products, productId, product));
    return product;
  }

  private lineItemSum(ad: AdFeatures, slot: number): number {
    const { lineItem, advertiserId } = ad;
    const lineItems = (this.lineItems[slot] ??= new Map());
    const known = lineItems.get(lineItem);
    if (known?.advertiserId === advertiserId) return known.sum;
    const sum = this.sumOf(lineItemFeatures(ad, slot));
    withEntry(lineItems, lineItem, { advertiserId, sum });
    return sum;
  }

  private sumOf({ singles, crosses }: HashedFeatures): number {
    return this.weights.sum(singles) + this.weights.sum(crosses);
  }
}

/** Adds a sum, and removes all others if there are too many. */
function withEntry<K, V>(sums: Map<K, V>, key: K, value: V): Map<K, V> {
  if (sums.size >= MAX_SUMS) sums.clear();
  return sums.set(key, value);
}

/** Returns the log-odds of a click that the model serves. @param hashes see `HashedLogistic` */
export function boundedLogOdds(weights: HashedLogistic, hashes: Uint32Array): number {
  return bounded(weights.logOdds(hashes));
}

function bounded(logOdds: number): number {
  return Math.min(Math.max(logOdds, -MAX_LOG_ODDS), MAX_LOG_ODDS);
}
