import { LRUCache } from 'lru-cache';
import { sameClient } from './client-address';
import type { Viewer } from './context';
import { ApiError } from './errors';
import { TokenBucket } from './token-bucket';

/** Who has saved up for so long may spend it at once: a page asks for all that it shows together. */
const BURST_SECONDS = 10;
/** An address stands for so many visits: a household, an office, a mobile carrier. */
const VISITS_PER_ADDRESS = 10;
/** Forgotten first is who has been away longest. About 200 bytes each. */
const MAX_BUCKETS = 50_000;

/**
 * What storefront keys may make this process do over time. They are public, so it goes by visit (the session or customer
 * of the token) and by address: a new visit costs nothing to begin. Server and admin keys are the shop's own.
 */
export class RateLimit {
  private readonly buckets = new LRUCache<string, TokenBucket>({ max: MAX_BUCKETS });

  /** @param perSecond units (see `costOf`) for each visit; 0: no limit */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Takes what an operation costs, or nothing of it.
   * @param address null: it is not known whose it is, see `TrustedProxies`
   * @throws ApiError RATE_LIMITED, with how long until there is enough
   */
  charge(viewer: Viewer | null, address: string | null, units: number): void {
    const buckets = this.bucketsOf(viewer, address);
    const waitMs = Math.max(0, ...buckets.map((bucket) => bucket.waitMs(units, this.now())));
    if (waitMs > 0) {
      const retryAfterMs = Math.ceil(waitMs);
      throw new ApiError('RATE_LIMITED', 'This visit or address asks for too much at a time', { retryAfterMs });
    }
    for (const bucket of buckets) bucket.take(units);
  }

  /** Takes what turned out only once it was done, though it be a debt: the next operation waits for it. */
  owe(viewer: Viewer | null, address: string | null, units: number): void {
    if (units > 0) for (const bucket of this.bucketsOf(viewer, address)) bucket.take(units);
  }

  private bucketsOf(viewer: Viewer | null, address: string | null): TokenBucket[] {
    if (this.perSecond === 0 || viewer?.scope !== 'STOREFRONT') return [];
    const visit = visitOf(viewer);
    const ofVisit = visit === null ? [] : [this.bucket(visit, this.perSecond)];
    if (address === null) return ofVisit;
    return [...ofVisit, this.bucket(`address ${sameClient(address)}`, this.perSecond * VISITS_PER_ADDRESS)];
  }

  private bucket(key: string, perSecond: number): TokenBucket {
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = new TokenBucket(perSecond, perSecond * BURST_SECONDS, this.now())));
    return bucket;
  }
}

/** A customer with two devices is one; a token may name no session. */
function visitOf({ customerId, sessionId }: Viewer): string | null {
  if (customerId !== undefined) return `customer ${customerId}`;
  return sessionId === undefined ? null : `session ${sessionId}`;
}
