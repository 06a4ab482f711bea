import { grown } from '../../learn/grown';
import type { WrittenDate } from '../parse-date';

/** Number of hashes in memory at most: 1 GB. */
const MAX_HASHES = 250_000_000;
const CHUNK_ROWS = 1 << 14;

/** Keeps hashed impressions until all are read, to go through them in order of time. */
export class ImpressionBuffer {
  /** Hashes of {@link CHUNK_ROWS} impressions each. */
  private readonly chunks: Uint32Array[] = [];
  private labels = new Uint8Array(CHUNK_ROWS);
  private monthFirst = new Float64Array(CHUNK_ROWS);
  private dayFirst = new Float64Array(CHUNK_ROWS);
  private length = 0;

  /**
   * @param width number of hashes of an impression
   * @param maxHashes more are refused
   */
  constructor(
    private readonly width: number,
    private readonly maxHashes = MAX_HASHES,
  ) {}

  /** @throws Error if there are too many impressions */
  add(hashes: Uint32Array, label: number, time: WrittenDate): void {
    const maxRows = Math.floor(this.maxHashes / this.width);
    if (this.length >= maxRows)
      throw new Error(
        `at most ${maxRows} impressions with ${this.width} features can be sorted by time. Sort the file, and leave out time=`,
      );
    if (this.length % CHUNK_ROWS === 0) this.chunks.push(new Uint32Array(CHUNK_ROWS * this.width));
    if (this.length === this.labels.length) this.grow();
    this.chunks[this.chunks.length - 1].set(hashes.subarray(0, this.width), (this.length % CHUNK_ROWS) * this.width);
    this.labels[this.length] = label;
    this.monthFirst[this.length] = time.monthFirst;
    this.dayFirst[this.length] = time.dayFirst;
    this.length++;
  }

  /**
   * Calls back for each impression in order of time, and for those of the same time in order of the file. Dates with
   * slashes have the day first if one of them is no date otherwise; then, a date without such a day comes last.
   */
  forEach(callback: (hashes: Uint32Array, label: number) => void): void {
    const isDayFirst = this.monthFirst.subarray(0, this.length).some(Number.isNaN);
    const times = (isDayFirst ? this.dayFirst : this.monthFirst).map((time) => (Number.isNaN(time) ? Infinity : time));
    const order = Uint32Array.from({ length: this.length }, (_, at) => at);
    // Times may be infinite, whose difference is NaN.
    order.sort((a, b) => (times[a] < times[b] ? -1 : times[a] > times[b] ? 1 : a - b));
    for (const at of order) {
      const from = (at % CHUNK_ROWS) * this.width;
      callback(this.chunks[Math.floor(at / CHUNK_ROWS)].subarray(from, from + this.width), this.labels[at]);
    }
  }

  private grow(): void {
    this.labels = grown(this.labels, 2 * this.length);
    this.monthFirst = grown(this.monthFirst, 2 * this.length);
    this.dayFirst = grown(this.dayFirst, 2 * this.length);
  }
}
