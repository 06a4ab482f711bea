import { SIDE, cellAt, matrixEngine, panelAt, type MatrixEngine } from './matrix-engine';
import type { Kernels } from './wasm';

/** The largest rank of one {@link SymmetricMatrix.subtractProduct}. */
export const MOST_RANK = SIDE;

/**
 * A symmetric matrix of f64 that can grow: half the memory of a square one. Rows beyond `size`, up to the next multiple of
 * 128, are those of the identity, so that inverting leaves them alone.
 */
export class SymmetricMatrix {
  private engine: MatrixEngine;

  constructor(
    private rows: number,
    private readonly kernels: Kernels,
  ) {
    this.engine = matrixEngine(blocksOf(rows), kernels);
    for (let i = rows; i < this.padded; i++) this.set(i, i, 1);
  }

  get size(): number {
    return this.rows;
  }

  /** `size`, rounded up to a multiple of 128: what vectors for {@link addRow} and {@link subtractProduct} are as long as. */
  get padded(): number {
    return this.engine.blocks * SIDE;
  }

  get(i: number, j: number): number {
    return this.engine.cells[cellAt(i, j)];
  }

  set(i: number, j: number, value: number): void {
    this.engine.cells[cellAt(i, j)] = value;
    if (Math.floor(i / SIDE) === Math.floor(j / SIDE)) this.engine.cells[cellAt(j, i)] = value;
  }

  /** Adds rows of the identity. */
  grow(rows: number): void {
    if (rows > this.padded) {
      const { cells } = this.engine;
      const before = this.padded;
      this.engine = matrixEngine(blocksOf(rows), this.kernels);
      this.engine.cells.set(cells); // the lower triangle's tiles are in order of rows
      for (let i = before; i < this.padded; i++) this.set(i, i, 1);
    }
    this.rows = Math.max(this.rows, rows);
  }

  /** out += weight · row i; out is `padded` long. */
  addRow(i: number, weight: number, out: Float64Array): void {
    const { cells, blocks } = this.engine;
    const block = Math.floor(i / SIDE);
    for (let j = 0; j <= block; j++) {
      const start = cellAt(i, j * SIDE);
      const to = j * SIDE;
      for (let c = 0; c < SIDE; c++) out[to + c] += weight * cells[start + c];
    }
    for (let j = block + 1; j < blocks; j++) {
      let at = cellAt(j * SIDE, i);
      const to = j * SIDE;
      for (let r = 0; r < SIDE; r++, at += SIDE) out[to + r] += weight * cells[at];
    }
  }

  /** A ← A⁻¹. @returns false where A is not positive definite: then it is spoilt */
  invert(): boolean {
    return this.engine.invert();
  }

  /**
   * A ← A − Σ left[k] right[k]ᵀ, where that sum is symmetric and each vector `padded` long. 8 bytes of each cell of the
   * triangle are read and written for every 128 vectors.
   */
  subtractProduct(left: readonly Float64Array[], right: readonly Float64Array[]): void {
    for (let from = 0; from < left.length; from += MOST_RANK) {
      const rank = Math.min(MOST_RANK, left.length - from);
      fillPanel(this.engine.left, left.slice(from, from + rank));
      fillPanel(this.engine.right, right.slice(from, from + rank));
      this.engine.subtractProduct(rank);
    }
  }

  /** The tiles of the lower triangle, to be stored; see {@link SymmetricMatrix.restore}. */
  get cells(): Float64Array {
    return this.engine.cells;
  }

  static restore(rows: number, cells: Float64Array, kernels: Kernels): SymmetricMatrix {
    const matrix = new SymmetricMatrix(rows, kernels);
    if (cells.length !== matrix.cells.length) throw new RangeError(`${cells.length} cells for ${rows} rows`);
    matrix.cells.set(cells);
    return matrix;
  }
}

function blocksOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / SIDE));
}

function fillPanel(panel: Float64Array, vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, k) => {
    const step = 4 * vectors.length;
    for (let i = 0, at = panelAt(0, k, vectors.length); i < vector.length; i += 4, at += step) {
      panel[at] = vector[i];
      panel[at + 1] = vector[i + 1];
      panel[at + 2] = vector[i + 2];
      panel[at + 3] = vector[i + 3];
    }
  });
}
