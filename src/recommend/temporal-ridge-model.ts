import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import type { IdTable } from '../learn/id-table';
import { ItemRows } from './item-rows';
import type { ScoreVector } from './score-vector';

const MAGIC = 'freshet-temporal-ridge';
const VERSION = 2;

export interface TemporalRidgeFigures {
  /** The penalty the program chose. */
  readonly l2: number;
}

/**
 * The temporal ridge's parameters: how much each product of a history speaks for (or against) each product's being bought
 * within the next window.
 */
export class TemporalRidgeModel {
  constructor(
    readonly rows: ItemRows,
    readonly figures: TemporalRidgeFigures,
  ) {}

  /** Adds Σ_i B_ij / √n for a history of n products that it knows; what comes out is near the chance of a purchase, or below 0. */
  score(products: IdTable, history: Int32Array, out: ScoreVector): void {
    const known = this.rows.known(products, history);
    if (known > 0) this.rows.addScores(products, history, { out, scale: 1 / Math.sqrt(known) });
  }

  /** The product of a history that speaks most for a candidate; −1 where none does. */
  strongest(products: IdTable, history: Int32Array, candidate: number): number {
    return this.rows.strongest(products, history, candidate);
  }

  /** Header, figures, rows. */
  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.f64(this.figures.l2);
    this.rows.write(writer);
    return writer.finish();
  }

  /** @throws Error for bytes of another kind or version, or cut short */
  static decode(bytes: Uint8Array): TemporalRidgeModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const l2 = reader.f64();
    return new TemporalRidgeModel(ItemRows.read(reader), { l2 });
  }
}
