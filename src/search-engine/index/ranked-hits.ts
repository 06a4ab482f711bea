/**
 * Collects the documents with the highest keys, in a heap with the lowest-ranked one on top. It is reused for many
 * searches.
 */
export class RankedHits {
  private numbers = new Uint32Array(64);
  private keys = new Float64Array(64);
  private ties = new Float64Array(64);
  private scores = new Float64Array(64);
  private capacity = 0;
  size = 0;

  /** @param capacity maximum number of documents to collect */
  reset(capacity: number): void {
    this.size = 0;
    this.capacity = capacity;
    if (capacity <= this.numbers.length) return;
    this.numbers = new Uint32Array(capacity);
    this.keys = new Float64Array(capacity);
    this.ties = new Float64Array(capacity);
    this.scores = new Float64Array(capacity);
  }

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  /** Returns the lowest key that can still be collected. */
  floor(): number {
    return this.size < this.capacity ? -Infinity : this.keys[0];
  }

  /**
   * Adds a document if it is among the first `capacity` documents so far.
   * @param key documents are ordered by descending key
   * @param tie orders equal keys ascending, NaN last; equal ties are ordered by ascending number
   * @param score stored with the document, without influence on the order
   */
  offer(number: number, key: number, tie: number, score: number): void {
    const order = Number.isNaN(tie) ? Infinity : tie;
    if (this.size < this.capacity) return this.siftUp(this.size++, number, key, order, score);
    if (this.isBehind(0, number, key, order)) this.siftDown(0, this.size, number, key, order, score);
  }

  /** Returns the collected documents in order. The heap must be {@link reset} before its next use. */
  sorted(): { readonly number: number; readonly key: number; readonly score: number }[] {
    const { numbers, keys, ties, scores, size } = this;
    for (let end = size - 1; end > 0; end--) {
      const [number, key, tie, score] = [numbers[end], keys[end], ties[end], scores[end]];
      this.move(end, 0);
      this.siftDown(0, end, number, key, tie, score);
    }
    return Array.from({ length: size }, (_, at) => ({ number: numbers[at], key: keys[at], score: scores[at] }));
  }

  /** Returns whether the document at a heap index is ordered after the given one. */
  private isBehind(at: number, number: number, key: number, tie: number): boolean {
    const { keys, ties, numbers } = this;
    if (keys[at] !== key) return keys[at] < key;
    return ties[at] !== tie ? ties[at] > tie : numbers[at] > number;
  }

  private siftUp(from: number, number: number, key: number, tie: number, score: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.isBehind(parent, number, key, tie)) break;
      this.move(at, parent);
      at = parent;
    }
    this.set(at, number, key, tie, score);
  }

  private siftDown(from: number, size: number, number: number, key: number, tie: number, score: number): void {
    const { numbers, keys, ties } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const other = child + 1;
      if (other < size && this.isBehind(other, numbers[child], keys[child], ties[child])) child = other;
      if (!this.isBehind(child, number, key, tie)) break;
      this.move(at, child);
      at = child;
    }
    this.set(at, number, key, tie, score);
  }

  private move(to: number, from: number): void {
    this.set(to, this.numbers[from], this.keys[from], this.ties[from], this.scores[from]);
  }

  private set(at: number, number: number, key: number, tie: number, score: number): void {
    this.numbers[at] = number;
    this.keys[at] = key;
    this.ties[at] = tie;
    this.scores[at] = score;
  }
}
