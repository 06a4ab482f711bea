import { LRUCache } from 'lru-cache';
import type { RankedProduct } from './list-input';

/** A ranked list with the log position (`revision`) and the time that it reflects. */
export interface RankedList {
  readonly ranked: readonly RankedProduct[];
  readonly modelVersion: string;
  readonly revision: string;
  /** The time that the list reflects, in milliseconds since 1970. */
  readonly asOf: number;
}

/** The versions of the inputs that a list was computed from. */
export interface CacheVersion {
  /** `instanceId` of the customer's history; 0 for a customer without history. */
  readonly history: number;
  /** Changes with each event of the customer. */
  readonly customerRevision: number;
  /** Changes with the customer's profile; 0 if the filter and the boost read no value of it. */
  readonly profileRevision: number;
  /** Changes with the catalogue and with each model promotion. */
  readonly offerRevision: number;
  /** Increases with changes of the shop's state, which all customers share. */
  readonly shopRevision: number;
  /**
   * The value of `shopRevision` when a request last awaited a receipt (the token of an earlier write). Later requests
   * must not see an older list.
   */
  readonly awaitedRevision: number;
  /** Time by this process's monotonic clock, ms. */
  readonly timeMs: number;
}

export interface ComputedList {
  readonly list: RankedList;
  /** The versions that the list was computed from; `null` for a list that must not be cached. */
  readonly from: CacheVersion | null;
}

/** Maximum age of a cached list. It is limited because scores also depend on the time. */
const MAX_AGE_MS = 10_000;
/** Maximum delay until changes by other customers take effect. The customer's own events take effect immediately. */
const MAX_SHOP_DELAY_MS = 1_000;
/** Maximum estimated size of all cached lists. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
const PRODUCT_SIZE = 150;
const REASON_SIZE = 100;
/** Requests with a longer key are not cached, because they are unlikely to repeat. */
const MAX_KEY_LENGTH = 4_096;

/** Returns whether a list computed from the version `from` is still valid at the version `now`. */
export function isCurrent(from: CacheVersion, now: CacheVersion, maxShopDelayMs = MAX_SHOP_DELAY_MS): boolean {
  const age = now.timeMs - from.timeMs;
  const hasSameInputs =
    from.history === now.history &&
    from.customerRevision === now.customerRevision &&
    from.profileRevision === now.profileRevision &&
    from.offerRevision === now.offerRevision;
  const mayWait = age < maxShopDelayMs && from.shopRevision >= now.awaitedRevision;
  return hasSameInputs && age < MAX_AGE_MS && (from.shopRevision === now.shopRevision || mayWait);
}

/**
 * Caches this process's lists by request. A list becomes invalid with the customer's next event, a change of the
 * catalogue or a model promotion. Changes by other customers invalidate it within a second, or as soon as a request
 * has awaited a receipt.
 */
export class ListCache {
  private readonly lists = new LRUCache<string, ComputedList>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: estimateSize,
    ttl: MAX_AGE_MS,
    // Expired lists are deleted promptly, so that no data of an erased customer stays longer than the TTL.
    ttlAutopurge: true,
  });

  /**
   * Returns a cached list that is still valid.
   * @param key key of the request and its customer
   * @param maxShopDelayMs maximum delay until changes by other customers take effect; 0 for a subscriber
   */
  find(key: string, now: CacheVersion, maxShopDelayMs?: number): ComputedList | undefined {
    const kept = this.lists.get(key);
    return kept?.from && isCurrent(kept.from, now, maxShopDelayMs) ? kept : undefined;
  }

  store(key: string, computed: ComputedList): void {
    if (computed.from !== null && key.length <= MAX_KEY_LENGTH) this.lists.set(key, computed);
  }
}

function estimateSize({ list }: ComputedList, key: string): number {
  const reasons = list.ranked.reduce((sum, product) => sum + product.reasons.length, 0);
  return key.length + PRODUCT_SIZE * (1 + list.ranked.length) + REASON_SIZE * reasons;
}
