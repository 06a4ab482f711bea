import { easeScores, rebuildEase } from '../../../learn/ease';
import type { Kernels } from '../../../learn/wasm';
import { historiesOf } from './binary-histories';
import type { TemporalSplit } from '../protocol';
import { best, type CustomerRanker } from './baseline';

const LAMBDA = 300;

/** EASE (Steck 2019) on the binary matrix customers × products. */
export function easeBaseline(split: TemporalSplit, kernels: Kernels, lambda: number = LAMBDA): CustomerRanker {
  const histories = historiesOf(split);
  const ease = rebuildEase(histories.matrix, lambda, kernels);
  return {
    model: 'ease',
    rank: (customer, masked) => best(easeScores(ease, { members: histories.of(customer) }), masked),
  };
}
