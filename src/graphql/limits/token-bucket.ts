/** Tolerance for rounding errors, so that a client that has waited for `waitMs` is not rejected again. */
const ROUNDING = 1e-6;

/** A token bucket. It fills at a constant rate up to its size. Times are in ms. */
export class TokenBucket {
  private level: number;

  constructor(
    private readonly perSecond: number,
    private readonly size: number,
    private updatedAt: number,
  ) {
    this.level = size;
  }

  /** Returns the ms until the bucket holds `units`, or until it is full if `units` exceeds its size. */
  waitMs(units: number, now: number): number {
    this.refill(now);
    const lacking = Math.min(units, this.size) - this.level;
    return lacking > ROUNDING ? (lacking / this.perSecond) * 1_000 : 0;
  }

  /** Returns whether it is less than half full. */
  isLow(now: number): boolean {
    this.refill(now);
    return this.level < this.size / 2;
  }

  /** Removes `units`, even if that leaves a negative level. */
  take(units: number): void {
    this.level -= units;
  }

  private refill(now: number): void {
    this.level = Math.min(this.size, this.level + ((now - this.updatedAt) / 1_000) * this.perSecond);
    this.updatedAt = now;
  }
}
