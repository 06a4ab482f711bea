import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';
import { RowReader } from './row-reader';
import type { Source } from './source';

const row = new RowReader();

/** Orders that a pair must share before it counts in full. */
const SHRINK = 5;

/** Adds weight · c_ij / (√(n_i n_j) + shrink), from orders: what goes together, rather than what is alike. */
export function addBoughtTogether(shop: ShopState, item: number, weight: number, out: ScoreVector): void {
  const { purchase } = shop;
  const cells = row.read(purchase, item);
  const root = purchase.rootN(item);
  for (let at = 0; at < cells; at++) {
    const candidate = row.keys[at];
    out.add(candidate, (weight * row.counts[at]) / (root * purchase.rootN(candidate) + SHRINK));
  }
}

const HALF_LIFE = 60;
const DAY = 86_400_000;

/** What goes with the customer's purchases, the later ones first: each counts 2^(−age/60 d). */
export const coPurchase: Source = {
  name: 'co-purchase',
  score(shop, profile, out) {
    for (const [product, purchase] of profile.purchases) {
      const age = (profile.now - purchase.orderTimes[purchase.orderTimes.length - 1]) / DAY;
      addBoughtTogether(shop, product, Math.pow(2, -Math.max(0, age) / HALF_LIFE), out);
    }
  },
};

/** The product of `items` that is bought most often together with the candidate, for its size; −1 without any. */
export function strongestCompanion(shop: ShopState, items: Int32Array, candidate: number): number {
  const { purchase } = shop;
  let best = -1;
  let bestScore = 0;
  for (const item of items) {
    if (item === candidate) continue;
    const score = purchase.count(item, candidate) / (purchase.rootN(item) * purchase.rootN(candidate) + SHRINK);
    if (score > bestScore) {
      best = item;
      bestScore = score;
    }
  }
  return best;
}
