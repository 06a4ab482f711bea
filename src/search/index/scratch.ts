import { wordsFor } from './bitmap';

/**
 * Arrays that searches use one after the other, so that a search of 400,000 documents makes no garbage of megabytes. All are given
 * back at once, by {@link release}; bits, numbers and sums are as large as the largest segment.
 */
export class Scratch {
  private size = 0;
  private readonly bitmapPool: Uint32Array[] = [];
  private readonly numberPool: Uint32Array[] = [];
  private readonly sumPool: Float64Array[] = [];
  private readonly integerPool: Int32Array[] = [];
  private integersTaken = 0;
  private bitmapsTaken = 0;
  private numbersTaken = 0;
  private sumsTaken = 0;

  /** Makes room; only between two searches. */
  fit(documents: number): void {
    if (documents <= this.size) return;
    // More than is needed, or every new document would make all of them anew.
    this.size = Math.ceil(documents * 1.1) + 64;
    this.bitmapPool.length = 0;
    this.numberPool.length = 0;
    this.sumPool.length = 0;
  }

  /** All of so many bits unset: what a search before has left would be hits. */
  bitmap(documents: number): Uint32Array {
    const bitmap = (this.bitmapPool[this.bitmapsTaken++] ??= new Uint32Array(wordsFor(this.size)));
    bitmap.fill(0, 0, wordsFor(documents));
    return bitmap;
  }

  /** With anything in it. */
  numbers(): Uint32Array {
    return (this.numberPool[this.numbersTaken++] ??= new Uint32Array(this.size));
  }

  /** With anything in it. */
  sums(): Float64Array {
    return (this.sumPool[this.sumsTaken++] ??= new Float64Array(this.size));
  }

  /** So many and more, with anything in them. */
  integers(length: number): Int32Array {
    const place = this.integersTaken++;
    if ((this.integerPool[place]?.length ?? -1) < length)
      this.integerPool[place] = new Int32Array(Math.ceil(length * 1.1) + 64);
    return this.integerPool[place];
  }

  release(): void {
    this.integersTaken = 0;
    this.bitmapsTaken = 0;
    this.numbersTaken = 0;
    this.sumsTaken = 0;
  }
}
