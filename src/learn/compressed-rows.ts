import { grown } from './grown';

/**
 * A sparse matrix in compressed sparse row format (CSR). Row r has the columns members[k] for starts[r] ≤ k <
 * starts[r + 1], distinct and ascending, with the values weights[k] (1 if there are no weights).
 */
export interface CompressedRows {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 offsets. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
  readonly weights?: Float64Array;
}

/** A sparse vector: distinct indices, ascending, each with its weight (1 if there are no weights). */
export interface SparseVector {
  readonly members: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
}

/** Builds binary rows from sets of columns. Each set is read once, in order. */
export function compressRows(sets: Iterable<Iterable<number>>, columns: number): CompressedRows {
  const starts = [0];
  let members = new Int32Array(1_024);
  let size = 0;
  for (const set of sets) {
    const list = Int32Array.from(new Set(set)).sort();
    if (size + list.length > members.length) members = grown(members, 2 * (size + list.length));
    members.set(list, size);
    size += list.length;
    starts.push(size);
  }
  return { rows: starts.length - 1, columns, starts: Int32Array.from(starts), members: members.slice(0, size) };
}

export function rowAt(matrix: CompressedRows, row: number): SparseVector {
  const from = matrix.starts[row];
  const to = matrix.starts[row + 1];
  return { members: matrix.members.subarray(from, to), weights: matrix.weights?.subarray(from, to) };
}

/** Returns the transposed matrix, by a counting sort: linear in the number of cells. */
export function transpose(matrix: CompressedRows): CompressedRows {
  const { rows, columns, starts, members, weights } = matrix;
  const columnStarts = new Int32Array(columns + 1);
  for (const column of members) columnStarts[column + 1]++;
  for (let column = 0; column < columns; column++) columnStarts[column + 1] += columnStarts[column];
  const next = columnStarts.slice(0, columns);
  const byColumn = new Int32Array(members.length);
  const transposedWeights = weights && new Float64Array(members.length);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      const target = next[members[at]]++;
      byColumn[target] = row;
      if (transposedWeights && weights) transposedWeights[target] = weights[at];
    }
  }
  return { rows: columns, columns: rows, starts: columnStarts, members: byColumn, weights: transposedWeights };
}
