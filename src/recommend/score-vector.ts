/**
 * Sparse sums by product index, to be reused from request to request: clearing costs what was touched.
 */
export class ScoreVector {
  values = new Float64Array(64);
  private touched = new Int32Array(64);
  private present = new Uint8Array(64);
  count = 0;

  /** Empties it and makes room for products 0…products−1. */
  reset(products: number): void {
    if (products > this.values.length) {
      const capacity = products * 2;
      this.values = new Float64Array(capacity);
      this.touched = new Int32Array(capacity);
      this.present = new Uint8Array(capacity);
    } else {
      for (let at = 0; at < this.count; at++) {
        this.values[this.touched[at]] = 0;
        this.present[this.touched[at]] = 0;
      }
    }
    this.count = 0;
  }

  add(product: number, score: number): void {
    if (this.present[product] === 0) {
      this.present[product] = 1;
      this.touched[this.count++] = product;
    }
    this.values[product] += score;
  }

  has(product: number): boolean {
    return this.present[product] === 1;
  }

  productAt(at: number): number {
    return this.touched[at];
  }

  largest(): number {
    let largest = 0;
    for (let at = 0; at < this.count; at++) largest = Math.max(largest, this.values[this.touched[at]]);
    return largest;
  }
}
