import { ActiveModel } from '../../models/active-model.service';
import type { ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { readMainCurrency } from '../purchases/purchase-lines.store';
import { segmentAssigner, type SegmentAssigner } from '../segments/assign-segment';
import { decodeSegments } from '../segments/segments-artefact';
import { predictValue } from '../value/predict-value';
import type { ValueModel } from '../value/value-model';
import { decodeValueVersion } from '../value/value-version';
import type { ProfileModels } from './profile';

export interface ProfileModelsOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** Holds the active versions of the models that profiles are computed with. */
export class ProfileModelsService {
  private readonly segments: ActiveModel<SegmentAssigner>;
  private readonly value: ActiveModel<ValueModel>;
  private loaded: ProfileModels | null = null;

  constructor(private readonly options: ProfileModelsOptions) {
    const { artefacts, pubSub, log } = options;
    const decodeAssigner = (bytes: Uint8Array) => segmentAssigner(decodeSegments(bytes));
    this.segments = new ActiveModel('segments', decodeAssigner, artefacts, pubSub, log);
    const decodeValue = (bytes: Uint8Array) => decodeValueVersion(bytes).model;
    this.value = new ActiveModel('value', decodeValue, artefacts, pubSub, log);
  }

  async start(): Promise<void> {
    await Promise.all([this.segments.start(), this.value.start()]);
  }

  close(): void {
    this.segments.close();
    this.value.close();
  }

  /** Returns the models; null if no version is active or nothing in the shop has a price. */
  async current(): Promise<ProfileModels | null> {
    const { current: assign } = this.segments;
    const { current: value } = this.value;
    const versions = [this.segments.version, this.value.version].filter((id) => id !== null);
    if (versions.length === 0) return null;
    if (this.loaded?.versions.join() === versions.join()) return this.loaded;
    const currency = await readMainCurrency(this.options.pool);
    if (currency === null) return null;
    this.loaded = {
      versions,
      currency,
      segmentOf: assign && ((summary) => String(assign(summary).segmentId)),
      predictValue: value && ((summary) => predictValue(value, summary)),
    };
    return this.loaded;
  }
}
