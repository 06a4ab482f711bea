import DataLoader from 'dataloader';
import { OnDemandReadModel } from '../../events/on-demand-read-model';
import type { LogChange } from '../../events/position.store';
import { isNewActive } from '../../events/segment-history.store';
import { ChangeListeners } from '../../platform/change-listeners';
import { KeyedListeners } from '../../platform/keyed-listeners';
import type { Pool } from '../../platform/postgres';
import { readProfiles, type StoredProfile } from './profile.store';

/** Reads profiles of customers from PostgreSQL, and notifies their watchers about changes. */
export class ProfilesReadModel extends OnDemandReadModel {
  private readonly listeners = new KeyedListeners();
  private readonly segmentListeners = new KeyedListeners();
  private readonly anySegmentListeners = new ChangeListeners();
  /** Profiles that are requested at the same time are read together. Nothing is cached. */
  private readonly loader: DataLoader<string, StoredProfile | null>;

  constructor(private readonly pool: Pool) {
    super();
    const readAll = async (ids: readonly string[]) => {
      const profiles = new Map((await readProfiles(pool, ids)).map((profile) => [profile.customerId, profile]));
      return ids.map((id) => profiles.get(id) ?? null);
    };
    this.loader = new DataLoader(readAll, { cache: false });
  }

  /** Returns a customer's profile; null for a customer who has none. */
  find(customerId: string): Promise<StoredProfile | null> {
    return this.loader.load(customerId);
  }

  /** Returns whether customers without a profile are in the segment NEW. They aren't while the first profiles are computed. */
  isNewActive(): Promise<boolean> {
    return isNewActive(this.pool);
  }

  /** Calls back whenever the customer's profile may have changed, until the returned function is called. */
  watch(customerId: string, onChange: () => void): () => void {
    return this.listeners.watch(customerId, onChange);
  }

  /**
   * Calls back whenever a customer may have entered or left the segment, until the returned function is called.
   * @param segmentId null: any segment
   */
  watchSegment(segmentId: string | null, onChange: () => void): () => void {
    return segmentId === null
      ? this.anySegmentListeners.add(onChange)
      : this.segmentListeners.watch(segmentId, onChange);
  }

  onReload(): void {
    this.listeners.notifyAll();
    this.segmentListeners.notifyAll();
    this.anySegmentListeners.notify();
  }

  protected applyChange({ profiles = [] }: LogChange): void {
    const changedSegments = new Set<string | null>();
    for (const { customerId, from, to } of profiles) {
      this.listeners.notify(customerId);
      if (from !== to) changedSegments.add(from).add(to);
    }
    if (changedSegments.size > 0) this.anySegmentListeners.notify();
    for (const id of changedSegments) if (id !== null) this.segmentListeners.notify(id);
  }
}
