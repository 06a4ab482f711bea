import { MOST_RANK } from './symmetric-matrix';
import { mostRows } from './matrix-engine';
import type { HistoryChange } from './ease-update';

/** P is rebuilt when a probe shows that |G P v − v| has come to this (about 1e−13 after a rebuild). */
export const RESIDUAL_BOUND = 1e-9;

/** Memory for P unless something else is asked for: 512 MiB, which is 11,264 items. */
export const EASE_BYTES = 2 ** 29;

/** The most items that EASE takes within `bytes`, 4 bytes a cell of P and the room for a step; beyond it, take iALS. */
export function mostEaseItems(bytes = EASE_BYTES): number {
  return mostRows(bytes);
}

/** A step moves the whole triangle through memory, which costs as much as this many multiply-adds a cell. */
const LEAST_RANK = 11;
/** Outside the kernel an operation costs more: as many multiply-adds of the kernel. */
const ROW_CELL = 20;
const COMBINED_CELL = 8;

/** Multiply-adds of `rebuildEase`: the sweep, n³ / 2, and the Gram matrix, half of Σ |x|² over all histories. */
export function rebuildCost(items: number, pairs: number): number {
  return items ** 3 / 2 + pairs;
}

/** Multiply-adds of `updateEase`, as they were measured against those of a rebuild. */
export function updateCost(items: number, changes: readonly HistoryChange[]): number {
  const rank = 2 * changes.length;
  let members = 0;
  for (const { before, after } of changes)
    members += before.members.length + Math.abs(after.members.length - before.members.length) + 1;
  const steps = Math.ceil(rank / MOST_RANK);
  const triangle = (items ** 2 / 2) * (rank + steps * LEAST_RANK);
  return triangle + items * (ROW_CELL * members + COMBINED_CELL * rank * Math.min(rank, MOST_RANK));
}

/** Whether a rebuild is the cheaper way to take the pending changes in, or P needs one whatever it costs. */
export function shouldRebuild(
  items: number,
  pairs: number,
  pending: readonly HistoryChange[],
  residual: number,
): boolean {
  return !(residual < RESIDUAL_BOUND) || updateCost(items, pending) >= rebuildCost(items, pairs);
}
