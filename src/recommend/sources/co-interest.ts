import { similarity } from '../neighbour-thresholds';
import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';
import { RowReader } from './row-reader';
import type { Source } from './source';

const row = new RowReader();

/** Adds weight · s_ij for every candidate j that has `item` among its nearest neighbours. */
function addNeighbours(shop: ShopState, item: number, weight: number, out: ScoreVector): void {
  const { interest, neighbours } = shop;
  const cells = row.read(interest, item);
  const root = interest.rootN(item);
  for (let at = 0; at < cells; at++) {
    const candidate = row.keys[at];
    const s = similarity(row.counts[at], root, interest.rootN(candidate));
    if (s >= neighbours.threshold(candidate)) out.add(candidate, weight * s);
  }
}

/** Item kNN over all the customer is interested in (Deshpande & Karypis 2004): "customers like you also want". */
export const coInterest: Source = {
  name: 'co-interest',
  score(shop, profile, out) {
    for (const item of profile.interests) addNeighbours(shop, item, 1, out);
  },
};

const RECENT_HALF_LIFE = 60;

/** The same with interest that halves every 60 days: what the customer has been after lately. */
export const recentCoInterest: Source = {
  name: 'recent-co-interest',
  score(shop, profile, out) {
    profile.interests.forEach((item, i) => {
      addNeighbours(shop, item, Math.pow(2, -profile.interestAges[i] / RECENT_HALF_LIFE), out);
    });
  },
};

/** One row: what is like this product. Every neighbour counts here, since one row needs no truncation. */
export function similarTo(shop: ShopState, item: number, out: ScoreVector): void {
  const { interest } = shop;
  const cells = row.read(interest, item);
  const root = interest.rootN(item);
  for (let at = 0; at < cells; at++) {
    out.add(row.keys[at], similarity(row.counts[at], root, interest.rootN(row.keys[at])));
  }
}

/** The history item that speaks most for the candidate; −1 without any. */
export function strongestNeighbour(shop: ShopState, history: Int32Array, candidate: number): number {
  const { interest } = shop;
  let best = -1;
  let bestSimilarity = 0;
  for (const item of history) {
    if (item === candidate) continue;
    const s = similarity(interest.count(item, candidate), interest.rootN(item), interest.rootN(candidate));
    if (s > bestSimilarity) {
      best = item;
      bestSimilarity = s;
    }
  }
  return best;
}
