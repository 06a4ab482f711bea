import type { ItemRow } from './item-rows';
import { rowDistance } from './served-ease';

/**
 * An entry that has moved by more than this is told in the same cycle: entries of B that matter are of the size of .01 to
 * 1, and what is held back moves a score by 1e−4 for each product of a history at most, for at most {@link MAX_DELAY_MS}.
 */
export const EPSILON = 1e-4;

/** However little a row has moved, whoever follows has it after so long. */
export const MAX_DELAY_MS = 10_000;

/** Which rows are to be told now: ε delays a row, and never drops it. */
export class MovedRows {
  /** By row, since when others have it otherwise. */
  private readonly since = new Map<number, number>();

  /** Whether any are held back. */
  get waiting(): boolean {
    return this.since.size > 0;
  }

  /**
   * Whether a row is to be told now.
   * @param told the row as others have it
   * @param now the row as it is, in f32 like the other
   * @param movedAt the earliest that it can have moved, if it has only just done so; ms
   * @param nextAt when those that are not told now can be told, ms
   */
  isDue(index: number, told: ItemRow, now: ItemRow, movedAt: number, nextAt: number): boolean {
    const distance = rowDistance(told, now);
    const since = this.since.get(index) ?? movedAt;
    if (distance > 0 && distance <= EPSILON && nextAt <= since + MAX_DELAY_MS) {
      this.since.set(index, since);
      return false;
    }
    this.since.delete(index);
    return distance > 0;
  }
}
