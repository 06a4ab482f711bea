import type { SparseItemRow } from '../artefact/sparse-item-matrix';
import { rowDistance } from './served-ease';

/**
 * A row of EASE's weight matrix with an entry that has changed by more than this is published without delay. Relevant
 * entries are between 0.01 and 1. A delayed row makes a score wrong by at most 1e−4 per product of a history, for at
 * most {@link MAX_DELAY_MS}.
 */
export const EPSILON = 1e-4;

/** Maximum delay until a changed row is published. */
export const MAX_DELAY_MS = 10_000;

/** Decides which changed rows to publish now. A change below {@link EPSILON} is delayed but never dropped. */
export class DirtyRows {
  /** For each delayed row, by its index: the time (ms) since which the published row is outdated. */
  private readonly outdatedSince = new Map<number, number>();

  get hasDelayedRows(): boolean {
    return this.outdatedSince.size > 0;
  }

  /**
   * Returns whether a row must be published now.
   * @param published the row as published
   * @param current the current row, in f32 like the published row
   * @param movedAt earliest time at which the row can have changed, ms; ignored if the row is already delayed
   * @param nextAt next time at which rows can be published, ms
   */
  isDue(index: number, published: SparseItemRow, current: SparseItemRow, movedAt: number, nextAt: number): boolean {
    const distance = rowDistance(published, current);
    const since = this.outdatedSince.get(index) ?? movedAt;
    if (distance > 0 && distance <= EPSILON && nextAt <= since + MAX_DELAY_MS) {
      this.outdatedSince.set(index, since);
      return false;
    }
    this.outdatedSince.delete(index);
    return distance > 0;
  }
}
