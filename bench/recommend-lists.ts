import { TopK } from '../src/learn/select';
import type { RankerModel } from '../src/recommend/artefact/ranker-model';
import type { CustomerHistory } from '../src/live-state/history';
import { buildList } from '../src/recommend/serving/build-list';
import { ScoreVector } from '../src/recommend/artefact/score-vector';
import type { ShopState } from '../src/live-state/shop-state';
import type { SourceModels } from '../src/recommend/sources/source';

export const TOP = 20;
const NONE: ReadonlySet<string> = new Set();

export type ListOf = (history: CustomerHistory) => unknown;

/** Returns a customer's top products from neighbours alone. */
export function neighboursOf(shop: ShopState): ListOf {
  const score = new ScoreVector();
  const best = new TopK(TOP);
  return (history) => {
    score.reset(shop.products.size);
    best.reset(TOP);
    for (const { productId } of history.interests()) {
      const item = shop.products.indexOf(productId);
      if (item < 0) continue;
      const { candidates, similarities, length } = shop.interestNeighbours.candidatesOf(item);
      score.addMany(candidates, similarities, length, 1);
    }
    score.offerTo(best, 0);
    return best.selected();
  };
}

/** Returns a customer's top products from the whole pipeline. */
export function pipelineOf(
  shop: ShopState,
  fitted: { readonly model: RankerModel; readonly sources: SourceModels } | undefined,
): ListOf {
  return (history) =>
    buildList({
      shop,
      history,
      intent: 'PERSONAL',
      productIds: [],
      exclude: NONE,
      eligible: () => true,
      blend: fitted?.model ?? null,
      models: fitted?.sources,
      now: shop.clock,
      limit: TOP,
    });
}
