import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { grown } from './grown';

/**
 * The landmark (see {@link ForwardDecay}) moves if an event is more than this number of half-lives later. Factors of up
 * to 2^512 leave room for the sums in an f64.
 */
const MAX_HALF_LIVES = 512;

/**
 * Exponentially decayed sums per item by forward decay (Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay, ICDE 2009).
 * With half-life h and a reference time L (the landmark), an event of weight w at time t adds w · 2^((t − L) / h) once,
 * and reading divides by 2^((now − L) / h).
 *
 * The landmark is a whole number of half-lives and moves by whole half-lives. Moving it scales every sum by a power of
 * two, which is exact, so results don't depend on where the landmark is. An event that arrives late counts as if it had
 * arrived in time.
 */
export class ForwardDecay {
  private sums = new Float64Array(64);
  /** In half-lives since 1970; NaN before the first event. */
  private landmark = NaN;

  constructor(
    /** In milliseconds. */
    readonly halfLife: number,
  ) {}

  /** Adds the weight of an event at time `at` (ms) to the item's sum. The weight may be negative. */
  add(item: number, weight: number, at: number): void {
    const halfLives = Math.floor(at / this.halfLife);
    if (Number.isNaN(this.landmark)) this.landmark = halfLives;
    if (halfLives - this.landmark > MAX_HALF_LIVES) this.moveLandmark(halfLives);
    if (item >= this.sums.length) this.grow(item + 1);
    const fraction = at / this.halfLife - halfLives;
    this.sums[item] += weight * Math.pow(2, fraction) * Math.pow(2, halfLives - this.landmark);
  }

  /**
   * Returns the sum as of `now` (ms). An event at `now` counts in full, and an event one half-life ago counts half. A
   * negative sum is returned as 0.
   */
  read(item: number, now: number): number {
    return this.relative(item) * this.scaleAt(now);
  }

  /** Returns the sum up to a factor that is common to all items, which is enough to rank them. */
  relative(item: number): number {
    const sum = item < this.sums.length ? this.sums[item] : 0;
    return sum > 0 ? sum : 0;
  }

  /** Returns the factor that all items have in common: `read(i, now) = relative(i) · scaleAt(now)`. */
  scaleAt(now: number): number {
    return Number.isNaN(this.landmark) ? 0 : Math.pow(2, this.landmark - now / this.halfLife);
  }

  writeItems(writer: ByteWriter, items: Iterable<number>): void {
    writer.f64(this.landmark);
    for (const item of items) writer.f64(item < this.sums.length ? this.sums[item] : 0);
  }

  readItems(reader: ByteReader, items: Iterable<number>): void {
    this.moveLandmark(reader.f64());
    for (const item of items) {
      if (item >= this.sums.length) this.grow(item + 1);
      this.sums[item] = reader.f64();
    }
  }

  private moveLandmark(newLandmark: number): void {
    const exponent = Number.isNaN(this.landmark) ? 0 : this.landmark - newLandmark;
    this.landmark = newLandmark;
    if (exponent === 0 || Number.isNaN(exponent)) return;
    this.multiply(Math.pow(2, exponent));
  }

  /** Multiplies all sums. The results are exact if the factor is a power of two. */
  multiply(factor: number): void {
    for (let item = 0; item < this.sums.length; item++) this.sums[item] *= factor;
  }

  private grow(items: number): void {
    this.sums = grown(this.sums, Math.max(items, Math.ceil(this.sums.length * 1.5)));
  }
}
