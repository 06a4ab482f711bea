import {
  WasmLayout,
  instantiate,
  withThreads,
  type KernelThreads,
  type Kernels,
  type WasmKernel,
  type WasmModule,
} from './wasm';

/** Number of rows, and of columns, in a tile. */
export const TILE_SIDE = 128;
const TILE_CELLS = TILE_SIDE * TILE_SIDE;

/**
 * Performs the expensive operations on one symmetric matrix of `blocks` × 128 rows. The matrix consists of the tiles of
 * its lower triangle, each row-major. Tile (I, J ≤ I) is at index I(I+1)/2 + J; tiles on the diagonal are stored in
 * full. A panel is a matrix with the same number of rows and at most 128 columns (its rank), stored in strips of four
 * rows: element (i, k) is at (i div 4) · 4 · rank + 4k + i mod 4.
 */
export interface MatrixEngine {
  readonly blocks: number;
  readonly cells: Float64Array;
  /** Panels with capacity for rank 128. `invert` overwrites them. */
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** A ← A⁻¹. @returns false if A is not positive definite; its contents are then undefined */
  invert(): boolean;
  /** A ← A − L Rᵀ, where L and R are the panels `left` and `right`. The product must be symmetric. */
  subtractProduct(rank: number): void;
}

export function createMatrixEngine(blocks: number, { symmetricMatrix, threads }: Kernels): MatrixEngine {
  if (symmetricMatrix === undefined) return new PlainMatrixEngine(blocks);
  return new WasmMatrixEngine(blocks, symmetricMatrix, threads);
}

interface MatrixExports {
  sweepPivot(tiles: number, k: number, d: number): number;
  sweepColumn(
    tiles: number,
    blocks: number,
    k: number,
    c: number,
    w: number,
    d: number,
    part: number,
    parts: number,
  ): void;
  sweepRest(tiles: number, blocks: number, k: number, c: number, w: number, part: number, parts: number): void;
  sweepStore(tiles: number, blocks: number, k: number, w: number, part: number, parts: number): void;
  negateAll(tiles: number, blocks: number): void;
  subtractProduct(tiles: number, blocks: number, l: number, r: number, rank: number): void;
}

/** Runs the WebAssembly kernel that is compiled from `kernels/symmetric-matrix.ts`. */
class WasmMatrixEngine implements MatrixEngine {
  readonly cells: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
  private readonly wasm: WasmKernel<MatrixExports>;
  private readonly offsets: { tiles: number; left: number; right: number; pivot: number };

  constructor(
    readonly blocks: number,
    private readonly module: WasmModule,
    private readonly threads: KernelThreads | undefined,
  ) {
    const layout = new WasmLayout();
    const panel = blocks * TILE_CELLS;
    const tiles = ((blocks * (blocks + 1)) / 2) * TILE_CELLS;
    this.offsets = {
      left: layout.allocate(8 * panel),
      right: layout.allocate(8 * panel),
      pivot: layout.allocate(8 * TILE_CELLS),
      tiles: layout.allocate(8 * tiles),
    };
    this.wasm = instantiate<MatrixExports>(module, layout.bytes);
    const { buffer } = this.wasm;
    this.cells = new Float64Array(buffer, this.offsets.tiles, tiles);
    this.left = new Float64Array(buffer, this.offsets.left, panel);
    this.right = new Float64Array(buffer, this.offsets.right, panel);
  }

  invert(): boolean {
    const { blocks, offsets } = this;
    const { kernel } = this.wasm;
    return withThreads(this.module, this.wasm, this.threads, (shareOut) => {
      for (let k = 0; k < blocks; k++) {
        if (kernel.sweepPivot(offsets.tiles, k, offsets.pivot) !== 0) return false;
        shareOut('sweepColumn', (...part) => [
          offsets.tiles,
          blocks,
          k,
          offsets.left,
          offsets.right,
          offsets.pivot,
          ...part,
        ]);
        shareOut('sweepRest', (...part) => [offsets.tiles, blocks, k, offsets.left, offsets.right, ...part]);
        shareOut('sweepStore', (...part) => [offsets.tiles, blocks, k, offsets.right, ...part]);
      }
      kernel.negateAll(offsets.tiles, blocks);
      return true;
    });
  }

  subtractProduct(rank: number): void {
    this.wasm.kernel.subtractProduct(this.offsets.tiles, this.blocks, this.offsets.left, this.offsets.right, rank);
  }
}

/** The TypeScript implementation, in plain loops, row by row. */
class PlainMatrixEngine implements MatrixEngine {
  readonly cells: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;

  constructor(readonly blocks: number) {
    this.cells = new Float64Array(((blocks * (blocks + 1)) / 2) * TILE_CELLS);
    this.left = new Float64Array(blocks * TILE_CELLS);
    this.right = new Float64Array(blocks * TILE_CELLS);
  }

  /**
   * Applies the symmetric sweep operator to one pivot k at a time: a_ij ← a_ij − a_ik a_kj / a_kk, a_ik ← a_ik / a_kk,
   * a_kk ← −1 / a_kk. The result is −A⁻¹, which is finally negated.
   */
  invert(): boolean {
    const { cells, blocks } = this;
    const rows = blocks * TILE_SIDE;
    const column = new Float64Array(rows);
    for (let k = 0; k < rows; k++) {
      const pivot = cells[cellOffset(k, k)];
      if (!(pivot > 0)) return false;
      for (let i = 0; i < rows; i++) column[i] = cells[cellOffset(i, k)];
      for (let i = 0; i < rows; i++) {
        const factor = column[i] / pivot;
        for (let from = 0; from <= i; from += TILE_SIDE) {
          const start = cellOffset(i, from);
          for (let c = 0; c < TILE_SIDE; c++) cells[start + c] -= factor * column[from + c];
        }
      }
      for (let i = 0; i < rows; i++) {
        cells[cellOffset(i, k)] = i === k ? -1 / pivot : column[i] / pivot;
        if (i >> 7 === k >> 7) cells[cellOffset(k, i)] = cells[cellOffset(i, k)];
      }
    }
    for (let at = 0; at < cells.length; at++) cells[at] = -cells[at];
    return true;
  }

  subtractProduct(rank: number): void {
    const { cells, left, right, blocks } = this;
    for (let i = 0; i < blocks * TILE_SIDE; i++) {
      const l = panelOffset(i, 0, rank);
      for (let j = 0; j < (Math.floor(i / TILE_SIDE) + 1) * TILE_SIDE; j++) {
        const r = panelOffset(j, 0, rank);
        let sum = 0;
        for (let k = 0; k < 4 * rank; k += 4) sum += left[l + k] * right[r + k];
        cells[cellOffset(i, j)] -= sum;
      }
    }
  }
}

/** Returns the offset of cell (i, j). It differs from that of (j, i) only in diagonal tiles, which have both cells. */
export function cellOffset(i: number, j: number): number {
  const row = i >> 7;
  const column = j >> 7;
  if (row < column) return cellOffset(j, i);
  return ((row * (row + 1)) / 2 + column) * TILE_CELLS + ((i & 127) << 7) + (j & 127);
}

export function panelOffset(i: number, k: number, rank: number): number {
  return (i >> 2) * 4 * rank + 4 * k + (i & 3);
}
