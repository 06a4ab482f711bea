import { PackedRows } from './packed-rows';

const NONE = new Int32Array(0);

/** Stores the items of each set and the sets of each item: 8 bytes per item of a set, plus spare capacity. */
export class Interactions {
  private readonly itemsOf = new PackedRows(1);
  private readonly setsOf = new PackedRows(1);
  private counts = NONE;
  /** Number of set members that the last {@link countRow} visited. */
  visitedCells = 0;
  /** Sum of the sizes of all sets. */
  size = 0;
  /** The items of the sets that {@link removeSets} removes; undefined at other times. */
  private removedItems: Set<number> | undefined;

  /** Returns the set's items; valid until the next change. */
  items(set: number): Int32Array {
    const from = this.itemsOf.start(set);
    return this.itemsOf.cells.subarray(from, from + this.itemsOf.length(set));
  }

  /** @param item an item that is not in the set yet */
  add(set: number, item: number): void {
    this.itemsOf.append(set, item);
    this.setsOf.append(item, set);
    this.size++;
  }

  /** @param item an item that is in the set */
  remove(set: number, item: number): void {
    this.itemsOf.remove(set, this.itemsOf.find(set, item));
    // Most sets that become empty stay empty.
    if (this.itemsOf.length(set) === 0) this.itemsOf.clear(set);
    if (this.removedItems === undefined) this.setsOf.remove(item, this.setsOf.find(item, set));
    else this.removedItems.add(item);
    this.size--;
  }

  /**
   * Removes many sets in one pass over the sets of each of their items. Each {@link remove} by itself would search
   * through all sets of its item.
   * @param removeItems calls {@link remove} for all items of these sets, and changes no other set. The sets of an item
   *   may include removed ones meanwhile, which are empty
   */
  removeSets(removeItems: () => void): void {
    const items = (this.removedItems = new Set<number>());
    try {
      removeItems();
    } finally {
      this.removedItems = undefined;
      for (const item of items) this.setsOf.retain(item, (set) => this.itemsOf.length(set) > 0);
    }
  }

  /**
   * Counts, for each other item, the sets that contain it and `item`, in one pass over the item's sets.
   * @param others receives the other items, in no particular order; `counts` receives their counts. Both must have room
   *   for all items
   * @returns the number of other items
   */
  countRow(item: number, others: Int32Array, counts: Int32Array): number {
    if (this.counts.length < others.length) this.counts = new Int32Array(others.length);
    const touchedCount = this.accumulate(item, others);
    let size = 0;
    for (let at = 0; at < touchedCount; at++) {
      const other = others[at];
      const count = this.counts[other];
      this.counts[other] = 0;
      if (other === item) continue;
      others[size] = other;
      counts[size++] = count;
    }
    return size;
  }

  private accumulate(item: number, touched: Int32Array): number {
    const { counts } = this;
    const sets = this.setsOf.cells;
    const items = this.itemsOf.cells;
    let touchedCount = 0;
    this.visitedCells = 0;
    const end = this.setsOf.start(item) + this.setsOf.length(item);
    for (let at = this.setsOf.start(item); at < end; at++) {
      const cellsStart = this.itemsOf.start(sets[at]);
      const cellsEnd = cellsStart + this.itemsOf.length(sets[at]);
      this.visitedCells += cellsEnd - cellsStart;
      for (let cell = cellsStart; cell < cellsEnd; cell++)
        if (counts[items[cell]]++ === 0) touched[touchedCount++] = items[cell];
    }
    return touchedCount;
  }
}
