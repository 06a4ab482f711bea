import type { TopK } from '../../learn/select';

/** Up to this number of products, a scan of all values costs less than maintaining a list of the scored products. */
const MAX_DENSE_PRODUCTS = 16_384;

/**
 * Sums of scores by product index. The memory is reused between requests. Clearing takes time proportional to the
 * number of all products if there are at most {@link MAX_DENSE_PRODUCTS}. Above that, the time is proportional to the
 * number of scored products.
 */
export class ScoreVector {
  values = new Float64Array(64);
  /** Valid product indexes are 0…size−1. */
  size = 0;
  /** Whether the list of scored products is computed from the values on demand. */
  private dense = true;
  private hasMemberList = true;
  private members = new Int32Array(64);
  private present = new Uint8Array(64);
  private length = 0;

  /** Clears all scores and reserves room for products 0…products−1. */
  reset(products: number): void {
    if (products > this.values.length) {
      const capacity = products * 2;
      this.values = new Float64Array(capacity);
      this.members = new Int32Array(capacity);
      this.present = new Uint8Array(capacity);
    } else if (this.dense) {
      this.values.fill(0, 0, this.size);
    } else {
      for (let at = 0; at < this.length; at++) {
        this.values[this.members[at]] = 0;
        this.present[this.members[at]] = 0;
      }
    }
    this.size = products;
    this.dense = products <= MAX_DENSE_PRODUCTS;
    this.hasMemberList = true;
    this.length = 0;
  }

  add(product: number, score: number): void {
    if (this.dense) this.hasMemberList = false;
    else if (this.present[product] === 0) {
      this.present[product] = 1;
      this.members[this.length++] = product;
    }
    this.values[product] += score;
  }

  /** Adds scale · scores[k] to products[k], for k < length. */
  addMany(products: Int32Array, scores: Float64Array | Float32Array, length: number, scale: number): void {
    const { values } = this;
    if (!this.dense) this.addMembers(products, length);
    this.hasMemberList = !this.dense;
    for (let k = 0; k < length; k++) values[products[k]] += scale * scores[k];
  }

  private addMembers(products: Int32Array, length: number): void {
    const { present, members } = this;
    let end = this.length;
    for (let k = 0; k < length; k++) {
      const product = products[k];
      if (present[product] === 1) continue;
      present[product] = 1;
      members[end++] = product;
    }
    this.length = end;
  }

  has(product: number): boolean {
    return this.values[product] !== 0;
  }

  /** Returns the distinct products whose score is not 0, and possibly some whose added scores sum to 0. */
  scoredProducts(): Int32Array {
    if (!this.hasMemberList) {
      this.length = 0;
      for (let product = 0; product < this.size; product++) {
        if (this.values[product] !== 0) this.members[this.length++] = product;
      }
      this.hasMemberList = true;
    }
    return this.members.subarray(0, this.length);
  }

  /** Offers to `top` all products whose score is positive and not below the given minimum. */
  offerTo(top: TopK, minScore: number): void {
    const { values, members, dense } = this;
    const count = dense ? this.size : this.length;
    let threshold = minScore;
    for (let at = 0; at < count; at++) {
      const product = dense ? at : members[at];
      const value = values[product];
      // Most products score below the threshold and need no further work.
      if (!(value > 0) || value < threshold) continue;
      top.offer(product, value);
      threshold = Math.max(minScore, top.threshold());
    }
  }

  /**
   * Fills `out` with a sample of the scores, taken at equal steps.
   * @returns the step; 0 if there are fewer scores than `out` has room for, which leaves `out` unchanged
   */
  sample(out: Float64Array): number {
    const step = Math.floor((this.dense ? this.size : this.length) / out.length);
    for (let at = 0; at < out.length && step > 0; at++) {
      out[at] = this.values[this.dense ? at * step : this.members[at * step]];
    }
    return step;
  }
}
