/**
 * Returns the k-th largest (k ≥ 1) of values[0…count), or `-Infinity` if count < k. Reorders the values (Hoare's
 * quickselect).
 */
export function kthLargest(values: Float64Array, count: number, k: number): number {
  if (count < k) return -Infinity;
  let left = 0;
  let right = count - 1;
  const target = k - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i++] = values[j];
        values[j--] = swap;
      }
    }
    if (target <= j) right = j;
    else if (target >= i) left = i;
    else break;
  }
  return values[target];
}

/**
 * Reusable bounded min-heap of (item, score) that retains the `limit` best of the offered items. If scores are equal,
 * the smaller item is better, so that the result depends only on the set of offered items.
 */
export class TopK {
  private items: Int32Array;
  private scores: Float64Array;
  private size = 0;
  private limit = 0;

  constructor(capacity: number) {
    this.items = new Int32Array(capacity);
    this.scores = new Float64Array(capacity);
  }

  reset(limit: number): void {
    if (limit > this.items.length) {
      this.items = new Int32Array(limit);
      this.scores = new Float64Array(limit);
    }
    this.limit = limit;
    this.size = 0;
  }

  offer(item: number, score: number): void {
    if (this.size < this.limit) {
      this.siftUp(this.size++, item, score);
    } else if (this.limit > 0 && this.isWorse(this.items[0], this.scores[0], item, score)) {
      this.siftDown(item, score);
    }
  }

  /**
   * The score that an item must exceed to be retained, provided that items are offered in ascending order; −∞ until the
   * heap is full.
   */
  threshold(): number {
    return this.size < this.limit ? -Infinity : this.limit === 0 ? Infinity : this.scores[0];
  }

  /** The retained items, in no particular order; valid until the next `reset`. */
  selected(): Int32Array {
    return this.items.subarray(0, this.size);
  }

  /** Removes and returns the worst item; undefined if the heap is empty. */
  pop(): { readonly item: number; readonly score: number } | undefined {
    if (this.size === 0) return undefined;
    const worst = { item: this.items[0], score: this.scores[0] };
    this.size--;
    if (this.size > 0) this.siftDown(this.items[this.size], this.scores[this.size]);
    return worst;
  }

  /** Moves all items into `out`, best first. @returns the number of items */
  drain(out: Int32Array): number {
    const length = this.size;
    while (this.size > 0) {
      out[this.size - 1] = this.items[0];
      this.size--;
      if (this.size > 0) this.siftDown(this.items[this.size], this.scores[this.size]);
    }
    return length;
  }

  private isWorse(itemA: number, scoreA: number, itemB: number, scoreB: number): boolean {
    return scoreA < scoreB || (scoreA === scoreB && itemA > itemB);
  }

  private siftUp(start: number, item: number, score: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(item, score, this.items[parent], this.scores[parent])) break;
      this.items[at] = this.items[parent];
      this.scores[at] = this.scores[parent];
      at = parent;
    }
    this.items[at] = item;
    this.scores[at] = score;
  }

  private siftDown(item: number, score: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (
        right < this.size &&
        this.isWorse(this.items[right], this.scores[right], this.items[child], this.scores[child])
      ) {
        child = right;
      }
      if (!this.isWorse(this.items[child], this.scores[child], item, score)) break;
      this.items[at] = this.items[child];
      this.scores[at] = this.scores[child];
      at = child;
    }
    this.items[at] = item;
    this.scores[at] = score;
  }
}
