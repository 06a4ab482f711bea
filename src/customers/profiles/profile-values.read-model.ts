import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { ProfileValues } from '../../catalog/product-conditions.service';
import { OnDemandReadModel } from '../../events/on-demand-read-model';
import type { LogChange } from '../../events/position.store';
import { ChangeListeners } from '../../platform/change-listeners';
import { KeyedListeners } from '../../platform/keyed-listeners';
import type { Pool } from '../../platform/postgres';
import { readProfileRows } from './profile.store';
import { profileValuesOf } from './profile-values';

/**
 * Maximum age of cached values. It is limited because changes of a customer without a profile and the daily update of
 * predictions are not published.
 */
const MAX_AGE_MS = 10_000;
/** About 300 bytes each. */
const MAX_CUSTOMERS = 20_000;

interface Entry {
  readonly revision: number;
  readonly values: Promise<ProfileValues>;
}

export interface ProfileValuesOptions {
  readonly pool: Pool;
  /** Whether a version of the segments is active. */
  readonly hasSegments: () => boolean;
}

/**
 * The values of customers' profiles that filters and boosts read. They are cached until the profile changes, for at most
 * {@link MAX_AGE_MS}.
 */
export class ProfileValuesReadModel extends OnDemandReadModel {
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_CUSTOMERS, ttl: MAX_AGE_MS });
  private readonly listeners = new KeyedListeners();
  /** Notified when the values of any customer may have changed. */
  readonly reloaded = new ChangeListeners();
  /** Customers that are requested at the same time are read together. */
  private readonly loader: DataLoader<string, ProfileValues>;
  private newestRevision = 0;

  constructor({ pool, hasSegments }: ProfileValuesOptions) {
    super();
    const readAll = async (ids: readonly string[]) => {
      const rows = new Map((await readProfileRows(pool, ids)).map((row) => [row.customerId, row]));
      return ids.map((id) => {
        const row = rows.get(id) ?? null;
        // A customer who is not stored has not ordered.
        return profileValuesOf(row, hasSegments() && (row === null || row.isNew));
      });
    };
    this.loader = new DataLoader(readAll, { cache: false, maxBatchSize: 1_000 });
  }

  find(customerId: string): Promise<ProfileValues> {
    return this.entryOf(customerId).values;
  }

  /**
   * Returns a positive number that changes whenever the customer's values may have changed. Values that `find` returns
   * afterwards are at least as new as the revision.
   */
  revisionOf(customerId: string): number {
    return this.entryOf(customerId).revision;
  }

  /** Returns the customer's revision if the values are cached. */
  peekRevision(customerId: string): number | undefined {
    return this.entries.peek(customerId)?.revision;
  }

  /** Calls back whenever the customer's profile may have changed, until the returned function is called. */
  watch(customerId: string, onChange: () => void): () => void {
    return this.listeners.watch(customerId, onChange);
  }

  /** Discards all values, for example because another version of the segments is active. */
  reload(): void {
    this.entries.clear();
    this.reloaded.notify();
  }

  onReload(): void {
    this.reload();
  }

  protected applyChange({ profiles = [] }: LogChange): void {
    for (const { customerId } of profiles) {
      this.entries.delete(customerId);
      this.listeners.notify(customerId);
    }
  }

  private entryOf(customerId: string): Entry {
    const cached = this.entries.get(customerId);
    if (cached !== undefined) return cached;
    // A change that arrives during the read removes the entry. Values that were read before it are not found again.
    const entry: Entry = { revision: ++this.newestRevision, values: this.loader.load(customerId) };
    this.entries.set(customerId, entry);
    entry.values.catch(() => {
      if (this.entries.peek(customerId) === entry) this.entries.delete(customerId);
    });
    return entry;
  }
}
