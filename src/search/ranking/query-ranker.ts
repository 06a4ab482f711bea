import { DEFAULT_RANKING_MODEL, RANKING_VERSION, type RankingModel } from './log-linear';
import { ProductScores } from './product-scores';

/** The ranking for one query. */
export interface QueryRanker {
  readonly model: RankingModel;
  /** The `modelVersion` of responses. */
  readonly version: string;
  /** Click evidence by product of the query; undefined for none. */
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
