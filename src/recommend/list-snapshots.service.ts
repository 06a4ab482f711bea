import { LRUCache } from 'lru-cache';
import type { SharedCache } from '../platform/shared-cache';
import type { RankedProduct } from './recommend';

/** A served list that pages point into. */
export interface ListSnapshot {
  readonly requestId: string;
  /** Whose list: nobody else's cursor opens it. */
  readonly owner: string;
  readonly modelVersion: string;
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly ranked: readonly RankedProduct[];
}

const KEPT_MS = 5 * 60_000;

/**
 * Short-lived snapshots of served lists, so that pages neither repeat nor skip. Kept in this process, and in Redis for
 * the others; what is lost there is asked for again as a new list (CURSOR_EXPIRED).
 */
export class ListSnapshots {
  private readonly own = new LRUCache<string, ListSnapshot>({ max: 5_000, ttl: KEPT_MS });

  constructor(private readonly shared: SharedCache) {}

  keep(snapshot: ListSnapshot): void {
    this.own.set(snapshot.requestId, snapshot);
    this.shared.set(key(snapshot.requestId), JSON.stringify(snapshot), KEPT_MS);
  }

  async find(requestId: string): Promise<ListSnapshot | null> {
    const own = this.own.get(requestId);
    if (own) return own;
    const json = await this.shared.get(key(requestId));
    return json === null ? null : (JSON.parse(json) as ListSnapshot);
  }
}

function key(requestId: string): string {
  return `list:${requestId}`;
}
