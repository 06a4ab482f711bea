import type { CalibrationFigures } from '../../learn/calibration';
import type { ListMetrics, MetricsTotal } from './metrics';

/**
 * What is predicted. `repeat`: all products that a customer buys. `new`: only those that the customer has not bought
 * before. `basket`: one product of an order, from all other products of the order. `basket-one`: the same product, from
 * only one other product. The modes with `-known` use the customer's history, too.
 */
export type Mode = 'repeat' | 'new' | 'basket' | 'basket-one' | 'basket-known' | 'basket-one-known';

/** One line of the report: means over its lists. For the figures see {@link MetricsTotal}. */
export interface EvaluationRow extends ListMetrics {
  readonly model: string;
  readonly mode: Mode;
  /** Number of evaluated customers or baskets. */
  readonly customers: number;
  readonly coverage: number;
  readonly novelty: number;
  /** Share of lists that are empty. */
  readonly empty: number;
  readonly fitSeconds: number;
  /** Calibration over all candidates of all customers, for a model that gives probabilities. */
  readonly calibration?: CalibrationFigures;
  /** For Freshet: by how much its mean NDCG@10 exceeds that of the best other model. */
  readonly difference?: PairedDifference;
}

/** How much larger a model's mean NDCG@10 is than that of another one on the same lists. */
export interface PairedDifference {
  /** The other model. */
  readonly model: string;
  readonly mean: number;
  /** 95 % interval of the mean, by a bootstrap that draws customers. */
  readonly low: number;
  readonly high: number;
}

/** The lists of one model in one mode, in the same order for all models. */
export interface EvaluatedLists {
  readonly row: EvaluationRow;
  /** NDCG@10 of each list. */
  readonly ndcg10: ArrayLike<number>;
  /** The customer of each list. */
  readonly customers: ArrayLike<number>;
}

export function listsOf(model: string, mode: Mode, total: MetricsTotal, fitSeconds: number): EvaluatedLists {
  const { emptyShare, ...means } = total.means();
  const row = { model, mode, customers: total.listCount, ...means, empty: emptyShare, fitSeconds };
  return { row, ndcg10: total.ndcg10, customers: total.customersOfLists };
}
