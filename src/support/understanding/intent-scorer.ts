import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { SparseVector } from '../../learn/compressed-rows';
import type { SparseClassesFit } from '../../learn/fit-sparse-classes';

const MAX_QUANTISED = 127;

/** Linear scores of all intents, with weights of one byte: the weight of a cell is its byte times the scale of its intent. */
export class IntentScorer {
  /**
   * @param quantised columns × intents
   * @param scales by intent
   * @param intercepts by intent
   */
  constructor(
    private readonly quantised: Int8Array,
    private readonly scales: Float64Array,
    private readonly intercepts: Float64Array,
  ) {}

  /** Rounds weights to bytes. The largest absolute weight of each intent becomes ±127. */
  static quantise({ weights, intercepts }: SparseClassesFit): IntentScorer {
    const classCount = intercepts.length;
    const maxima = new Float64Array(classCount);
    weights.forEach((weight, at) => {
      const c = at % classCount;
      maxima[c] = Math.max(maxima[c], Math.abs(weight));
    });
    const scales = maxima.map((maximum) => maximum / MAX_QUANTISED || 1);
    const quantised = new Int8Array(weights.length);
    for (let at = 0; at < weights.length; at++) quantised[at] = Math.round(weights[at] / scales[at % classCount]);
    return new IntentScorer(quantised, scales, intercepts);
  }

  /** Returns w·x + b of each intent. Positive values speak for the intent. @param vector its columns exist */
  scores({ members, weights }: SparseVector): Float64Array {
    const classCount = this.intercepts.length;
    const sums = new Float64Array(classCount);
    for (let k = 0; k < members.length; k++) {
      const cell = weights === undefined ? 1 : weights[k];
      let at = members[k] * classCount;
      for (let c = 0; c < classCount; c++) sums[c] += this.quantised[at++] * cell;
    }
    for (let c = 0; c < classCount; c++) sums[c] = sums[c] * this.scales[c] + this.intercepts[c];
    return sums;
  }

  encode(writer: ByteWriter): void {
    this.scales.forEach((scale, c) => {
      writer.f64(scale);
      writer.f64(this.intercepts[c]);
    });
    writer.block(new Uint8Array(this.quantised.buffer, this.quantised.byteOffset, this.quantised.length));
  }

  /** @throws RangeError if the bytes have another number of weights */
  static decode(reader: ByteReader, columns: number, classCount: number): IntentScorer {
    const scales = new Float64Array(classCount);
    const intercepts = new Float64Array(classCount);
    for (let c = 0; c < classCount; c++) {
      scales[c] = reader.f64();
      intercepts[c] = reader.f64();
    }
    const block = reader.block();
    if (block.length !== columns * classCount)
      throw new RangeError(`${block.length} weights, but ${columns} features and ${classCount} intents`);
    return new IntentScorer(
      Int8Array.from(block, (byte) => (byte << 24) >> 24),
      scales,
      intercepts,
    );
  }
}
