import { RANK_LIMIT, type SourceScores } from '../../features/feature-set';
import { kthLargest, TopK } from '../../learn/select';
import { ScoreVector } from '../artefact/score-vector';

const top = new TopK(RANK_LIMIT);
const sample = new Float64Array(RANK_LIMIT);

/** A source's scores for one customer, and the best products. An instance is reused between requests. */
export class CustomerScores implements SourceScores {
  readonly vector = new ScoreVector();
  largest = 0;
  private readonly ranked = new Int32Array(RANK_LIMIT);
  private length = 0;

  get values(): Float64Array {
    return this.vector.values;
  }

  get best(): Int32Array {
    return this.ranked.subarray(0, this.length);
  }

  /** Computes the best products. Must be called after all scores have been added. */
  rank(): void {
    const estimatedMinScore = this.estimateMinScore();
    this.collectFrom(estimatedMinScore);
    if (estimatedMinScore > 0 && top.threshold() === -Infinity) this.collectFrom(0);
    this.length = top.drain(this.ranked);
    this.largest = this.length === 0 ? 0 : this.vector.values[this.ranked[0]];
  }

  /** Collects the best products among those with at least the given score. */
  private collectFrom(minScore: number): void {
    top.reset(RANK_LIMIT);
    this.vector.offerTo(top, minScore);
  }

  /**
   * Estimates from a sample the score that about twice {@link RANK_LIMIT} products reach, so that most other products
   * can be skipped. Returns 0, which skips none, if there are too few scores.
   */
  private estimateMinScore(): number {
    const step = this.vector.sample(sample);
    return step < 2 ? 0 : Math.max(0, kthLargest(sample, sample.length, Math.ceil((2 * RANK_LIMIT) / step)));
  }
}
