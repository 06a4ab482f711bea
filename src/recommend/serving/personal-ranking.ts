import { customerProfile, type CustomerProfile } from '../../features/customer-profile';
import { FEATURES, fillFeatures } from '../../features/feature-set';
import type { RankerModel } from '../artefact/ranker-model';
import { CandidatePool, type CandidateSet } from './candidate-pool';
import type { CustomerHistory } from '../../live-state/history';
import { FusedRanks } from './rank-fusion';
import type { ShopState } from '../../live-state/shop-state';
import type { SourceModels } from '../sources/source';

/** Contributions to a product's score, by the name of the source or feature group. Only positive ones are included. */
export type Contributions = ReadonlyMap<string, number>;

const pool = new CandidatePool();
let columns = new Float64Array(0);
/** The ranking that uses the scratch memory now, and its version if it may be used again. */
let newest: { readonly version: string; readonly ranking: PersonalRanking } | undefined;

/**
 * One customer's candidates with their scores, by the fitted ranker or, if there is none, by rank fusion. An instance
 * uses shared scratch memory and is valid until the next instance is created.
 */
export class PersonalRanking {
  readonly profile: CustomerProfile;
  /** Product indexes. Products that the customer has bought come first. */
  readonly candidates: Int32Array;
  /** The score of each candidate, in the order of `candidates`. */
  readonly scores: Float64Array;
  /** Number of candidates that the customer has bought. */
  readonly boughtCount: number;
  private readonly blend: RankerModel | null;
  private readonly fused: FusedRanks | undefined;

  /** @param admits returns false for products that must not be candidates */
  constructor(
    shop: ShopState,
    history: CustomerHistory,
    now: number,
    blend: RankerModel | null,
    readonly models: SourceModels,
    admits?: (product: number) => boolean,
  ) {
    newest = undefined;
    this.profile = customerProfile(shop, history, now);
    const found = pool.collect(shop, this.profile, models, admits);
    this.candidates = found.products;
    this.boughtCount = found.bought.length;
    this.blend = blend !== null && blend.isCompatible() ? blend : null;
    if (this.blend === null) {
      this.fused = new FusedRanks(pool.scores, found.products);
      this.scores = this.fused.scores;
    } else {
      fillColumns(shop, this.profile, found);
      this.scores = this.blend.scores(columns, found.products.length, this.boughtCount);
    }
  }

  /**
   * Returns the ranking without a filter, which is that of the list before if it is of the same version: the lists that a
   * customer follows at the same time are made one after the other.
   */
  static ofVersion(version: string | undefined, make: () => PersonalRanking): PersonalRanking {
    if (version !== undefined && newest?.version === version) return newest.ranking;
    const ranking = make();
    if (version !== undefined) newest = { version, ranking };
    return ranking;
  }

  contributions(product: number): Contributions {
    const at = this.candidates.indexOf(product);
    if (at < 0) return new Map();
    if (this.blend === null) return this.fused?.contributions(at) ?? new Map<string, number>();
    const { means, weightsNew, weightsBought, interceptNew, interceptBought } = this.blend;
    const isBought = at < this.boughtCount;
    const weights = isBought ? weightsBought : weightsNew;
    const groups = new Map<string, number>();
    // The difference of the intercepts is the effect of "bought before", so it belongs to personal frequency.
    if (isBought) groups.set('personal-frequency', Math.max(0, interceptBought - interceptNew));
    FEATURES.forEach(({ group }, f) => {
      if (!isBought && group === 'personal-frequency') return;
      const value = columns[f * this.candidates.length + at];
      groups.set(group, (groups.get(group) ?? 0) + weights[f] * (value - means[f]));
    });
    for (const [group, sum] of groups) if (!(sum > 0)) groups.delete(group);
    return groups;
  }
}

function fillColumns(shop: ShopState, profile: CustomerProfile, { products, bought }: CandidateSet): void {
  const size = FEATURES.length * products.length;
  if (columns.length < size) columns = new Float64Array(2 * size);
  fillFeatures({ shop, profile, scores: pool.scores, candidates: products, bought }, columns);
}
