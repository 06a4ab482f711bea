import { randomUUID } from 'node:crypto';
import type { Logger } from './log';
import type { Pool } from './postgres';

/**
 * The right to be the only one doing something, held in PostgreSQL. Each new owner gets a higher fencing token;
 * whatever the owner writes or publishes carries it, so that an owner who woke up late can do no harm.
 */
export class Lease {
  private timer: NodeJS.Timeout | undefined;
  private heldUntil: number;
  private lostBy: ((reason: string) => void) | undefined;

  private constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
    readonly name: string,
    private readonly owner: string,
    readonly token: number,
    private readonly ttlMs: number,
    asOf: number,
  ) {
    this.heldUntil = asOf + ttlMs;
  }

  /** The lease, or `null` while somebody else holds it. */
  static async acquire(pool: Pool, log: Logger, name: string, ttlMs: number): Promise<Lease | null> {
    const owner = randomUUID();
    const asOf = performance.now();
    const { rows } = await pool.query<{ token: number }>(
      `INSERT INTO leases (name, owner, token, expires_at) VALUES ($1, $2, 1, now() + $3 * interval '1 ms')
       ON CONFLICT (name) DO UPDATE
         SET owner = excluded.owner, token = leases.token + 1, expires_at = excluded.expires_at
         WHERE leases.expires_at <= now()
       RETURNING token`,
      [name, owner, ttlMs],
    );
    return rows[0] ? new Lease(pool, log, name, owner, rows[0].token, ttlMs, asOf) : null;
  }

  /** False as soon as it may have expired, by this process's monotonic clock. */
  get held(): boolean {
    return performance.now() < this.heldUntil;
  }

  /** How much longer it is held at least, if it is not renewed; in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.heldUntil - performance.now());
  }

  /**
   * Renews it in the background, with the owner's position beside it; `onLost` is called once, when it is gone.
   * @param progress how far the owner has come, where others know of it only later
   */
  keep(position: () => number, onLost: (reason: string) => void, progress = position): void {
    this.lostBy = onLost;
    const beat = async () => {
      const asOf = performance.now();
      try {
        const { rowCount } = await this.pool.query(
          `UPDATE leases SET expires_at = now() + $4 * interval '1 ms', position = $3,
             progress = greatest(progress, $6), progressed_at = CASE WHEN $6 > progress THEN now() ELSE progressed_at END
           WHERE name = $1 AND token = $2 AND owner = $5 AND expires_at > now()`,
          [this.name, this.token, position(), this.ttlMs, this.owner, progress()],
        );
        if (rowCount === 0) return this.lose('it was taken over');
        this.heldUntil = asOf + this.ttlMs;
      } catch (error) {
        this.log.warn({ lease: this.name, error: (error as Error).message }, 'lease not renewed');
        if (!this.held) return this.lose('it could not be renewed in time');
      }
      if (this.lostBy) this.timer = setTimeout(() => void beat(), this.ttlMs / 4);
    };
    void beat();
  }

  private lose(reason: string): void {
    this.heldUntil = 0;
    this.lostBy?.(reason);
    this.lostBy = undefined;
  }

  /** Gives it up, so that the next owner need not wait. */
  async release(position?: number): Promise<void> {
    // Whoever slept through its end finds out here, before the next renewal would have said so.
    if (!this.held) this.lose('it was not renewed in time');
    this.lostBy = undefined;
    clearTimeout(this.timer);
    this.heldUntil = 0;
    await this.pool.query(
      `UPDATE leases SET expires_at = now(), position = coalesce($4, position), progress = greatest(progress, $4),
         progressed_at = CASE WHEN $4 > progress THEN now() ELSE progressed_at END
       WHERE name = $1 AND token = $2 AND owner = $3`,
      [this.name, this.token, this.owner, position ?? null],
    );
  }
}

/** How far in the log the newest owner has come, whether or not it still holds the lease; 0 where there was none. */
export async function leasePosition(pool: Pool, name: string): Promise<number> {
  const { rows } = await pool.query<{ position: number }>('SELECT position FROM leases WHERE name = $1', [name]);
  return rows[0]?.position ?? 0;
}

/** Who holds a lease and how far they are; `null` where nobody does. */
export async function leaseHolder(pool: Pool, name: string): Promise<{ token: number; position: number } | null> {
  const { rows } = await pool.query<{ token: number; position: number }>(
    'SELECT token, position FROM leases WHERE name = $1 AND expires_at > now()',
    [name],
  );
  return rows[0] ?? null;
}
