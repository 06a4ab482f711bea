import { HAND_SET, RANKING_VERSION, type RankingModel } from './log-linear';
import { OwnScores } from './own-scores';

/** The ranking for one query. */
export interface QueryRanker {
  readonly model: RankingModel;
  /** The `modelVersion` of responses. */
  readonly version: string;
  /** Click evidence by product of the query; undefined for none. */
  readonly clicks: ReadonlyMap<string, number> | undefined;
  readonly own: OwnScores;
}

/** Returns the ranking with the default weights, which needs no clicks. */
export function handSetRanker(): QueryRanker {
  return { model: HAND_SET, version: RANKING_VERSION, clicks: undefined, own: new OwnScores() };
}
