import { LRUCache } from 'lru-cache';
import { ApiError } from '../graphql/errors';
import { MS_PER_DAY } from '../learn/durations';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { runPeriodically } from '../platform/run-periodically';
import type { StorageSender } from './storage-sender';
import { addStorefrontGrowth } from './storefront-growth.store';

/** What storefronts make the shop store, and its share of `STOREFRONT_BYTES_PER_DAY`. */
export const STORAGE_SHARES = { EVENTS: 0.6, SEARCHES: 0.15, AD_DECISIONS: 0.15, CONVERSATIONS: 0.1 } as const;
export type StorageKind = keyof typeof STORAGE_SHARES;

/**
 * The shares of a visit and of an address in what all storefronts may store. A wider network of IPv6 has some times the
 * share of an address, see `networksOf`.
 */
export const VISIT_SHARE = 1 / 500;
export const ADDRESS_SHARE = 1 / 50;
/** Up to this share of its own limit, a sender is light. */
const LIGHT_SHARE = 1 / 100;
/** The rest of the shop's limit is reserved for light senders. Otherwise, a few heavy ones could use it up. */
const HEAVY_SHARE = 3 / 4;
/** If there are more senders, the one that has stored nothing for the longest time is forgotten. */
const MAX_SENDERS = 100_000;
const SYNC_MS = 2_000;

export interface StorageAllowanceOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Bytes that all storefronts together may make the shop store in a day; 0: no limit. */
  readonly bytesPerDay: number;
  readonly now?: () => number;
}

/** Bytes of a kind on a day, in days since 1970. */
export interface Growth {
  readonly day: number;
  readonly kind: StorageKind;
  readonly bytes: number;
}

/**
 * Limits what storefront keys make the shop store, in bytes a day (UTC): of each visit, of each address and network of
 * IPv6, and of all together. A visit is free, and a key is public, so without limits a client could fill the disk. This process counts its
 * visits and addresses itself. The sum over all is shared by the processes through PostgreSQL, every two seconds.
 */
export class StorageAllowance {
  private readonly senders = new LRUCache<string, { day: number; bytes: number }>({ max: MAX_SENDERS });
  /** What this process has let in and not added to the shared sums yet. */
  private pending = new Map<string, Growth>();
  private sending: readonly Growth[] = [];
  private shared: readonly Growth[] = [];
  private syncing: { stop(): Promise<void> } | undefined;
  private warnedDay = 0;

  constructor(private readonly options: StorageAllowanceOptions) {}

  async start(): Promise<void> {
    if (this.options.bytesPerDay === 0) return;
    await this.sync();
    this.syncing = runPeriodically(SYNC_MS, this.options.log, () =>
      // While the database does not answer, the last sums stay valid, and nothing can be stored.
      this.sync().catch(() => undefined),
    );
  }

  async stop(): Promise<void> {
    if (this.syncing === undefined) return;
    await this.syncing.stop();
    await this.sync().catch(() => undefined);
  }

  /**
   * Counts bytes that are about to be stored. @param sender null for the shop's own keys
   * @throws ApiError RATE_LIMITED if they exceed a limit; then nothing is counted
   */
  charge(kind: StorageKind, sender: StorageSender | null, bytes: number): void {
    if (this.tryCharge(kind, sender, bytes)) return;
    const retryAfterMs = (this.day + 1) * MS_PER_DAY - this.now();
    const message =
      'This visit or address has stored as much as it may store in a day (STOREFRONT_BYTES_PER_DAY). Retry after retryAfterMs.';
    throw new ApiError('RATE_LIMITED', message, { retryAfterMs });
  }

  /** Counts bytes that are about to be stored. @returns false if they exceed a limit; then nothing is counted */
  tryCharge(kind: StorageKind, sender: StorageSender | null, bytes: number): boolean {
    if (sender === null || this.options.bytesPerDay === 0) return true;
    const limit = this.options.bytesPerDay * STORAGE_SHARES[kind];
    const limits = this.limitsOf(kind, sender, limit);
    if (limits.some(({ key, limit: own }) => this.usedBy(key) + bytes > own)) return false;
    // If the address is known, its networks decide, because visits are free.
    const deciding = sender.networks.length === 0 ? limits : limits.slice(0, sender.networks.length);
    const isLight =
      deciding.length > 0 && deciding.every(({ key, limit: own }) => this.usedBy(key) + bytes <= own * LIGHT_SHARE);
    const used = this.usedByAll(kind);
    if (used + bytes > limit * (isLight ? 1 : HEAVY_SHARE)) {
      this.warn(kind, used);
      return false;
    }
    this.add(kind, sender, bytes);
    return true;
  }

  /** Counts bytes that were stored, even if they exceed a limit: what the sender stores next has to fit. */
  add(kind: StorageKind, sender: StorageSender | null, bytes: number): void {
    if (sender === null || this.options.bytesPerDay === 0) return;
    const { day } = this;
    for (const { key } of this.limitsOf(kind, sender, 0))
      this.senders.set(key, { day, bytes: this.usedBy(key) + bytes });
    this.addPending({ day, kind, bytes });
  }

  /** Adds what this process has let in to the shared sums, and reads them. */
  async sync(): Promise<void> {
    this.sending = [...this.pending.values()];
    this.pending = new Map();
    try {
      this.shared = await addStorefrontGrowth(this.options.pool, this.day, this.sending);
    } catch (error) {
      for (const growth of this.sending) this.addPending(growth);
      throw error;
    } finally {
      this.sending = [];
    }
  }

  private addPending({ day, kind, bytes }: Growth): void {
    const key = `${day} ${kind}`;
    this.pending.set(key, { day, kind, bytes: bytes + (this.pending.get(key)?.bytes ?? 0) });
  }

  /** The limits of a sender: those of its networks, and then that of its visit. */
  private limitsOf(kind: StorageKind, { visit, networks }: StorageSender, limit: number) {
    const ofNetworks = networks.map(({ key, shares }) => ({
      key: `${kind} address ${key}`,
      limit: limit * ADDRESS_SHARE * shares,
    }));
    return visit === null ? ofNetworks : [...ofNetworks, { key: `${kind} visit ${visit}`, limit: limit * VISIT_SHARE }];
  }

  private usedBy(key: string): number {
    const used = this.senders.get(key);
    return used?.day === this.day ? used.bytes : 0;
  }

  private usedByAll(kind: StorageKind): number {
    let sum = 0;
    for (const growths of [this.pending.values(), this.sending, this.shared])
      for (const growth of growths) if (growth.kind === kind && growth.day === this.day) sum += growth.bytes;
    return sum;
  }

  /** Once a day. */
  private warn(kind: StorageKind, bytes: number): void {
    if (this.warnedDay === this.day) return;
    this.warnedDay = this.day;
    this.options.log.warn(
      { kind, bytes },
      'storefronts have stored as much as they may in a day: STOREFRONT_BYTES_PER_DAY',
    );
  }

  private get day(): number {
    return Math.floor(this.now() / MS_PER_DAY);
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}
