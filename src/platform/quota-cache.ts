import { LRUCache } from 'lru-cache';

/** A part of a cache that one owner may use. */
export interface Quota {
  readonly owner: string;
  readonly maxSize: number;
}

interface Entry<V> {
  readonly value: V;
  readonly size: number;
  readonly owners: readonly string[];
}

/**
 * An LRU cache in which an owner that has used up its quota displaces its own oldest entries, and not those of others.
 *
 * Use it where a lost entry fails a request, or where filling the cache costs a visitor less than it costs others to do
 * without. Other caches that visitors fill are plain LRU caches. A lost entry of theirs is made again, which takes some
 * milliseconds at most, and filling them takes longer than others need to use their entries again: each cached list and
 * response is charged as computed, histories and profiles take a request and a visit each (20,000 histories), tokens must
 * be signed by the shop, and the keys of checked expressions, keywords and countries are charged or few.
 */
export class QuotaCache<V> {
  private readonly entries: LRUCache<string, Entry<V>>;
  private readonly owned = new Map<string, { readonly keys: Set<string>; size: number }>();

  /** @param ttl how long entries stay, in ms; absent: without end */
  constructor(options: { readonly maxSize: number; readonly ttl?: number }) {
    this.entries = new LRUCache<string, Entry<V>>({
      ...options,
      sizeCalculation: ({ size }) => size,
      dispose: (entry, key) => this.release(entry, key),
    });
  }

  get(key: string): V | undefined {
    return this.entries.get(key)?.value;
  }

  /** @param quotas those of all owners of the entry. Without any, the entry is bounded by the size of the cache only */
  set(key: string, value: V, size: number, quotas: readonly Quota[]): void {
    this.entries.delete(key);
    if (quotas.some(({ maxSize }) => size > maxSize)) return;
    for (const { owner, maxSize } of quotas) {
      for (const oldest of this.owned.get(owner)?.keys ?? []) {
        if (this.sizeOf(owner) + size <= maxSize) break;
        this.entries.delete(oldest);
      }
    }
    this.entries.set(key, { value, size, owners: quotas.map(({ owner }) => owner) });
    if (!this.entries.has(key)) return;
    for (const { owner } of quotas) {
      const owned = this.owned.get(owner) ?? { keys: new Set(), size: 0 };
      owned.keys.add(key);
      owned.size += size;
      this.owned.set(owner, owned);
    }
  }

  private sizeOf(owner: string): number {
    return this.owned.get(owner)?.size ?? 0;
  }

  private release({ owners, size }: Entry<V>, key: string): void {
    for (const owner of owners) {
      const owned = this.owned.get(owner);
      if (!owned?.keys.delete(key)) continue;
      owned.size -= size;
      if (owned.keys.size === 0) this.owned.delete(owner);
    }
  }
}
