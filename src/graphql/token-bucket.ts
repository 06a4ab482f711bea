/** Sums of fractions may be off by so much; whoever waited as told has waited. */
const ROUNDING = 1e-6;

/** A token bucket: it fills at a steady rate up to its size; what is taken out has to be there. Times in ms. */
export class TokenBucket {
  private level: number;

  constructor(
    private readonly perSecond: number,
    private readonly size: number,
    private at: number,
  ) {
    this.level = size;
  }

  /** How long until so much is there; more than its size is there when it is full. */
  waitMs(units: number, now: number): number {
    this.level = Math.min(this.size, this.level + ((now - this.at) / 1_000) * this.perSecond);
    this.at = now;
    const lacking = Math.min(units, this.size) - this.level;
    return lacking > ROUNDING ? (lacking / this.perSecond) * 1_000 : 0;
  }

  /** Takes it, even where that leaves a debt: of what is more than its size. */
  take(units: number): void {
    this.level -= units;
  }
}
