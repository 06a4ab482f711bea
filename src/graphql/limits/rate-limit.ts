import { LRUCache } from 'lru-cache';
import { networksOf } from '../http/client-address';
import type { Viewer } from '../context';
import { ApiError } from '../errors';
import { isShopKey } from '../scope';
import { TokenBucket } from './token-bucket';

/** A visit may spend the allowance of this many seconds at once, because a page sends all its requests together. */
const BURST_SECONDS = 10;
/** The same of an address or network: it has many visits, and others wait while it spends what it has saved up. */
const ADDRESS_BURST_SECONDS = 4;
/**
 * An address has this many times the allowance of a visit, because a household, office or mobile network may share it.
 */
const VISITS_PER_ADDRESS = 10;
/** The key of a support agent or another operator has this many times the allowance of a visit. */
const VISITS_PER_OPERATOR = 5;
/** If there are more buckets, the least recently used one is dropped. A bucket takes about 200 bytes. */
const MAX_BUCKETS = 50_000;

/**
 * Limits the cost of operations with storefront keys over time. These keys are public, so each visit (the session or
 * customer of the token) has a limit. Anyone can start new visits, so each address has a limit, too, and so has each
 * network of IPv6 addresses. A request without a key counts for its address. The keys of operators and advertisers have
 * limits of their own. Server and admin keys belong to the shop's machines and are not limited.
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
    const waitMs = waitOf(buckets, units, this.now());
    if (waitMs > 0) throw rateLimitedError(waitMs);
    for (const bucket of buckets) bucket.take(units);
  }

  /**
   * Charges a cost that is known only after the work. If it exceeds the allowance, later operations have to wait.
   */
  chargeAfterwards(viewer: Viewer | null, address: string | null, units: number): void {
    if (units > 0) for (const bucket of this.bucketsOf(viewer, address)) bucket.take(units);
  }

  /** Gives back a part of what was charged before. */
  giveBack(viewer: Viewer | null, address: string | null, units: number): void {
    for (const bucket of this.bucketsOf(viewer, address)) bucket.take(-units);
  }

  /** Returns the time until the client has no debt from costs that were known only after the work, ms. */
  debtMs(viewer: Viewer | null, address: string | null): number {
    return waitOf(this.bucketsOf(viewer, address), 0, this.now());
  }

  /** Whether the client has used up most of its allowance. */
  isLow(viewer: Viewer | null, address: string | null): boolean {
    return this.bucketsOf(viewer, address).some((bucket) => bucket.isLow(this.now()));
  }

  private bucketsOf(viewer: Viewer | null, address: string | null): TokenBucket[] {
    if (this.perSecond === 0 || isShopKey(viewer?.scope)) return [];
    const buckets: TokenBucket[] = [];
    if (viewer?.scope === 'OPERATOR') return [this.bucket(`key ${viewer.keyId}`, this.perSecond * VISITS_PER_OPERATOR)];
    const visit = viewer && (viewer.scope === 'ADVERTISER' ? `key ${viewer.keyId}` : visitOf(viewer));
    if (visit !== null) buckets.push(this.bucket(visit, this.perSecond));
    if (address !== null)
      for (const { key, shares } of networksOf(address))
        buckets.push(
          this.bucket(`address ${key}`, this.perSecond * VISITS_PER_ADDRESS * shares, ADDRESS_BURST_SECONDS),
        );
    return buckets;
  }

  private bucket(key: string, perSecond: number, burstSeconds = BURST_SECONDS): TokenBucket {
    let bucket = this.buckets.get(key);
    if (!bucket) this.buckets.set(key, (bucket = new TokenBucket(perSecond, perSecond * burstSeconds, this.now())));
    return bucket;
  }
}

function waitOf(buckets: readonly TokenBucket[], units: number, now: number): number {
  return buckets.reduce((longest, bucket) => Math.max(longest, bucket.waitMs(units, now)), 0);
}

export function rateLimitedError(waitMs: number): ApiError {
  const message = 'Too many requests from this visit or address; retry after retryAfterMs.';
  return new ApiError('RATE_LIMITED', message, { retryAfterMs: Math.ceil(waitMs) });
}

/**
 * Returns the bucket key of a visit. A signed-in customer has one key on all devices; otherwise each session has its
 * own, and so has a guest with the token of an order. Returns null if the token names none of them.
 */
export function visitOf({ customerId, sessionId, orderId }: Viewer): string | null {
  if (customerId !== undefined) return `customer ${customerId}`;
  if (orderId !== undefined) return `order ${orderId}`;
  return sessionId === undefined ? null : `session ${sessionId}`;
}
