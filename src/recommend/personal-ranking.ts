import { customerProfile, type CustomerProfile } from '../features/customer-profile';
import { FEATURES, featureRows, type FeatureRow } from '../features/feature-set';
import type { BlendModel } from './blend-model';
import { CandidatePool } from './candidates';
import type { CustomerHistory } from './history';
import { fuseRanks } from './rank-fusion';
import type { ShopState } from './shop-state';
import { PERSONAL_SOURCES } from './sources';
import type { SourceModels } from './sources/source';

/** How much each source or feature group speaks for a product; all > 0. */
export type Contributions = ReadonlyMap<string, number>;

const pool = new CandidatePool();
const row = new Float64Array(FEATURES.length);

/**
 * One customer's candidates with their scores, by the blend where there is one, else by fused ranks. Borrows scratch
 * memory: valid until the next one is made.
 */
export class PersonalRanking {
  readonly profile: CustomerProfile;
  readonly candidates: Int32Array;
  private readonly fill: FeatureRow;
  private readonly blend: BlendModel | null;
  private fused: ReadonlyMap<number, Map<string, number>> | undefined;

  /** @param admits what may be a candidate at all */
  constructor(
    shop: ShopState,
    history: CustomerHistory,
    now: number,
    blend: BlendModel | null,
    readonly models: SourceModels,
    admits?: (product: number) => boolean,
  ) {
    this.profile = customerProfile(shop, history, now);
    this.candidates = pool.collect(shop, this.profile, models, admits);
    this.blend = blend !== null && blend.fits() ? blend : null;
    this.fill = featureRows({ shop, profile: this.profile, scores: pool.scores });
  }

  score(product: number): number {
    if (this.blend === null) {
      let sum = 0;
      for (const term of this.fusedTerms(product).values()) sum += term;
      return sum;
    }
    const bought = this.profile.purchases.get(product);
    this.fill(product, bought, row);
    return this.blend.score(row, bought !== undefined);
  }

  contributions(product: number): Contributions {
    if (this.blend === null) return this.fusedTerms(product);
    const bought = this.profile.purchases.get(product);
    const weights = bought === undefined ? this.blend.weightsNew : this.blend.weightsBought;
    this.fill(product, bought, row);
    const groups = new Map<string, number>();
    // Having been bought before is in itself a matter of personal frequency.
    if (bought !== undefined) {
      groups.set('personal-frequency', Math.max(0, this.blend.interceptBought - this.blend.interceptNew));
    }
    FEATURES.forEach(({ group }, f) => {
      if (bought === undefined && group === 'personal-frequency') return;
      groups.set(group, (groups.get(group) ?? 0) + weights[f] * (row[f] - (this.blend as BlendModel).means[f]));
    });
    for (const [group, sum] of groups) if (!(sum > 0)) groups.delete(group);
    return groups;
  }

  private fusedTerms(product: number): Map<string, number> {
    this.fused ??= fuseRanks(
      PERSONAL_SOURCES.map(({ name }) => name),
      pool.scores,
      this.candidates,
    );
    return this.fused.get(product) ?? new Map<string, number>();
  }
}
