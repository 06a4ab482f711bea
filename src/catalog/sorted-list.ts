/** From so many changes on, one pass through a long list costs less than moving the items behind each change. */
export const MIN_CHANGES_OF_PASS = 64;

/** Items in one order, without sorting all of them again when some come and go. */
export class SortedList<T> {
  private list: T[] = [];

  /** @param compare as for `Array.sort`; 0 only for an item and itself, as it was when it was added */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  /** In order. Do not change it. It is valid until the next {@link update}. */
  get items(): readonly T[] {
    return this.list;
  }

  /** All at once. */
  reset(items: Iterable<T>): void {
    this.list = [...items].sort(this.compare);
  }

  /** Removes the items of `removed` that the list has, then adds `added`: distinct items that it does not have after the removal. */
  update(removed: readonly T[], added: readonly T[]): void {
    if (removed.length + added.length < MIN_CHANGES_OF_PASS) {
      for (const item of removed) this.remove(item);
      for (const item of added) this.add(item);
    } else this.list = this.merged(removed.toSorted(this.compare), added.toSorted(this.compare));
  }

  private merged(removed: readonly T[], added: readonly T[]): T[] {
    const { compare } = this;
    const merged: T[] = [];
    let nextRemoved = 0;
    let nextAdded = 0;
    for (const item of this.list) {
      while (nextAdded < added.length && compare(added[nextAdded], item) < 0) merged.push(added[nextAdded++]);
      while (nextRemoved < removed.length && compare(removed[nextRemoved], item) < 0) nextRemoved++;
      if (nextRemoved === removed.length || compare(removed[nextRemoved], item) !== 0) merged.push(item);
    }
    while (nextAdded < added.length) merged.push(added[nextAdded++]);
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
    if (at < this.list.length && this.compare(this.list[at], item) === 0) this.list.splice(at, 1);
  }

  /** The place of the first item with a property that all behind it have as well; the length where none has. */
  firstWhere(holds: (item: T) => boolean): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.list[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
