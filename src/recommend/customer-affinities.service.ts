import type { Identity } from '../auth/identify';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import type { ActiveModel } from '../models/active-model.service';
import type { BlendArtefact } from './blend-artefact';
import type { EaseReadModel } from './ease.read-model';
import { personalReasons } from './explain';
import { PersonalRanking } from './personal-ranking';
import type { Reason } from './recommendation';
import type { ShopStateReadModel } from './shop-state.read-model';
import { liveModels } from './sources/source';

export type { Reason } from './recommendation';
export { reasonText } from './reason-text';

/** How much a customer is expected to want products, for lists that are not made of recommendations. */
export interface Affinities {
  /** By index in the shop's table: from 0, for the least wanted of the customer's candidates, to 1. What is not here is not wanted. */
  readonly scores: ReadonlyMap<number, number>;
  /** Why; only in the same turn, as the ranking is in borrowed memory. */
  readonly reasons: (product: number) => Reason[];
}

export interface CustomerAffinitiesOptions {
  readonly histories: HistoriesReadModel;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<BlendArtefact>, 'current'>;
  readonly ease: Pick<EaseReadModel, 'ease'>;
}

/** The candidates of a customer's personal list with their scores, for whoever ranks something else for them. */
export class CustomerAffinities {
  constructor(private readonly options: CustomerAffinitiesOptions) {}

  /** @returns a function that ranks now; null for somebody of whom nothing is known */
  async of(who: Identity): Promise<(() => Affinities) | null> {
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
        scores: scaled(ranking.candidates, ranking.scores),
        reasons: (product) => personalReasons(state, ranking, product),
      };
    };
  }
}

/** Log-odds, or fused ranks: only their distances within one list mean something. */
function scaled(products: Int32Array, scores: Float64Array): Map<number, number> {
  let least = Infinity;
  let most = -Infinity;
  for (const score of scores) {
    if (score < least) least = score;
    if (score > most) most = score;
  }
  const spread = most > least ? most - least : Infinity;
  return new Map(Array.from(products, (product, i) => [product, 1 - (most - scores[i]) / spread]));
}
