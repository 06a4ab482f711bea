import { randomUUID } from 'node:crypto';
import type { Logger } from './log';
import type { Pool } from './postgres';
import { execute, queryFirst } from './sql';

export interface HoldOptions {
  /** The log position that the owner has published. Default: the position that the previous owner stored. */
  readonly position?: () => number;
  /** The log position that the owner has reached so far; default: `position`. */
  readonly progress?: () => number;
  readonly onLost?: () => void;
}

/**
 * An exclusive lease in PostgreSQL. Each new owner gets a higher fencing token. Everything that an owner writes or
 * publishes carries its token, so that data of an owner whose lease has expired are rejected.
 */
export class Lease {
  private timer: NodeJS.Timeout | undefined;
  private heldUntil: number;
  private lossHandler: ((reason: string) => void) | undefined;

  private constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
    readonly name: string,
    private readonly owner: string,
    readonly token: number,
    private readonly ttlMs: number,
    /** The log position that the previous owner stored; 0 if there was none. */
    readonly storedPosition: number,
    asOf: number,
  ) {
    this.heldUntil = asOf + ttlMs;
  }

  /** Returns the lease, or `null` while another owner holds it. */
  static async acquire(pool: Pool, log: Logger, name: string, ttlMs: number): Promise<Lease | null> {
    const owner = randomUUID();
    const asOf = performance.now();
    const row = await queryFirst<{ token: number; position: number }>(
      pool,
      `INSERT INTO leases (name, owner, token, expires_at) VALUES ($1, $2, 1, now() + $3 * interval '1 ms')
       ON CONFLICT (name) DO UPDATE
         SET owner = excluded.owner, token = leases.token + 1, expires_at = excluded.expires_at
         WHERE leases.expires_at <= now()
       RETURNING token, position`,
      [name, owner, ttlMs],
    );
    return row ? new Lease(pool, log, name, owner, row.token, ttlMs, row.position, asOf) : null;
  }

  /** Returns false as soon as the lease may have expired, by the monotonic clock of this process. */
  get held(): boolean {
    return performance.now() < this.heldUntil;
  }

  /** The time until the lease may expire unless it is renewed, in milliseconds. */
  get remainingMs(): number {
    return Math.max(0, this.heldUntil - performance.now());
  }

  /**
   * Renews the lease in the background and stores the owner's log position with it. Calls `onLost` once, when the lease
   * is lost.
   * @param position log position that the owner has published
   * @param progress log position that the owner has reached so far, if that may be ahead of `position`
   */
  startRenewing(position: () => number, onLost: (reason: string) => void, progress = position): void {
    this.lossHandler = onLost;
    const renew = async () => {
      const asOf = performance.now();
      try {
        const rowCount = await execute(
          this.pool,
          `UPDATE leases SET expires_at = now() + $4 * interval '1 ms', position = $3,
             progress = greatest(progress, $6), progressed_at = CASE WHEN $6 > progress THEN now() ELSE progressed_at END
           WHERE name = $1 AND token = $2 AND owner = $5 AND expires_at > now()`,
          [this.name, this.token, position(), this.ttlMs, this.owner, progress()],
        );
        if (rowCount === 0) return this.markLost('it was taken over');
        this.heldUntil = asOf + this.ttlMs;
      } catch (error) {
        this.log.warn({ lease: this.name, error: (error as Error).message }, 'lease not renewed');
        if (!this.held) return this.markLost('it could not be renewed in time');
      }
      if (this.lossHandler) this.timer = setTimeout(() => void renew(), this.ttlMs / 4);
    };
    void renew();
  }

  /**
   * Renews the lease while `work` runs, then releases it.
   * @param options see {@link startRenewing}
   */
  async hold<T>(
    work: () => Promise<T>,
    { position = () => this.storedPosition, progress = position, onLost }: HoldOptions = {},
  ): Promise<T> {
    const lost = (reason: string) => {
      this.log.warn({ lease: this.name, reason }, 'lease lost');
      onLost?.();
    };
    this.startRenewing(position, lost, progress);
    try {
      return await work();
    } finally {
      await this.release(position()).catch((error: Error) =>
        this.log.warn({ lease: this.name, error: error.message }, 'lease not released; it expires'),
      );
    }
  }

  private markLost(reason: string): void {
    this.heldUntil = 0;
    this.lossHandler?.(reason);
    this.lossHandler = undefined;
  }

  /** Releases the lease, so that the next owner need not wait until it expires. */
  async release(position?: number): Promise<void> {
    // This process may have been suspended until the lease expired. Report the loss now, not at the next renewal.
    if (!this.held) this.markLost('it was not renewed in time');
    this.lossHandler = undefined;
    clearTimeout(this.timer);
    this.heldUntil = 0;
    // Without an owner, because a renewal may have begun before and wait for the lock of this row. Its now() is then
    // before `expires_at`, but it must not renew the lease.
    await execute(
      this.pool,
      `UPDATE leases SET owner = '', expires_at = now(), position = coalesce($4, position), progress = greatest(progress, $4),
         progressed_at = CASE WHEN $4 > progress THEN now() ELSE progressed_at END
       WHERE name = $1 AND token = $2 AND owner = $3`,
      [this.name, this.token, this.owner, position ?? null],
    );
  }
}

/**
 * Runs `work` under a lease, so that only one process does it at a time.
 * @returns false, without running it, if another owner holds the lease
 */
export async function withLease(
  {
    pool,
    log,
    name,
    leaseMs,
  }: { readonly pool: Pool; readonly log: Logger; readonly name: string; readonly leaseMs: number },
  work: (lease: Lease) => Promise<unknown>,
  options?: HoldOptions,
): Promise<boolean> {
  const lease = await Lease.acquire(pool, log, name, leaseMs);
  if (lease === null) return false;
  await lease.hold(() => work(lease), options);
  return true;
}

/**
 * Returns the log position that the newest owner has stored, even if it no longer holds the lease; 0 if there was no
 * owner.
 */
export async function leasePosition(pool: Pool, name: string): Promise<number> {
  const row = await queryFirst<{ position: number }>(pool, 'SELECT position FROM leases WHERE name = $1', [name]);
  return row?.position ?? 0;
}

/** Returns the fencing token and the position of the current owner; `null` if the lease is free. */
export async function leaseHolder(pool: Pool, name: string): Promise<{ token: number; position: number } | null> {
  const row = await queryFirst<{ token: number; position: number }>(
    pool,
    'SELECT token, position FROM leases WHERE name = $1 AND expires_at > now()',
    [name],
  );
  return row ?? null;
}
