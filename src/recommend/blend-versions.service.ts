import type { ActiveModel } from '../models/active-model.service';
import type { KeptVersions } from '../models/kept-versions.service';
import type { BlendArtefact } from './blend-artefact';

/** Named where lists are made without any fitted version. */
const RANK_FUSION = 'rank-fusion';
const ARGUMENT = 'modelVersion';

/** What a list is ranked with. */
export interface BlendVersion {
  /** As answers state it. */
  readonly version: string;
  /** null: ranks are fused. */
  readonly artefact: BlendArtefact | null;
}

/** The version of the blend that answers, or another one that somebody wants to compare it with. */
export class BlendVersions {
  constructor(
    private readonly model: Pick<ActiveModel<BlendArtefact>, 'current' | 'version'>,
    private readonly kept: Pick<KeptVersions<BlendArtefact>, 'find'>,
  ) {}

  /** The one that answers whoever asks for no other. */
  get active(): BlendVersion {
    const { version, current } = this.model;
    return { version: version ?? RANK_FUSION, artefact: current };
  }

  /**
   * @param version as answers state it
   * @throws ApiError NOT_FOUND, CONFLICT as {@link KeptVersions.find}
   */
  async find(version: string): Promise<BlendVersion> {
    if (version === RANK_FUSION) return { version, artefact: null };
    if (version === this.active.version) return this.active;
    return { version, artefact: await this.kept.find(version, ARGUMENT) };
  }
}
