import type { SparseVector } from './compressed-rows';
import { TILE_SIDE, cellOffset, createMatrixEngine, panelOffset, type MatrixEngine } from './matrix-engine';
import type { Kernels } from './wasm';

/** The maximum number of vectors that {@link SymmetricMatrix.subtractProduct} processes in one pass over the matrix. */
export const MAX_RANK = TILE_SIDE;

/**
 * A growable symmetric matrix of f64 that needs half the memory of a square one. The rows between `size` and the next
 * multiple of 128 are rows of the identity, so that inversion doesn't change them.
 */
export class SymmetricMatrix {
  private engine: MatrixEngine;

  constructor(
    private rows: number,
    private readonly kernels: Kernels,
  ) {
    this.engine = createMatrixEngine(blockCount(rows), kernels);
    for (let i = rows; i < this.padded; i++) this.set(i, i, 1);
  }

  get size(): number {
    return this.rows;
  }

  /** `size`, rounded up to a multiple of 128: the length of every dense vector that this class reads or returns. */
  get padded(): number {
    return this.engine.blocks * TILE_SIDE;
  }

  get(i: number, j: number): number {
    return this.engine.cells[cellOffset(i, j)];
  }

  set(i: number, j: number, value: number): void {
    this.engine.cells[cellOffset(i, j)] = value;
    if (Math.floor(i / TILE_SIDE) === Math.floor(j / TILE_SIDE)) this.engine.cells[cellOffset(j, i)] = value;
  }

  /** Grows the matrix by rows of the identity. */
  grow(rows: number): void {
    if (rows > this.padded) {
      const { cells } = this.engine;
      const before = this.padded;
      this.engine = createMatrixEngine(blockCount(rows), this.kernels);
      this.engine.cells.set(cells); // tiles are stored row by row, so new rows come last
      for (let i = before; i < this.padded; i++) this.set(i, i, 1);
    }
    this.rows = Math.max(this.rows, rows);
  }

  /** Adds weight · row i to `out`, whose length is `padded`. */
  addRow(i: number, weight: number, out: Float64Array): void {
    const { cells, blocks } = this.engine;
    const block = Math.floor(i / TILE_SIDE);
    for (let j = 0; j <= block; j++) {
      const start = cellOffset(i, j * TILE_SIDE);
      const to = j * TILE_SIDE;
      for (let c = 0; c < TILE_SIDE; c++) out[to + c] += weight * cells[start + c];
    }
    for (let j = block + 1; j < blocks; j++) {
      let at = cellOffset(j * TILE_SIDE, i);
      const to = j * TILE_SIDE;
      for (let r = 0; r < TILE_SIDE; r++, at += TILE_SIDE) out[to + r] += weight * cells[at];
    }
  }

  /**
   * Copies the rows of a block ({@link TILE_SIDE} rows) to `out`, one after the other. Each tile is read only once.
   * @param out TILE_SIDE × `padded` numbers
   */
  readRows(block: number, out: Float64Array): void {
    const { cells, blocks } = this.engine;
    const width = this.padded;
    for (let j = 0; j <= block; j++) {
      const start = cellOffset(block * TILE_SIDE, j * TILE_SIDE);
      for (let r = 0; r < TILE_SIDE; r++)
        out.set(cells.subarray(start + r * TILE_SIDE, start + (r + 1) * TILE_SIDE), r * width + j * TILE_SIDE);
    }
    for (let i = block + 1; i < blocks; i++) {
      const start = cellOffset(i * TILE_SIDE, block * TILE_SIDE);
      for (let c = 0; c < TILE_SIDE; c++)
        for (let r = 0, to = c * width + i * TILE_SIDE; r < TILE_SIDE; r++)
          out[to + r] = cells[start + r * TILE_SIDE + c];
    }
  }

  /**
   * Returns A v, of length `padded`, for each sparse vector v. It works tile by tile, so that each tile of A is read
   * only once for all vectors.
   * @param vectors with ascending members
   */
  timesSparse(vectors: readonly SparseVector[]): Float64Array[] {
    const { blocks } = this.engine;
    const products = vectors.map((vector) => ({
      vector,
      blocks: blockOffsets(vector, blocks),
      out: new Float64Array(this.padded),
    }));
    for (let i = 0; i < blocks; i++)
      for (let j = 0; j <= i; j++) for (const product of products) this.addTile(i, j, product);
    return products.map(({ out }) => out);
  }

  /** Adds the contribution of one tile, and of its mirror image, to a product. */
  private addTile(i: number, j: number, { vector, blocks, out }: SparseProduct): void {
    const { cells } = this.engine;
    const { members, weights } = vector;
    const start = cellOffset(i * TILE_SIDE, j * TILE_SIDE);
    for (let at = blocks[i]; at < blocks[i + 1]; at++) {
      const row = start + (members[at] % TILE_SIDE) * TILE_SIDE;
      const weight = weights === undefined ? 1 : weights[at];
      for (let c = 0, to = j * TILE_SIDE; c < TILE_SIDE; c++, to++) out[to] += weight * cells[row + c];
    }
    if (i === j) return;
    for (let at = blocks[j]; at < blocks[j + 1]; at++) {
      const weight = weights === undefined ? 1 : weights[at];
      let from = start + (members[at] % TILE_SIDE);
      for (let r = 0, to = i * TILE_SIDE; r < TILE_SIDE; r++, to++, from += TILE_SIDE) out[to] += weight * cells[from];
    }
  }

  /** A ← A⁻¹. @returns false if A is not positive definite; its contents are then undefined */
  invert(): boolean {
    return this.engine.invert();
  }

  /**
   * A ← A − Σ left[k] right[k]ᵀ. The sum must be symmetric, and the length of each vector is `padded`. For every 128
   * vectors, each cell of the triangle (8 bytes) is read and written once.
   */
  subtractProduct(left: readonly Float64Array[], right: readonly Float64Array[]): void {
    for (let from = 0; from < left.length; from += MAX_RANK) {
      const rank = Math.min(MAX_RANK, left.length - from);
      fillPanel(this.engine.left, left.slice(from, from + rank));
      fillPanel(this.engine.right, right.slice(from, from + rank));
      this.engine.subtractProduct(rank);
    }
  }

  /** The tiles of the lower triangle, for storage; see {@link SymmetricMatrix.restore}. */
  get cells(): Float64Array {
    return this.engine.cells;
  }

  static restore(rows: number, cells: Float64Array, kernels: Kernels): SymmetricMatrix {
    const matrix = new SymmetricMatrix(rows, kernels);
    if (cells.length !== matrix.cells.length)
      throw new RangeError(`a matrix of ${rows} rows needs ${matrix.cells.length} cells; got ${cells.length}`);
    matrix.cells.set(cells);
    return matrix;
  }
}

interface SparseProduct {
  readonly vector: SparseVector;
  /**
   * By block of rows: the index of the vector's first member in that block. A last entry holds the number of members.
   */
  readonly blocks: Int32Array;
  readonly out: Float64Array;
}

function blockOffsets({ members }: SparseVector, blocks: number): Int32Array {
  const offsets = new Int32Array(blocks + 1);
  for (let at = 0; at < members.length; at++) offsets[Math.floor(members[at] / TILE_SIDE) + 1]++;
  for (let block = 0; block < blocks; block++) offsets[block + 1] += offsets[block];
  return offsets;
}

function blockCount(rows: number): number {
  return Math.max(1, Math.ceil(rows / TILE_SIDE));
}

function fillPanel(panel: Float64Array, vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, k) => {
    const step = 4 * vectors.length;
    for (let i = 0, at = panelOffset(0, k, vectors.length); i < vector.length; i += 4, at += step) {
      panel[at] = vector[i];
      panel[at + 1] = vector[i + 1];
      panel[at + 2] = vector[i + 2];
      panel[at + 3] = vector[i + 3];
    }
  });
}
