import { createHash } from 'node:crypto';
import { QuotaCache } from '../../platform/quota-cache';
import type { SharedCache } from '../../platform/shared-cache';
import type { RankedList } from './list-cache';

/** A served list that page cursors refer to. */
export interface ListSnapshot extends RankedList {
  readonly requestId: string;
}

const SNAPSHOT_TTL_MS = 5 * 60_000;
/** Maximum total length of the JSON texts in this process's cache. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
/** The parts of it for the lists of one customer or session, and of one client address. */
const MAX_OWNER_BYTES = MAX_CACHED_BYTES / 64;
const MAX_CLIENT_BYTES = MAX_CACHED_BYTES / 16;

/**
 * Short-lived snapshots of served lists, so that pages neither repeat nor skip products. They are stored in this
 * process and, for other processes, in Redis. Both are bounded in total, for each owner and for each client address, so
 * that a visitor who requests many lists loses only cursors of their own. If a snapshot is lost, the request fails with
 * CURSOR_EXPIRED and the client requests a new list.
 */
export class ListSnapshots<Snapshot extends { readonly requestId: string } = ListSnapshot> {
  private readonly local = new QuotaCache<string>({ maxSize: MAX_CACHED_BYTES, ttl: SNAPSHOT_TTL_MS });

  /** @param kind namespace of the snapshots: a list of one kind is not found under another */
  constructor(
    private readonly shared: SharedCache,
    private readonly kind = 'list',
  ) {}

  /**
   * @param owner the customer or session of the list. Only requests of this owner find the snapshot, which stores a
   *   hash of the owner's id and not the id. Empty without a customer or session
   * @param client key of the client's address; null if it is not limited, see `clientKey`
   */
  store(snapshot: Snapshot, owner: string, client: string | null): void {
    const { requestId } = snapshot;
    const seal = sealOf(requestId, owner);
    const json = JSON.stringify({ ...snapshot, seal });
    const quotas = [
      ...(owner === '' ? [] : [{ owner: `owner ${owner}`, maxSize: MAX_OWNER_BYTES }]),
      ...(client === null ? [] : [{ owner: `client ${client}`, maxSize: MAX_CLIENT_BYTES }]),
    ];
    this.local.set(requestId, json, json.length, quotas);
    this.shared.set(this.key(requestId), json, SNAPSHOT_TTL_MS, client);
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
