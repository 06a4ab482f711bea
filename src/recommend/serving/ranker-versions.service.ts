import type { ActiveModel } from '../../models/active-model.service';
import type { InactiveVersions } from '../../models/inactive-versions.service';
import type { RankerArtefact } from '../artefact/ranker-artefact';

/** Version name of lists that are ranked without a fitted model. */
const RANK_FUSION = 'rank-fusion';
const ARGUMENT = 'modelVersion';

/** The version that a list is ranked with. */
export interface RankerVersion {
  /** The name that responses return as `modelVersion`. */
  readonly version: string;
  /** Null if the list is ranked by rank fusion. */
  readonly artefact: RankerArtefact | null;
}

/** Finds the active version of the ranker, or another version that a request names for comparison. */
export class RankerVersions {
  constructor(
    private readonly model: Pick<ActiveModel<RankerArtefact>, 'current' | 'version'>,
    private readonly stored: Pick<InactiveVersions<RankerArtefact>, 'find'>,
  ) {}

  /** The version used by requests that name no version. */
  get active(): RankerVersion {
    const { version, current } = this.model;
    return { version: version ?? RANK_FUSION, artefact: current };
  }

  /**
   * @param version the name that responses return as `modelVersion`
   * @throws ApiError NOT_FOUND or CONFLICT: see {@link InactiveVersions.find}
   */
  async find(version: string): Promise<RankerVersion> {
    if (version === RANK_FUSION) return { version, artefact: null };
    if (version === this.active.version) return this.active;
    return { version, artefact: await this.stored.find(version, ARGUMENT) };
  }
}
