import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { SparseVector } from '../../learn/compressed-rows';
import { hashText52 } from '../../learn/hash-text';
import { BLOCK_COUNT, type FeatureCounts } from './count-features';
import { featureWeight } from './feature-weight';

/**
 * The known features of one block, and how many training texts have each. Features are hashes (`hashText52`): they are
 * stored, and customers have written some of the texts.
 */
export interface FeatureBlock {
  readonly features: readonly number[];
  readonly frequencies: Int32Array;
}

/**
 * Maps texts to sparse vectors. The columns are the features of the first block, then those of the second. Each block of
 * a vector is divided by the length of the vector of ALL its features. Unknown features therefore shorten the vector: a
 * sentence of unknown words is close to 0, far from all intents.
 */
export class FeatureSpace {
  readonly columns: number;
  private readonly columnsOf: readonly ReadonlyMap<number, number>[];

  /** @param documents number of training texts */
  constructor(
    readonly documents: number,
    readonly blocks: readonly FeatureBlock[],
  ) {
    let columns = 0;
    this.columnsOf = blocks.map(({ features }) => new Map(features.map((feature) => [feature, columns++])));
    this.columns = columns;
  }

  /** Returns the vector of a text. Its length is at most √2, with both blocks known entirely. */
  vectorOf(counts: FeatureCounts): SparseVector {
    const cells: { readonly column: number; readonly weight: number }[] = [];
    let firstColumn = 0;
    this.blocks.forEach(({ features, frequencies }, block) => {
      const from = cells.length;
      let squares = 0;
      for (const [feature, count] of counts[block]) {
        const column = this.columnsOf[block].get(hashText52(feature));
        const frequency = column === undefined ? 0 : frequencies[column - firstColumn];
        const weight = featureWeight(count, this.documents, frequency);
        squares += weight * weight;
        if (column !== undefined) cells.push({ column, weight });
      }
      const length = Math.sqrt(squares);
      for (let at = from; at < cells.length; at++)
        cells[at] = { column: cells[at].column, weight: cells[at].weight / length };
      firstColumn += features.length;
    });
    cells.sort((a, b) => a.column - b.column);
    return { members: cells.map(({ column }) => column), weights: cells.map(({ weight }) => weight) };
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.documents);
    for (const { features, frequencies } of this.blocks) {
      writer.varint(features.length);
      features.forEach((feature, at) => {
        writer.f64(feature);
        writer.varint(frequencies[at]);
      });
    }
  }

  static decode(reader: ByteReader): FeatureSpace {
    const documents = reader.varint();
    const blocks = Array.from({ length: BLOCK_COUNT }, (): FeatureBlock => {
      const count = reader.varint();
      const features: number[] = [];
      const frequencies = new Int32Array(count);
      for (let at = 0; at < count; at++) {
        features.push(reader.f64());
        frequencies[at] = reader.varint();
      }
      return { features, frequencies };
    });
    return new FeatureSpace(documents, blocks);
  }
}
