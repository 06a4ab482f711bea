import { itemFeatureCacheOf, ITEM_COLUMNS } from '../../../../src/features/item-feature-cache';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import { shopScoresOf } from '../../../../src/recommend/serving/shop-scores';
import { ShopState } from '../../../../src/live-state/shop-state';
import { SHOP_SOURCES } from '../../../../src/recommend/sources';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const MINUTE = 60_000;
const log = syntheticPurchases(60, 50, 120);

/** Compares what is cached of a shop with what is computed again from the same state. */
function expectCurrent(shop: ShopState, now: number): void {
  const products = Int32Array.from({ length: shop.products.size }, (_, product) => product);
  const kept = itemFeatureCacheOf(shop.stats);
  kept.prepare(products, shop.products.size, now);
  const anew = ShopState.decode(shop.encode());
  const fresh = itemFeatureCacheOf(anew.stats);
  fresh.prepare(products, shop.products.size, now);
  for (const product of products) {
    for (const column of Object.values(ITEM_COLUMNS)) {
      expect(kept.get(product, column)).toBe(fresh.get(product, column));
    }
    const month = shop.stats.month.read(product, Math.floor(now / MINUTE) * MINUTE);
    expect(kept.get(product, ITEM_COLUMNS.logMonth)).toBe(Math.log1p(month));
  }
  for (const source of SHOP_SOURCES) {
    const scores = shopScoresOf(shop, source, now);
    const again = shopScoresOf(anew, source, now);
    expect(Array.from(scores.best)).toEqual(Array.from(again.best));
    for (const product of products) expect(scores.values[product]).toBe(again.values[product]);
  }
}

describe('cached values of a shop', () => {
  it('equal values computed again, after events, deltas and time', () => {
    const learner = new LearnerState();
    log.slice(0, 300).forEach((event) => learner.apply(event));
    const follower = ShopState.decode(learner.encode().shop);
    learner.drainDelta();
    for (let from = 300; from < 600; from += 60) {
      log.slice(from, from + 60).forEach((event) => learner.apply(event));
      expectCurrent(learner.shop, learner.shop.clock);
      follower.applyDelta(learner.drainDelta());
      expectCurrent(follower, follower.clock);
      expectCurrent(follower, follower.clock + 3 * MINUTE);
    }
  });
});
