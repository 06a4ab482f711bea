/**
 * Items in one order, kept while single ones come and go: each is found by binary search, and those behind it move up, in
 * place of sorting all again.
 */
export class SortedList<T> {
  private list: T[] = [];

  /** @param compare as for `Array.sort`; 0 only for an item and itself, as it was when it was added */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  /** In order. Not to be changed, nor kept over an {@link add} or a {@link remove}. */
  get items(): readonly T[] {
    return this.list;
  }

  /** All at once. */
  reset(items: Iterable<T>): void {
    this.list = [...items].sort(this.compare);
  }

  add(item: T): void {
    this.list.splice(
      this.firstWhere((other) => this.compare(other, item) >= 0),
      0,
      item,
    );
  }

  /** @returns false where it is not there */
  remove(item: T): boolean {
    const at = this.firstWhere((other) => this.compare(other, item) >= 0);
    if (at === this.list.length || this.compare(this.list[at], item) !== 0) return false;
    this.list.splice(at, 1);
    return true;
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
