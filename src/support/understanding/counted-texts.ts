import type { CompressedRows, SparseVector } from '../../learn/compressed-rows';
import { rowAt } from '../../learn/compressed-rows';
import { hashText52 } from '../../learn/hash-text';
import { BLOCK_COUNT, countFeatures } from './count-features';
import { FeatureSpace } from './feature-space';
import { featureWeight } from './feature-weight';

/** A feature space of some of the texts, and the vectors of all of them. */
export interface CountedSpace {
  readonly space: FeatureSpace;
  /** Vectors of the texts by number, those included that the space was not made from. */
  readonly vectors: CompressedRows;
}

interface CountedBlock {
  /** By id: the feature. */
  readonly features: readonly string[];
  /** By text: where its entries begin; the last entry is the end. */
  readonly starts: Int32Array;
  /** Ids of features, ascending within a text, and their counts. */
  readonly ids: Int32Array;
  readonly counts: Int32Array;
}

/**
 * The features of many texts, counted once. Cross-validation makes several spaces from different parts of the texts;
 * this avoids analysing the texts again for each.
 */
export class CountedTexts {
  readonly textCount: number;
  private readonly blocks: readonly CountedBlock[];

  constructor(texts: readonly string[]) {
    this.textCount = texts.length;
    const builders = Array.from({ length: BLOCK_COUNT }, () => new BlockBuilder());
    for (const text of texts) countFeatures(text).forEach((counts, block) => builders[block].add(counts));
    this.blocks = builders.map((builder) => builder.block());
  }

  /**
   * Makes a space from the features of some texts. If these have more than `maxColumns` features, the rarest ones count
   * as unknown.
   * @param rows numbers of the texts
   */
  spaceFrom(rows: Int32Array, maxColumns: number): CountedSpace {
    const frequencies = this.blocks.map(({ features, starts, ids }) => {
      const found = new Int32Array(features.length);
      for (const row of rows) for (let at = starts[row]; at < starts[row + 1]; at++) found[ids[at]]++;
      return found;
    });
    const minFrequency = minFrequencyFor(frequencies, maxColumns);
    const known = frequencies.map((found) => found.map((frequency) => (frequency >= minFrequency ? frequency : 0)));
    const blocks = this.blocks.map(({ features }, block) => ({
      features: features.filter((_, id) => known[block][id] > 0).map(hashText52),
      frequencies: known[block].filter((frequency) => frequency > 0),
    }));
    const space = new FeatureSpace(rows.length, blocks);
    return { space, vectors: this.vectorsIn(space, known) };
  }

  /** @param known by block and id: the frequency of a known feature, 0 of an unknown one */
  private vectorsIn(space: FeatureSpace, known: readonly Int32Array[]): CompressedRows {
    let columns = 0;
    const columnsOf = known.map((found) => found.map((frequency) => (frequency > 0 ? columns++ : -1)));
    const cellLimit = this.blocks.reduce((sum, { ids }) => sum + ids.length, 0);
    const starts = new Int32Array(this.textCount + 1);
    const members = new Int32Array(cellLimit);
    const weights = new Float64Array(cellLimit);
    let size = 0;
    for (let row = 0; row < this.textCount; row++) {
      this.blocks.forEach((counted, block) => {
        const from = size;
        let squares = 0;
        for (let at = counted.starts[row]; at < counted.starts[row + 1]; at++) {
          const id = counted.ids[at];
          const weight = featureWeight(counted.counts[at], space.documents, known[block][id]);
          squares += weight * weight;
          if (columnsOf[block][id] < 0) continue;
          members[size] = columnsOf[block][id];
          weights[size++] = weight;
        }
        const length = Math.sqrt(squares);
        for (let at = from; at < size; at++) weights[at] /= length;
      });
      starts[row + 1] = size;
    }
    return {
      rows: this.textCount,
      columns: space.columns,
      starts,
      members: members.slice(0, size),
      weights: weights.slice(0, size),
    };
  }
}

/** Returns the vectors of some rows, in their order. */
export function selectRows(matrix: CompressedRows, rows: Int32Array): CompressedRows {
  const vectors: SparseVector[] = Array.from(rows, (row) => rowAt(matrix, row));
  const starts = new Int32Array(rows.length + 1);
  vectors.forEach(({ members }, at) => (starts[at + 1] = starts[at] + members.length));
  const members = new Int32Array(starts[rows.length]);
  const weights = new Float64Array(starts[rows.length]);
  vectors.forEach((vector, at) => {
    members.set(vector.members, starts[at]);
    weights.set(vector.weights!, starts[at]);
  });
  return { rows: rows.length, columns: matrix.columns, starts, members, weights };
}

/** Returns the least frequency ≥ 1 that at most `maxColumns` features have or exceed. */
function minFrequencyFor(frequencies: readonly Int32Array[], maxColumns: number): number {
  const positive = frequencies.flatMap((found) => Array.from(found.filter((frequency) => frequency > 0)));
  if (positive.length <= maxColumns) return 1;
  return positive.sort((a, b) => b - a)[maxColumns] + 1;
}

class BlockBuilder {
  private readonly idOf = new Map<string, number>();
  private readonly starts = [0];
  private readonly ids: number[] = [];
  private readonly counts: number[] = [];

  add(counts: ReadonlyMap<string, number>): void {
    const entries = Array.from(counts, ([feature, count]) => ({ id: this.idFor(feature), count }));
    entries.sort((a, b) => a.id - b.id);
    for (const { id, count } of entries) {
      this.ids.push(id);
      this.counts.push(count);
    }
    this.starts.push(this.ids.length);
  }

  private idFor(feature: string): number {
    let id = this.idOf.get(feature);
    if (id === undefined) this.idOf.set(feature, (id = this.idOf.size));
    return id;
  }

  block(): CountedBlock {
    return {
      features: [...this.idOf.keys()],
      starts: Int32Array.from(this.starts),
      ids: Int32Array.from(this.ids),
      counts: Int32Array.from(this.counts),
    };
  }
}
