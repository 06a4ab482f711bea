import { LRUCache } from 'lru-cache';
import { rateLimitKey } from '../http/client-address';
import type { Viewer } from '../context';
import { ApiError } from '../errors';
import { TokenBucket } from './token-bucket';

/** A client may spend the allowance of this many seconds at once, because a page sends all its requests together. */
const BURST_SECONDS = 10;
/**
 * An address has this many times the allowance of a visit, because a household, office or mobile network may share it.
 */
const VISITS_PER_ADDRESS = 10;
/** If there are more buckets, the least recently used one is dropped. A bucket takes about 200 bytes. */
const MAX_BUCKETS = 50_000;

/**
 * Limits the cost of operations with storefront keys over time. These keys are public, so each visit (the session or
 * customer of the token) has a limit. Anyone can start new visits, so each address has a limit, too. Server and admin
 * keys belong to the shop and are not limited.
 */
export class RateLimit {
  private readonly buckets = new LRUCache<string, TokenBucket>({ max: MAX_BUCKETS });

  /** @param perSecond cost that each visit may cause per second, in units of `costOf`; 0 for no limit */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Charges the cost of an operation. If it exceeds the allowance, throws and charges nothing.
   * @param address null if the client's address is unknown, see `TrustedProxies`
   * @throws ApiError RATE_LIMITED with the time until the allowance suffices
   */
  charge(viewer: Viewer | null, address: string | null, units: number): void {
    const buckets = this.bucketsOf(viewer, address);
    const waitMs = Math.max(0, ...buckets.map((bucket) => bucket.waitMs(units, this.now())));
    if (waitMs > 0) {
      const retryAfterMs = Math.ceil(waitMs);
      throw new ApiError('RATE_LIMITED', 'Too many requests from this visit or address; retry after retryAfterMs.', {
        retryAfterMs,
      });
    }
    for (const bucket of buckets) bucket.take(units);
  }

  /**
   * Charges a cost that is known only after the work. If it exceeds the allowance, later operations have to wait.
   */
  chargeAfterwards(viewer: Viewer | null, address: string | null, units: number): void {
    if (units > 0) for (const bucket of this.bucketsOf(viewer, address)) bucket.take(units);
  }

  private bucketsOf(viewer: Viewer | null, address: string | null): TokenBucket[] {
    if (this.perSecond === 0 || (viewer?.scope !== 'STOREFRONT' && viewer?.scope !== 'ADVERTISER')) return [];
    const visit = viewer.scope === 'ADVERTISER' ? `key ${viewer.keyId}` : visitOf(viewer);
    const ofVisit = visit === null ? [] : [this.bucket(visit, this.perSecond)];
    if (address === null) return ofVisit;
    return [...ofVisit, this.bucket(`address ${rateLimitKey(address)}`, this.perSecond * VISITS_PER_ADDRESS)];
  }

  private bucket(key: string, perSecond: number): TokenBucket {
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = new TokenBucket(perSecond, perSecond * BURST_SECONDS, this.now())));
    return bucket;
  }
}

/**
 * Returns the bucket key of a visit. A signed-in customer has one key on all devices; otherwise each session has its
 * own, and so has a guest with the token of an order. Returns null if the token names none of them.
 */
function visitOf({ customerId, sessionId, orderId }: Viewer): string | null {
  if (customerId !== undefined) return `customer ${customerId}`;
  if (orderId !== undefined) return `order ${orderId}`;
  return sessionId === undefined ? null : `session ${sessionId}`;
}
