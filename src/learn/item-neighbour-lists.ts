import { ITEMS_PER_STEP, type ResumableTask } from './resumable-task';

/** Number of list members that one step processes. */
export const MEMBERS_PER_STEP = 16 * ITEMS_PER_STEP;

/**
 * The range of one item's list in {@link ItemNeighbourLists.members} and {@link ItemNeighbourLists.counts}: indexes
 * from `from` (inclusive) to `to` (exclusive).
 */
interface MemberRange {
  readonly from: number;
  readonly to: number;
}

/** The neighbour lists of items 0, 1, 2 …, added in this order. A list has other items, ascending, with pair counts. */
export class ItemNeighbourLists {
  readonly members: Int32Array;
  readonly counts: Int32Array;
  private readonly starts: Uint32Array;
  private addedLists = 0;

  /** Unused capacity takes no resident memory. @param maxMembers maximum total number of members */
  constructor(
    readonly items: number,
    maxMembers: number,
  ) {
    this.members = new Int32Array(maxMembers);
    this.counts = new Int32Array(maxMembers);
    this.starts = new Uint32Array(items + 1);
  }

  /** Adds the list of the next item: the first `size` members and counts. */
  add(members: Int32Array, counts: Int32Array, size: number): void {
    const from = this.starts[this.addedLists];
    this.members.set(members.subarray(0, size), from);
    this.counts.set(counts.subarray(0, size), from);
    this.starts[++this.addedLists] = from + size;
  }

  /** Total number of members. */
  get size(): number {
    return this.starts[this.addedLists];
  }

  rangeOf(item: number): MemberRange {
    return { from: this.starts[item], to: this.starts[item + 1] };
  }

  /**
   * Returns the inverse lists, in steps: the list of an item contains the items whose lists contain it, ascending, with
   * the same counts.
   */
  *transposeInSteps(): ResumableTask<ItemNeighbourLists> {
    const { starts, members, counts, items } = this;
    const transposed = new ItemNeighbourLists(items, this.size);
    const next = transposed.starts;
    for (let index = 0; index < this.size; index++) {
      next[members[index] + 1]++;
      if (index % MEMBERS_PER_STEP === 0) yield;
    }
    for (let item = 0; item < items; item++) next[item + 1] += next[item];
    // `next[item]` moves from the start of the item's list to its end, which is the start of the next list.
    for (let item = 0; item < items; item++) {
      for (let index = starts[item]; index < starts[item + 1]; index++) {
        const target = next[members[index]]++;
        transposed.members[target] = item;
        transposed.counts[target] = counts[index];
        if (index % MEMBERS_PER_STEP === 0) yield;
      }
    }
    next.copyWithin(1, 0, items);
    next[0] = 0;
    transposed.addedLists = items;
    return transposed;
  }
}
