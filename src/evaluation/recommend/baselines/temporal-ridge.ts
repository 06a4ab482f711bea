import { ScoreVector } from '../../../recommend/artefact/score-vector';
import type { TemporalRidgeModel } from '../../../recommend/artefact/temporal-ridge-model';
import { productsByCustomer, type TemporalSplit } from '../protocol';
import { bestProducts, type CustomerRanker } from './baseline';

/**
 * Ranks by the {@link TemporalRidgeModel} alone, a ridge regression of the purchases of a window on the history
 * before it. For ranking, the history is all products that the customer bought before the test window.
 */
export function temporalRidgeBaseline(split: TemporalSplit, model: TemporalRidgeModel | null): CustomerRanker {
  const historyByCustomer = productsByCustomer(split.training);
  const scores = new ScoreVector();
  return {
    model: 'temporal-ridge',
    rank(customer, masked) {
      scores.reset(split.products.size);
      model?.score(split.products, Int32Array.from(historyByCustomer.get(customer) ?? []), scores);
      return bestProducts(scores.values.subarray(0, split.trainingProductCount), masked);
    },
  };
}
