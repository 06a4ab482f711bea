import type { ActiveModel } from '../../models/active-model.service';
import { DEFAULT_RANKING_MODEL, RANKING_VERSION } from './log-linear';
import { hashedQuery } from './logged-search';
import { ProductScores } from './product-scores';
import type { QueryRanker } from './query-ranker';
import type { RankingArtefact } from './ranking-artefact';

/** The ranking that this process uses: the active fitted version, or the default weights if no version is active. */
export class SearchRanker {
  private readonly productScores = new ProductScores();

  constructor(private readonly active: Pick<ActiveModel<RankingArtefact>, 'current' | 'version' | 'watch'>) {}

  /** Returns the ranking for a query. @param query as typed */
  forQuery(query: string): QueryRanker {
    const { current, version } = this.active;
    const model = current?.model ?? DEFAULT_RANKING_MODEL;
    return {
      model,
      version: current === null ? RANKING_VERSION : (version as string),
      clicks: model.clicks.of(hashedQuery(query)),
      productScores: this.productScores,
    };
  }

  /** Calls back when another version becomes active, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.active.watch(changed);
  }
}
