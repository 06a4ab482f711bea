import { wordsFor } from './bitmap';

/**
 * A pool of arrays for successive searches, so that a search over 400,000 documents does not leave megabytes of
 * garbage. {@link release} puts all arrays back into the pool. Bitmaps, numbers and sums have the size of the largest
 * segment.
 */
export class Scratch {
  private size = 0;
  private readonly bitmapPool: Uint32Array[] = [];
  private readonly numberPool: Uint32Array[] = [];
  private readonly sumPool: Float64Array[] = [];
  private readonly integerPool: Int32Array[] = [];
  private integersUsed = 0;
  private bitmapsUsed = 0;
  private numbersUsed = 0;
  private sumsUsed = 0;

  /** Ensures capacity for this number of documents. Call it only between two searches. */
  ensureCapacity(documents: number): void {
    if (documents <= this.size) return;
    // Without spare capacity, every new document would reallocate all arrays.
    this.size = Math.ceil(documents * 1.1) + 64;
    this.bitmapPool.length = 0;
    this.numberPool.length = 0;
    this.sumPool.length = 0;
  }

  /** Returns a bitmap whose first `documents` bits are cleared. */
  bitmap(documents: number): Uint32Array {
    const bitmap = (this.bitmapPool[this.bitmapsUsed++] ??= new Uint32Array(wordsFor(this.size)));
    bitmap.fill(0, 0, wordsFor(documents));
    return bitmap;
  }

  /** Returns an array for document numbers. Its content is undefined. */
  numbers(): Uint32Array {
    return (this.numberPool[this.numbersUsed++] ??= new Uint32Array(this.size));
  }

  /** Returns an array for scores. Its content is undefined. */
  sums(): Float64Array {
    return (this.sumPool[this.sumsUsed++] ??= new Float64Array(this.size));
  }

  /** Returns an array of at least this length. Its content is undefined. */
  integers(length: number): Int32Array {
    const place = this.integersUsed++;
    if ((this.integerPool[place]?.length ?? -1) < length)
      this.integerPool[place] = new Int32Array(Math.ceil(length * 1.1) + 64);
    return this.integerPool[place];
  }

  release(): void {
    this.integersUsed = 0;
    this.bitmapsUsed = 0;
    this.numbersUsed = 0;
    this.sumsUsed = 0;
  }
}
