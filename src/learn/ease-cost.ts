import { MAX_RANK } from './symmetric-matrix';
import { SIDE } from './matrix-engine';
import type { ItemChange } from './ease-counts';

/** P is rebuilt when a probe shows that |G P v − v| has come to this (about 1e−13 after a rebuild). */
export const RESIDUAL_BOUND = 1e-9;

/** A step moves the whole triangle through memory, which costs as much as this many multiply-adds a cell. */
const MIN_RANK = 11;
/** Outside the kernel an operation costs more: as many multiply-adds of the kernel. */
const ROW_CELL = 20;
const COMBINED_CELL = 8;
/** Finding a changed cell, and the item that it goes to. */
const CHANGED_CELL = 10_000;

/** Multiply-adds of `easeOfCounts`: those of the sweep, over whole tiles. */
export function rebuildCost(items: number): number {
  return wholeTiles(items) ** 3 / 2;
}

/** So many changed cells cost a rebuild before a step is made of them. */
export function mostChangedCells(items: number): number {
  return Math.floor(rebuildCost(items) / CHANGED_CELL);
}

/** Multiply-adds of `stepEase`, as they were measured against those of a rebuild. */
export function stepCost(items: number, changes: readonly ItemChange[]): number {
  const rows = wholeTiles(items);
  const rank = 2 * changes.length;
  const members = changes.reduce((sum, { row }) => sum + row.members.length + 1, 0);
  const steps = Math.ceil(rank / MAX_RANK);
  const triangle = (rows ** 2 / 2) * (rank + steps * MIN_RANK);
  return triangle + rows * (ROW_CELL * members + COMBINED_CELL * rank * Math.min(rank, MAX_RANK));
}

function wholeTiles(items: number): number {
  return Math.max(1, Math.ceil(items / SIDE)) * SIDE;
}
