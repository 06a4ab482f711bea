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
/** Maximum number of stored sums of products, and of line items. */
const MAX_SUMS = 50_000;

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
  private productCount = 0;
  /** By slot and number of the line item. */
  private lineItems: Map<number, { readonly advertiserId: string; readonly sum: number }>[] = [];
  private lineItemCount = 0;

  constructor(
    private readonly weights: HashedLogistic,
    private readonly maxSums = MAX_SUMS,
  ) {}

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
    const known = this.products.get(placement)?.get(productId);
    if (known?.categories === categories) return known;
    if (this.productCount++ >= this.maxSums) {
      this.products.clear();
      this.productCount = 1;
    }
    const products = this.products.get(placement) ?? new Map<string, ProductSum>();
    const features = productFeatures(ad);
    const product = { categories, productHash: features.productHash, sum: this.sumOf(features) };
    this.products.set(placement, products.set(productId, product));
    return product;
  }

  private lineItemSum(ad: AdFeatures, slot: number): number {
    const { lineItem, advertiserId } = ad;
    const known = this.lineItems[slot]?.get(lineItem);
    if (known?.advertiserId === advertiserId) return known.sum;
    if (this.lineItemCount++ >= this.maxSums) {
      this.lineItems = [];
      this.lineItemCount = 1;
    }
    const sum = this.sumOf(lineItemFeatures(ad, slot));
    (this.lineItems[slot] ??= new Map()).set(lineItem, { advertiserId, sum });
    return sum;
  }

  private sumOf({ singles, crosses }: HashedFeatures): number {
    return this.weights.sum(singles) + this.weights.sum(crosses);
  }
}

/** Returns the log-odds of a click that the model serves. @param hashes see `HashedLogistic` */
export function boundedLogOdds(weights: HashedLogistic, hashes: Uint32Array): number {
  return bounded(weights.logOdds(hashes));
}

function bounded(logOdds: number): number {
  return Math.min(Math.max(logOdds, -MAX_LOG_ODDS), MAX_LOG_ODDS);
}
