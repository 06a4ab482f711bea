import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import type { IdTable } from '../../learn/id-table';
import { SparseItemMatrix } from './sparse-item-matrix';
import type { ScoreVector } from './score-vector';

const MAGIC = 'freshet-temporal-ridge';
const VERSION = 2;

export interface TemporalRidgeFigures {
  /** The selected L2 penalty. */
  readonly l2: number;
}

/**
 * The temporal ridge's parameters: a positive or negative weight for each pair of a product of a history and a
 * candidate. A candidate's score is the scaled sum of its weights for a history. It predicts a purchase within the next
 * window.
 */
export class TemporalRidgeModel {
  constructor(
    readonly rows: SparseItemMatrix,
    readonly figures: TemporalRidgeFigures,
  ) {}

  /**
   * Adds to each candidate the sum of its weights for the n products of the history that the model contains, divided by
   * √n. The result approximates the probability of a purchase and may be negative.
   */
  score(products: IdTable, history: Int32Array, out: ScoreVector): void {
    const knownCount = this.rows.countKnown(products, history);
    if (knownCount > 0) this.rows.addScores(products, history, { out, scale: 1 / Math.sqrt(knownCount) });
  }

  /** Returns the product of a history with the largest positive weight for a candidate; −1 if there is none. */
  strongestSource(products: IdTable, history: Int32Array, candidate: number): number {
    return this.rows.strongestSource(products, history, candidate);
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.f64(this.figures.l2);
    this.rows.write(writer);
    return writer.finish();
  }

  /** @throws Error for bytes of another kind or version, and for truncated bytes */
  static decode(bytes: Uint8Array): TemporalRidgeModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const l2 = reader.f64();
    return new TemporalRidgeModel(SparseItemMatrix.read(reader), { l2 });
  }
}
