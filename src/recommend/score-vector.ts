/**
 * Sparse sums by product index, to be reused from request to request: clearing costs what was touched.
 */
export class ScoreVector {
  values = new Float64Array(64);
  /** First `count`: what has a score. */
  touched = new Int32Array(64);
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

  /** Adds scale · scores[k] to products[k], for k < length. */
  addMany(products: Int32Array, scores: Float64Array | Float32Array, length: number, scale: number): void {
    const { values, present, touched } = this;
    let { count } = this;
    for (let k = 0; k < length; k++) {
      const product = products[k];
      if (present[product] === 0) {
        present[product] = 1;
        touched[count++] = product;
      }
      values[product] += scale * scores[k];
    }
    this.count = count;
  }

  has(product: number): boolean {
    return this.present[product] === 1;
  }

  productAt(at: number): number {
    return this.touched[at];
  }
}
