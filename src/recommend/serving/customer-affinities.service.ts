import type { Identity } from '../../auth/identity';
import type { HistoriesReadModel } from '../../customers/histories.read-model';
import { subjectOf } from '../../events/log-event';
import type { ActiveModel } from '../../models/active-model.service';
import type { RankerArtefact } from '../artefact/ranker-artefact';
import type { EaseReadModel } from '../ease/ease.read-model';
import { personalReasons } from './explain';
import { PersonalRanking } from './personal-ranking';
import type { RankingReason } from './list-input';
import type { ShopStateReadModel } from '../../live-state/replication/shop-state.read-model';
import { liveModels } from '../sources/source';

export type { RankingReason } from './list-input';
export { reasonText } from './reason-text';

/** A customer's expected interest in products, for lists that are not recommendations, such as search results. */
export interface Affinities {
  /**
   * The score of each candidate, by its index in the shop's product table: from 0 (lowest) to 1 (highest). Products
   * without an entry are not candidates for the customer.
   */
  readonly scores: ReadonlyMap<number, number>;
  /** Returns the reasons for a product. Call it before the next ranking, which overwrites the shared scratch memory. */
  readonly reasons: (product: number) => RankingReason[];
}

export interface CustomerAffinitiesOptions {
  readonly histories: HistoriesReadModel;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<RankerArtefact>, 'current'>;
  readonly ease: Pick<EaseReadModel, 'ease'>;
}

/** The scored candidates of a customer's personal list, for services that personalise other lists. */
export class CustomerAffinities {
  constructor(private readonly options: CustomerAffinitiesOptions) {}

  /** @returns a function that computes the affinities when it is called; null for a customer without history */
  async forCustomer(who: Identity): Promise<(() => Affinities) | null> {
    const subject = subjectOf(who);
    const history = subject === undefined ? null : await this.options.histories.get(subject);
    if (history === null || history.size === 0) return null;
    return () => {
      const { shop, blend, ease } = this.options;
      const { state } = shop;
      const now = Number.isFinite(state.clock) ? state.clock : Date.now();
      const models = liveModels(blend.current?.sources, ease.ease);
      const ranking = new PersonalRanking(state, history, now, blend.current?.model ?? null, models);
      return {
        scores: scaleScores(ranking.candidates, ranking.scores),
        reasons: (product) => personalReasons(state, ranking, product),
      };
    };
  }
}

/** Scales scores to 0…1. Log-odds and fused ranks have different ranges and are comparable only within one list. */
function scaleScores(products: Int32Array, scores: Float64Array): Map<number, number> {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const score of scores) {
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  const spread = highest > lowest ? highest - lowest : Infinity;
  return new Map(Array.from(products, (product, i) => [product, 1 - (highest - scores[i]) / spread]));
}
