import { easeScores, rebuildEase } from '../../../learn/ease';
import type { Kernels } from '../../../learn/wasm';
import { binaryHistories } from './binary-histories';
import type { TemporalSplit } from '../protocol';
import { bestProducts, type CustomerRanker } from './baseline';

const LAMBDA = 300;

/** EASE (Steck 2019) on the binary matrix customers × products. */
export function easeBaseline(split: TemporalSplit, kernels: Kernels, lambda: number = LAMBDA): CustomerRanker {
  const histories = binaryHistories(split);
  const ease = rebuildEase(histories.matrix, lambda, kernels);
  return {
    model: 'ease',
    rank: (customer, masked) => bestProducts(easeScores(ease, { members: histories.productsOf(customer) }), masked),
  };
}
