import { DEFAULT_RANKING_MODEL, RANKING_VERSION, type RankingModel } from './log-linear';
import { ProductScores } from './product-scores';

/** The ranking for one query. */
export interface QueryRanker {
  readonly model: RankingModel;
  /** The `modelVersion` of responses. */
  readonly version: string;
  /** The click evidence for this query, by product id; undefined if no product has any. */
  readonly clicks: ReadonlyMap<string, number> | undefined;
  readonly productScores: ProductScores;
}

/** Returns the ranking with the default weights, which needs no clicks. */
export function defaultRanker(): QueryRanker {
  return {
    model: DEFAULT_RANKING_MODEL,
    version: RANKING_VERSION,
    clicks: undefined,
    productScores: new ProductScores(),
  };
}
