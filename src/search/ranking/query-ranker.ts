import { HAND_SET, RANKING_VERSION, type RankingModel } from './log-linear';
import { OwnScores } from './own-scores';

/** A ranking, as one query is ranked by it. */
export interface QueryRanker {
  readonly model: RankingModel;
  /** As answers state it. */
  readonly version: string;
  /** What clicks say of the query's products; undefined for nothing. */
  readonly clicks: ReadonlyMap<string, number> | undefined;
  readonly own: OwnScores;
}

/** What needs no clicks. */
export function handSetRanker(): QueryRanker {
  return { model: HAND_SET, version: RANKING_VERSION, clicks: undefined, own: new OwnScores() };
}
