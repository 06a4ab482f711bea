import { MS_PER_DAY } from '../../learn/durations';
import { TopK } from '../../learn/select';
import { completeBasket, weightByEase } from '../serving/basket-completion';
import { ScoreVector } from '../artefact/score-vector';
import type { BasketContext } from './basket-context';

/** For each source of scores: how many of the best products outside the basket become candidates. */
const CANDIDATES_BY_SOURCE = {
  /** `completion` is the score of {@link completeBasket}; `weighed` is the same score, weighted by EASE. */
  completion: 150,
  weighed: 150,
  ease: 100,
  ridge: 100,
  shares: 100,
  'co-interest': 60,
  month: 40,
  week: 40,
  // Only for a known customer:
  'own-frequency': 300,
  'own-ease': 40,
  'temporal-ridge': 60,
} as const;

export type BasketSource = keyof typeof CANDIDATES_BY_SOURCE;

const SOURCES = Object.keys(CANDIDATES_BY_SOURCE) as BasketSource[];
const INTEREST_HALF_LIFE_DAYS = 120;

const ADMIT_ALL = () => true;

/**
 * The candidates for one basket: the scores of every source, and the union of the best products of each source. An
 * instance is reused between requests, and its contents are valid until the next `collect`.
 */
export class BasketCandidates {
  readonly scores: Readonly<Record<BasketSource, ScoreVector>> = emptyScores();
  /** Distinct product indexes; only the first `count` are valid. */
  products = new Int32Array(256);
  count = 0;
  private readonly union = new ScoreVector();
  private readonly inBasket = new ScoreVector();
  private readonly topProducts = new TopK(Math.max(...Object.values(CANDIDATES_BY_SOURCE)));

  /**
   * Collects the candidates. Their order depends only on the shop's state, the basket and the customer's history.
   * @param admits returns false for products that must not be candidates
   */
  collect(basket: BasketContext, admits: (product: number) => boolean = ADMIT_ALL): void {
    const products = basket.shop.products.size;
    this.union.reset(products);
    this.inBasket.reset(products);
    for (const source of SOURCES) this.scores[source].reset(products);
    for (const item of basket.items) this.inBasket.add(item, 1);
    this.scoreBasket(basket);
    this.scorePopularity(basket);
    this.scoreHistory(basket);
    for (const source of SOURCES) this.addBest(source, admits);
    const union = this.union.scoredProducts();
    this.count = union.length;
    if (this.count > this.products.length) this.products = new Int32Array(this.count * 2);
    this.products.set(union);
  }

  private scoreBasket({ shop, models, affinities, items }: BasketContext): void {
    const { completion, weighed, ease, ridge, shares, 'co-interest': coInterest } = this.scores;
    completeBasket(shop.purchase, items, completion);
    for (const product of completion.scoredProducts()) weighed.add(product, completion.values[product]);
    if (models.ease !== null) {
      weightByEase(models.ease, shop.products, items, weighed);
      models.ease.addScores(shop.products, items, { out: ease });
    }
    affinities?.ridge.addScores(shop.products, items, { out: ridge });
    affinities?.shares.addScores(shop.products, items, { out: shares });
    for (const item of items) {
      const { candidates, similarities, length } = shop.interestNeighbours.candidatesOf(item);
      coInterest.addMany(candidates, similarities, length, 1);
    }
  }

  private scorePopularity({ shop: { products, stats } }: BasketContext): void {
    const { month, week } = this.scores;
    for (let product = 0; product < products.size; product++) {
      month.add(product, stats.month.relative(product));
      week.add(product, stats.week.relative(product));
    }
  }

  private scoreHistory({ shop, models, profile }: BasketContext): void {
    if (profile === null) return;
    const { 'own-frequency': frequency, 'own-ease': ease, 'temporal-ridge': ridge } = this.scores;
    for (const [product, { orderTimes }] of profile.purchases) {
      for (const time of orderTimes) {
        const age = Math.max(0, profile.now - time) / MS_PER_DAY;
        frequency.add(product, 0.5 + 0.5 * Math.pow(2, -age / INTEREST_HALF_LIFE_DAYS));
      }
    }
    const weights = profile.interestAges.map((age) => Math.pow(2, -age / INTEREST_HALF_LIFE_DAYS));
    models.ease?.addScores(shop.products, profile.interests, { out: ease, weights });
    models.temporalRidge?.score(shop.products, profile.interests, ridge);
  }

  private addBest(source: BasketSource, admits: (product: number) => boolean): void {
    const { topProducts, inBasket, union } = this;
    const vector = this.scores[source];
    const { values } = vector;
    topProducts.reset(CANDIDATES_BY_SOURCE[source]);
    let threshold = 0;
    for (const product of vector.scoredProducts()) {
      const value = values[product];
      // The score is checked first, because most products score far below the threshold.
      if (!(value > 0) || value < threshold || inBasket.has(product) || !admits(product)) continue;
      topProducts.offer(product, value);
      threshold = topProducts.threshold();
    }
    for (const product of topProducts.selected()) union.add(product, 1);
  }
}

function emptyScores(): Record<BasketSource, ScoreVector> {
  return Object.fromEntries(SOURCES.map((source) => [source, new ScoreVector()])) as Record<BasketSource, ScoreVector>;
}
