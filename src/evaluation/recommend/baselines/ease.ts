import { easeScores, rebuildEase, type Ease } from '../../../learn/ease';
import type { Kernels } from '../../../learn/wasm';
import { binaryHistories } from './binary-histories';
import type { TemporalSplit } from '../protocol';
import { rankBy, type ScoringRanker } from './baseline';
import { ranksOf, timedHistories } from './recent-history';

const LAMBDA = 300;

/** EASE (Steck 2019) on the binary matrix customers × products. */
export function easeBaseline(split: TemporalSplit, kernels: Kernels, lambda?: number): ScoringRanker {
  return easeRanker(split, fitEase(split, kernels, lambda));
}

export function fitEase(split: TemporalSplit, kernels: Kernels, lambda: number = LAMBDA): Ease {
  return rebuildEase(binaryHistories(split).matrix, lambda, kernels);
}

export function easeRanker(split: TemporalSplit, ease: Ease): ScoringRanker {
  const { productsOf } = binaryHistories(split);
  return rankBy('ease', (customer) => easeScores(ease, { members: productsOf(customer) }));
}

/**
 * EASE of a recent history: the products of the newest time have weight 1, and the others (1 + r)^−power, where r is
 * the number of distinct newer times.
 */
export function recentEaseRanker(split: TemporalSplit, ease: Ease, power = 1): ScoringRanker {
  const historyOf = timedHistories(split);
  return rankBy('recent-ease', (customer) => {
    const { products, times } = historyOf(customer);
    const weights = ranksOf(times).map((rank) => Math.pow(1 + rank, -power));
    return easeScores(ease, { members: products, weights });
  });
}
