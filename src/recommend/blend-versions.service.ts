import type { ActiveModel } from '../models/active-model.service';
import type { KeptVersions } from '../models/kept-versions.service';
import type { BlendArtefact } from './blend-artefact';

/** Version name of lists that are ranked without a fitted model. */
const RANK_FUSION = 'rank-fusion';
const ARGUMENT = 'modelVersion';

/** The version that a list is ranked with. */
export interface BlendVersion {
  /** The name that responses return as `modelVersion`. */
  readonly version: string;
  /** Null if the list is ranked by rank fusion. */
  readonly artefact: BlendArtefact | null;
}

/** Finds the active version of the ranker, or another version that a request names for comparison. */
export class BlendVersions {
  constructor(
    private readonly model: Pick<ActiveModel<BlendArtefact>, 'current' | 'version'>,
    private readonly kept: Pick<KeptVersions<BlendArtefact>, 'find'>,
  ) {}

  /** The version used by requests that name no version. */
  get active(): BlendVersion {
    const { version, current } = this.model;
    return { version: version ?? RANK_FUSION, artefact: current };
  }

  /**
   * @param version the name that responses return as `modelVersion`
   * @throws ApiError NOT_FOUND, CONFLICT as {@link KeptVersions.find}
   */
  async find(version: string): Promise<BlendVersion> {
    if (version === RANK_FUSION) return { version, artefact: null };
    if (version === this.active.version) return this.active;
    return { version, artefact: await this.kept.find(version, ARGUMENT) };
  }
}
