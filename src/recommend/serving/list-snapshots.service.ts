import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SharedCache } from '../../platform/shared-cache';
import type { RankedList } from './list-cache';

/** A served list that page cursors refer to. */
export interface ListSnapshot extends RankedList {
  readonly requestId: string;
}

const SNAPSHOT_TTL_MS = 5 * 60_000;
/** Maximum total length of the JSON texts in this process's cache. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/**
 * Short-lived snapshots of served lists, so that pages neither repeat nor skip products. They are stored in this
 * process and, for other processes, in Redis. Both are bounded. If a snapshot is lost, the request fails with
 * CURSOR_EXPIRED and the client requests a new list.
 */
export class ListSnapshots<Snapshot extends { readonly requestId: string } = ListSnapshot> {
  private readonly local = new LRUCache<string, string>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: (json) => json.length,
    ttl: SNAPSHOT_TTL_MS,
  });

  /** @param kind namespace of the snapshots: a list of one kind is not found under another */
  constructor(
    private readonly shared: SharedCache,
    private readonly kind = 'list',
  ) {}

  /**
   * @param owner the customer or session of the list. Only requests of this owner find the snapshot, which stores a
   *   hash of the owner's id and not the id
   */
  store(snapshot: Snapshot, owner: string): void {
    const json = JSON.stringify({ ...snapshot, seal: sealOf(snapshot.requestId, owner) });
    this.local.set(snapshot.requestId, json);
    this.shared.set(this.key(snapshot.requestId), json, SNAPSHOT_TTL_MS);
  }

  async find(requestId: string, owner: string): Promise<Snapshot | null> {
    const json = this.local.get(requestId) ?? (await this.shared.get(this.key(requestId)));
    if (json === null) return null;
    const kept = JSON.parse(json) as Snapshot & { readonly seal: string };
    return kept.seal === sealOf(requestId, owner) ? kept : null;
  }

  private key(requestId: string): string {
    return `${this.kind}:${requestId}`;
  }
}

function sealOf(requestId: string, owner: string): string {
  return createHash('sha256').update(`${requestId}\n${owner}`).digest('base64');
}
