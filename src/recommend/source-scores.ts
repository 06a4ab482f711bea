import { BEST, type SourceScores } from '../features/feature';
import { TopK } from '../learn/select';
import { ScoreVector } from './score-vector';

const top = new TopK(BEST);

/** A source's scores of one customer, and the best of them; to be reused from request to request. */
export class CustomerScores implements SourceScores {
  readonly vector = new ScoreVector();
  largest = 0;
  private readonly ranked = new Int32Array(BEST);
  private length = 0;

  get values(): Float64Array {
    return this.vector.values;
  }

  get best(): Int32Array {
    return this.ranked.subarray(0, this.length);
  }

  /** To be called once all is added. */
  rank(): void {
    const { values, touched, count } = this.vector;
    top.reset(BEST);
    let threshold = 0;
    for (let at = 0; at < count; at++) {
      const product = touched[at];
      const value = values[product];
      // Most are nowhere near the best.
      if (!(value > 0) || value < threshold) continue;
      top.offer(product, value);
      threshold = top.floor();
    }
    this.length = top.drain(this.ranked);
    this.largest = this.length === 0 ? 0 : values[this.ranked[0]];
  }
}
