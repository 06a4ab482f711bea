/** Beyond this many entries a delta would be larger than the state itself. */
const LIMIT = 1 << 21;

/**
 * Which cells (i ≤ j) of a symmetric matrix have changed: appended as they come, made distinct when they are taken.
 * An append costs two stores, where a set would cost a hash probe for each of a customer's pairs.
 */
export class CellLog {
  private entries = new Int32Array(1024);
  private count = 0;
  overflowed = false;

  get size(): number {
    return this.count;
  }

  add(i: number, j: number): void {
    if (this.overflowed) return;
    if (2 * this.count === this.entries.length) {
      if (this.count >= LIMIT) {
        this.overflowed = true;
        return;
      }
      const grown = new Int32Array(this.entries.length * 2);
      grown.set(this.entries);
      this.entries = grown;
    }
    this.entries[2 * this.count] = i;
    this.entries[2 * this.count + 1] = j;
    this.count++;
  }

  /** The distinct cells as i · columns + j, ascending. */
  distinct(columns: number): Float64Array {
    const cells = new Float64Array(this.count);
    for (let at = 0; at < this.count; at++) cells[at] = this.entries[2 * at] * columns + this.entries[2 * at + 1];
    cells.sort();
    let kept = 0;
    for (let at = 0; at < cells.length; at++) {
      if (at === 0 || cells[at] !== cells[at - 1]) cells[kept++] = cells[at];
    }
    return cells.subarray(0, kept);
  }

  clear(): void {
    this.count = 0;
    this.overflowed = false;
    if (this.entries.length > 1 << 16) this.entries = new Int32Array(1024);
  }
}
