/** With at least this many changes, merging them with all items costs less than an insertion or removal per change. */
export const MIN_CHANGES_FOR_MERGE = 64;

/** A sorted list that can be updated without sorting all items again. */
export class SortedList<T> {
  private list: T[] = [];

  /** @param compare as for `Array.sort`; must not return 0 for two different items */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  /** The items in order. Do not modify the array. It is valid until the next {@link update}. */
  get items(): readonly T[] {
    return this.list;
  }

  reset(items: Iterable<T>): void {
    this.list = [...items].sort(this.compare);
  }

  /**
   * Removes the items of `removed` that are in the list, then adds `added`. The added items must be distinct, and must
   * not be in the list after the removal.
   */
  update(removed: readonly T[], added: readonly T[]): void {
    if (removed.length + added.length < MIN_CHANGES_FOR_MERGE) {
      for (const item of removed) this.remove(item);
      for (const item of added) this.add(item);
    } else this.list = this.merge(removed.toSorted(this.compare), added.toSorted(this.compare));
  }

  private merge(removed: readonly T[], added: readonly T[]): T[] {
    const { compare } = this;
    const merged: T[] = [];
    let nextRemoved = 0;
    let nextAdded = 0;
    for (const item of this.list) {
      while (nextAdded < added.length && compare(added[nextAdded]!, item) < 0) merged.push(added[nextAdded++]!);
      while (nextRemoved < removed.length && compare(removed[nextRemoved]!, item) < 0) nextRemoved++;
      if (nextRemoved === removed.length || compare(removed[nextRemoved]!, item) !== 0) merged.push(item);
    }
    while (nextAdded < added.length) merged.push(added[nextAdded++]!);
    return merged;
  }

  private add(item: T): void {
    this.list.splice(
      this.firstWhere((other) => this.compare(other, item) >= 0),
      0,
      item,
    );
  }

  private remove(item: T): void {
    const at = this.firstWhere((other) => this.compare(other, item) >= 0);
    if (at < this.list.length && this.compare(this.list[at]!, item) === 0) this.list.splice(at, 1);
  }

  /**
   * Finds by binary search the first item that satisfies the condition. Every later item must satisfy it, too.
   * @returns the index of the item; the length of the list if no item satisfies the condition
   */
  firstWhere(holds: (item: T) => boolean): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.list[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
