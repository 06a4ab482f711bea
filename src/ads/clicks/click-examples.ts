import { grown } from '../../learn/grown';
import { adFeatures, type AdFeatures } from './ad-features';

/** An impression becomes an example after this time: a later click does not count for the model. */
export const CLICK_WINDOW_MS = 30 * 60_000;

/** A counted impression, and whether it was clicked. Times are milliseconds since 1970. */
export interface AdImpression {
  readonly ad: AdFeatures;
  /** From 1. */
  readonly slot: number;
  readonly receivedAt: number;
  /** When the first counted click on the ad was received; null without one. */
  readonly clickedAt: number | null;
  /** Impressions of the same visitor are not independent. */
  readonly visitor: string;
}

/** Returns whether an impression counts as clicked. A click may be received before its impression. */
export function isClicked({ receivedAt, clickedAt }: Pick<AdImpression, 'receivedAt' | 'clickedAt'>): boolean {
  return clickedAt !== null && clickedAt <= receivedAt + CLICK_WINDOW_MS;
}

const MIN_ROWS = 1_024;
const MIN_HASHES = 16_384;

/** Hashed examples in the order of the log: about 100 bytes each. */
export class ClickExamples {
  size = 0;
  clicks = 0;
  /** 1 for a click. */
  labels = new Uint8Array(MIN_ROWS);
  times = new Float64Array(MIN_ROWS);
  /** Numbers of the visitors, from 0. */
  visitors = new Int32Array(MIN_ROWS);
  private starts = new Int32Array(MIN_ROWS + 1);
  private singleCounts = new Uint8Array(MIN_ROWS);
  private hashes = new Uint32Array(MIN_HASHES);
  private readonly numbers = new Map<string, number>();

  add(impression: AdImpression): void {
    const { ad, slot, receivedAt, visitor } = impression;
    const { singles, crosses } = adFeatures(ad, slot);
    const length = singles.length + crosses.length;
    this.reserve(length);
    const row = this.size++;
    const start = this.starts[row]!;
    this.hashes.set(singles, start);
    this.hashes.set(crosses, start + singles.length);
    this.starts[row + 1] = start + length;
    this.singleCounts[row] = singles.length;
    this.times[row] = receivedAt;
    const label = isClicked(impression) ? 1 : 0;
    this.labels[row] = label;
    this.clicks += label;
    let number = this.numbers.get(visitor);
    if (number === undefined) this.numbers.set(visitor, (number = this.numbers.size));
    this.visitors[row] = number;
  }

  /** Returns the hashes of an example. They are valid until the next {@link add}. */
  hashesOf(row: number): Uint32Array {
    return this.hashes.subarray(this.starts[row], this.starts[row + 1]);
  }

  /** Returns how many of the first hashes of an example are single features. The others are crosses. */
  singlesOf(row: number): number {
    return this.singleCounts[row]!;
  }

  /** Returns what a fit depends on, in the order of the examples. */
  parts(): Uint8Array[] {
    const bytesOf = ({ buffer }: Uint8Array | Float64Array | Int32Array | Uint32Array, bytes: number) =>
      new Uint8Array(buffer as ArrayBuffer, 0, bytes);
    const { size } = this;
    return [
      bytesOf(this.labels, size),
      bytesOf(this.times, 8 * size),
      bytesOf(this.starts, 4 * (size + 1)),
      bytesOf(this.hashes, 4 * this.starts[size]!),
    ];
  }

  private reserve(hashes: number): void {
    if (this.size === this.labels.length) {
      const length = 2 * this.size;
      this.labels = grown(this.labels, length);
      this.times = grown(this.times, length);
      this.visitors = grown(this.visitors, length);
      this.starts = grown(this.starts, length + 1);
      this.singleCounts = grown(this.singleCounts, length);
    }
    if (this.starts[this.size]! + hashes > this.hashes.length) this.hashes = grown(this.hashes, 2 * this.hashes.length);
  }
}
