import { ActiveModel } from '../../models/active-model.service';
import type { ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { segmentAssigner } from '../segments/assign-segment';
import { decodeSegments, type SegmentsArtefact } from '../segments/segments-artefact';
import { predictValue } from '../value/predict-value';
import { decodeValueVersion, type ValueVersion } from '../value/value-version';
import type { ProfileModels } from './profile';

export interface ProfileModelsOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** Holds the active versions of the models that profiles are computed with. */
export class ProfileModelsService {
  private readonly segments: ActiveModel<SegmentsArtefact>;
  private readonly value: ActiveModel<ValueVersion>;
  private loaded: ProfileModels | null = null;

  constructor({ artefacts, pubSub, log }: ProfileModelsOptions) {
    this.segments = new ActiveModel('segments', decodeSegments, artefacts, pubSub, log);
    this.value = new ActiveModel('value', decodeValueVersion, artefacts, pubSub, log);
  }

  async start(): Promise<void> {
    await Promise.all([this.segments.start(), this.value.start()]);
  }

  close(): void {
    this.segments.close();
    this.value.close();
  }

  /** Reads which versions are active, and loads them. Never rejects. */
  async refresh(): Promise<void> {
    await Promise.all([this.segments.refresh(), this.value.refresh()]);
  }

  /**
   * Returns the models; null if no version is active, undefined while an active version isn't loaded. If the versions were fitted in different currencies, only the
   * segments are used until the next version of the value.
   */
  current(): ProfileModels | null | undefined {
    if (!this.segments.isUpToDate || !this.value.isUpToDate) return undefined;
    const { current: segments } = this.segments;
    const { current: value } = this.value;
    const versions = [this.segments.version, this.value.version].filter((id) => id !== null);
    const currency = segments?.currency ?? value?.currency;
    if (currency === undefined) return null;
    if (this.loaded?.versions.join() === versions.join()) return this.loaded;
    const assign = segments && segmentAssigner(segments);
    const model = value?.currency === currency ? value.model : null;
    this.loaded = {
      versions,
      currency,
      segmentOf: assign && ((summary) => String(assign(summary).segmentId)),
      predictValue: model && ((summary) => predictValue(model, summary)),
    };
    return this.loaded;
  }
}
