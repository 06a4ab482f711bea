import { MAX_RANK } from './symmetric-matrix';
import { TILE_SIDE } from './matrix-engine';
import type { ItemChange } from './ease-counts';

/**
 * P, the inverse of G = XᵀX + λI, is rebuilt once a component of |G P v − v| for a random vector v reaches this value.
 * After a rebuild, the largest component is about 1e−13.
 */
export const RESIDUAL_BOUND = 1e-9;

/**
 * Each pass of an update reads and writes P's whole triangle, which costs as much as this many multiply-adds per cell.
 */
const PASS_COST_PER_CELL = 11;
/**
 * Cost per cell of the two kinds of work outside the WebAssembly kernel: products with changed rows, and linear
 * combinations of vectors. The unit is one multiply-add of the kernel.
 */
const ROW_CELL_COST = 20;
const COMBINED_CELL_COST = 8;
/** Cost of finding a changed cell and assigning it to an item, in multiply-adds of the kernel. */
const CHANGED_CELL_COST = 10_000;

/** Returns the cost of `easeFromCounts` in multiply-adds. The kernel works on whole tiles, so rows are rounded up. */
export function rebuildCost(items: number): number {
  return paddedRows(items) ** 3 / 2;
}

/** Returns the number of changed cells above which processing them costs more than a rebuild. */
export function maxChangedCells(items: number): number {
  return Math.floor(rebuildCost(items) / CHANGED_CELL_COST);
}

/** Returns the cost of `applyEaseUpdate` in the unit of {@link rebuildCost}: multiply-adds of the kernel. */
export function updateCost(items: number, changes: readonly ItemChange[]): number {
  const rows = paddedRows(items);
  const rank = 2 * changes.length;
  const members = changes.reduce((sum, { row }) => sum + row.members.length + 1, 0);
  const passes = Math.ceil(rank / MAX_RANK);
  const triangle = (rows ** 2 / 2) * (rank + passes * PASS_COST_PER_CELL);
  return triangle + rows * (ROW_CELL_COST * members + COMBINED_CELL_COST * rank * Math.min(rank, MAX_RANK));
}

function paddedRows(items: number): number {
  return Math.max(1, Math.ceil(items / TILE_SIDE)) * TILE_SIDE;
}
