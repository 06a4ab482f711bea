import type { Cooccurrence } from './cooccurrence';
import { Interactions } from './interactions';
import { ItemNeighbourLists } from './item-neighbour-lists';
import type { ResumableTask } from './resumable-task';
import { kthLargest } from './select';

/** Maximum number of items in one neighbour list. */
export const NEIGHBOUR_LIST_LENGTH = 100;
/**
 * An item's list is recomputed once the number of changes of its pairs reaches this share of n, the number of sets that
 * contain the item.
 */
const CHANGED_SHARE = 0.1;
/** Number of set members that one step visits: about a millisecond of work. */
const CELLS_PER_STEP = 1 << 18;
/**
 * An item outside the head (the most frequent items) is missing from it if its n is clearly larger than the smallest n
 * in the head. The head is outdated once the number of missing items exceeds this share of the head's size.
 */
const MAX_MISSING_SHARE = 0.05;
const minMissingTotal = (smallestTotal: number): number => 1.1 * smallestTotal + 3 * Math.sqrt(smallestTotal);

export interface PairCounterOptions {
  /** Damps similarities that are based on small counts: c_ij / (√(n_i n_j) + shrink). */
  readonly shrink: number;
  readonly maxHeadItems: number;
  readonly listLength: number;
  /**
   * Orders items that have equal n or equal similarity, so that the result doesn't depend on arrival order. The item
   * with the smaller value comes first.
   */
  readonly tieBreak: (item: number) => number;
}

export interface PairMismatch {
  readonly item: number;
  readonly other: number;
  readonly storedCount: number;
  /** Number of sets that contain both items. */
  readonly exactCount: number;
}

/**
 * Updates a {@link Cooccurrence} while sets of items grow and shrink.
 *
 * All pairs of two head items are counted. If there are items outside the head, every item also has a list of its
 * nearest neighbours, computed from the sets. A pair with an item outside the head is counted only while at least one
 * of its items lists the other. Its count is always exact, but a list may be out of date until enough of the item's
 * pairs have changed (see {@link isDue}). {@link rebuildInSteps} brings all lists up to date, and its result depends
 * only on the sets.
 */
export class PairCounter {
  private readonly sets = new Interactions();
  /** By item: how often a pair that its list could contain has changed since the list was computed. */
  private changedPairs = new Int32Array(64);
  /** Items whose lists are due to be recomputed, in FIFO order. The first waiting item is at `queueHead`. */
  private queue: number[] = [];
  private queueHead = 0;
  private isQueued = new Uint8Array(64);
  private lastSweptItem = 0;
  private paused = false;
  private others = new Int32Array(0);
  private counts = new Int32Array(0);
  private similarities = new Float64Array(0);
  private scratch = new Float64Array(0);
  /** By item: the count of its pair with the item whose list is being selected. */
  private countOf = new Int32Array(0);
  /** Buffers for those cells of one row that lie in the columns of head items: their columns and counts. */
  private headColumns = new Int32Array(0);
  private headCounts = new Int32Array(0);
  private readonly nearestIndexes: Int32Array;
  private readonly listedItems: Int32Array;
  private readonly listedCounts: Int32Array;

  constructor(
    readonly matrix: Cooccurrence,
    private readonly options: PairCounterOptions,
  ) {
    this.nearestIndexes = new Int32Array(options.listLength);
    this.listedItems = new Int32Array(options.listLength);
    this.listedCounts = new Int32Array(options.listLength);
  }

  /** Stops counting pairs until the next {@link rebuildInSteps}. Each item's n is still counted. */
  pause(): void {
    this.paused = true;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Sum of the sizes of all sets. */
  get memberships(): number {
    return this.sets.size;
  }

  /** @param item an item that is not in the set yet */
  add(set: number, item: number): void {
    if (this.paused) this.matrix.bumpItem(item, 1);
    else this.countPairs(item, this.sets.items(set), 1);
    this.sets.add(set, item);
  }

  /** @param item an item that is in the set */
  remove(set: number, item: number): void {
    this.sets.remove(set, item);
    if (this.paused) this.matrix.bumpItem(item, -1);
    else this.countPairs(item, this.sets.items(set), -1);
  }

  /** Like {@link Interactions.removeSets}. */
  removeSets(removeItems: () => void): void {
    this.sets.removeSets(removeItems);
  }

  /**
   * Adds an item to a set without counting pairs: either the counts of a checkpoint already include them, or counting
   * is paused.
   */
  restore(set: number, item: number): void {
    if (this.paused) this.matrix.bumpItem(item, 1);
    this.sets.add(set, item);
  }

  private countPairs(item: number, others: Int32Array, by: 1 | -1): void {
    const { matrix } = this;
    matrix.bumpItem(item, by);
    matrix.bumpPairs(item, others, others.length, by);
    if (!matrix.isPartial) return;
    this.reserve();
    const isHead = matrix.isHead(item);
    let outside = 0;
    for (const other of others) {
      if (isHead && matrix.isHead(other)) continue;
      outside++;
      this.recordChanges(other, 1);
    }
    if (outside > 0) this.recordChanges(item, outside);
  }

  private recordChanges(item: number, pairs: number): void {
    this.changedPairs[item] += pairs;
    if (this.isQueued[item] === 1 || !this.isDue(item)) return;
    this.isQueued[item] = 1;
    this.queue.push(item);
  }

  private isDue(item: number): boolean {
    return this.changedPairs[item] >= Math.max(1, CHANGED_SHARE * this.matrix.n(item));
  }

  /** Whether lists are due to be recomputed. */
  get hasDue(): boolean {
    return this.queueHead < this.queue.length;
  }

  /** Recomputes the lists that are due, in steps. The caller may stop after any step. */
  *refreshInSteps(): ResumableTask<void> {
    let cost = 0;
    while (this.hasDue) {
      const item = this.queue[this.queueHead++];
      this.isQueued[item] = 0;
      cost += this.computeList(item);
      if (cost < CELLS_PER_STEP) continue;
      cost = 0;
      yield;
    }
    this.queue = [];
    this.queueHead = 0;
  }

  /** Marks every list as possibly out of date, so that {@link sweep} queues it. */
  markAllChanged(): void {
    if (!this.matrix.isPartial) return;
    this.reserve();
    this.changedPairs.fill(1, 0, this.matrix.items);
  }

  /**
   * Visits the `items` items after those of the previous call, wrapping around at the end. If an item has changed
   * pairs, its list is queued to be recomputed.
   */
  sweep(items: number): void {
    const { matrix } = this;
    if (!matrix.isPartial) return;
    this.reserve();
    for (let n = 0; n < Math.min(items, matrix.items); n++) {
      this.lastSweptItem = (this.lastSweptItem + 1) % matrix.items;
      if (this.changedPairs[this.lastSweptItem] === 0 || this.isQueued[this.lastSweptItem] === 1) continue;
      this.isQueued[this.lastSweptItem] = 1;
      this.queue.push(this.lastSweptItem);
    }
  }

  /** Whether so many of the most frequent items are missing from the head that the head should be chosen again. */
  get isHeadOutdated(): boolean {
    const { matrix } = this;
    if (!matrix.isPartial) return false;
    const bound = minMissingTotal(this.minHeadTotal());
    let missing = 0;
    for (let item = 0; item < matrix.items; item++) if (!matrix.isHead(item) && matrix.n(item) > bound) missing++;
    return missing > MAX_MISSING_SHARE * matrix.headItems;
  }

  private minHeadTotal(): number {
    let smallestTotal = Infinity;
    for (let slot = 0; slot < this.matrix.headItems; slot++) {
      smallestTotal = Math.min(smallestTotal, this.matrix.n(this.matrix.headItem(slot)));
    }
    return smallestTotal;
  }

  /** Chooses the head, counts all pairs of head items and computes the lists of all items from the sets, in steps. */
  *rebuildInSteps(): ResumableTask<void> {
    const { matrix } = this;
    this.reserve();
    matrix.setHead(this.mostFrequentItems());
    this.paused = false;
    this.queue = [];
    this.queueHead = 0;
    this.isQueued.fill(0);
    this.changedPairs.fill(0);
    const { items } = matrix;
    const lists = new ItemNeighbourLists(items, matrix.isPartial ? items * this.options.listLength : 0);
    let cost = 0;
    for (let item = 0; item < items; item++) {
      cost += this.computeRow(item, lists);
      if (cost < CELLS_PER_STEP) continue;
      cost = 0;
      yield;
    }
    if (matrix.isPartial) yield* matrix.setListsInSteps(lists);
  }

  /**
   * Returns the counted pairs whose stored count differs from the count in the sets, in steps. The result is empty
   * unless there is a bug.
   */
  *findMismatchesInSteps(): ResumableTask<PairMismatch[]> {
    const { matrix } = this;
    this.reserve();
    const mismatches: PairMismatch[] = [];
    const exactCounts = new Int32Array(matrix.items);
    for (let item = 0; item < matrix.items; item++) {
      const size = this.sets.countRow(item, this.others, this.counts);
      for (let at = 0; at < size; at++) exactCounts[this.others[at]] = this.counts[at];
      const columns = new Set(this.others.subarray(0, size));
      for (let at = 0, cells = matrix.readRow(item, this.others, this.counts); at < cells; at++)
        columns.add(this.others[at]);
      for (const other of columns) {
        const count = matrix.count(item, other);
        if (other > item && matrix.isCounted(item, other) && count !== exactCounts[other]) {
          mismatches.push({ item, other, storedCount: count, exactCount: exactCounts[other] });
        }
        exactCounts[other] = 0;
      }
      yield;
    }
    return mismatches;
  }

  /** Returns the items of the new head in ascending order. */
  private mostFrequentItems(): number[] {
    const { matrix, options } = this;
    const items = Array.from({ length: matrix.items }, (_, item) => item);
    if (items.length <= options.maxHeadItems) return items;
    const { tieBreak } = options;
    const smallestTotal = kthLargest(
      Float64Array.from(items, (item) => matrix.n(item)),
      items.length,
      options.maxHeadItems,
    );
    const frequent = items.filter((item) => matrix.n(item) > smallestTotal);
    const ties = items
      .filter((item) => matrix.n(item) === smallestTotal)
      .map((item) => ({ item, rank: tieBreak(item) }));
    ties.sort((a, b) => a.rank - b.rank || a.item - b.item);
    for (const { item } of ties.slice(0, options.maxHeadItems - frequent.length)) frequent.push(item);
    return frequent.sort((a, b) => a - b);
  }

  /**
   * If the item is in the head, stores the counts of its pairs with other head items. If some items are outside the
   * head, adds the item's list to `lists`.
   * @returns the number of set members that were visited
   */
  private computeRow(item: number, lists: ItemNeighbourLists): number {
    const { matrix, others, counts, headColumns } = this;
    const size = this.sets.countRow(item, others, counts);
    if (matrix.isHead(item)) {
      let headCells = 0;
      for (let at = 0; at < size; at++) {
        if (!matrix.isHead(others[at])) continue;
        headColumns[headCells] = others[at];
        this.headCounts[headCells++] = counts[at];
      }
      matrix.setHeadRow(item, headColumns, this.headCounts, headCells);
    }
    if (matrix.isPartial) lists.add(this.listedItems, this.listedCounts, this.selectList(item, size));
    return this.sets.visitedCells;
  }

  private computeList(item: number): number {
    this.changedPairs[item] = 0;
    const length = this.selectList(item, this.sets.countRow(item, this.others, this.counts));
    this.matrix.setList(item, this.listedItems, this.listedCounts, length);
    return this.sets.visitedCells;
  }

  /**
   * If `item` is in the head, removes all head items from the first `size` entries of `others` and `counts`, because
   * their pairs with `item` are counted in any case.
   * @returns the number of remaining entries
   */
  private removeHeadPairs(item: number, size: number): number {
    const { matrix, others, counts } = this;
    if (!matrix.isHead(item)) return size;
    let remaining = 0;
    for (let at = 0; at < size; at++) {
      if (matrix.isHead(others[at])) continue;
      others[remaining] = others[at];
      counts[remaining++] = counts[at];
    }
    return remaining;
  }

  /**
   * Writes the item's list to `listedItems` and `listedCounts`: the nearest of the first `candidateCount` items in
   * `others`, without the items that {@link removeHeadPairs} removes.
   * @returns the length of the list
   */
  private selectList(item: number, candidateCount: number): number {
    const size = this.removeHeadPairs(item, candidateCount);
    const { matrix, others, counts, similarities } = this;
    const root = matrix.rootN(item);
    for (let at = 0; at < size; at++) {
      similarities[at] = counts[at] / (root * matrix.rootN(others[at]) + this.options.shrink);
    }
    const { listedItems, listedCounts } = this;
    let length = 0;
    for (const at of this.nearest(size)) {
      listedItems[length++] = others[at];
      this.countOf[others[at]] = counts[at];
    }
    // Sorted by item, so that a list's bytes do not depend on the order in which items and sets were added.
    listedItems.subarray(0, length).sort();
    for (let at = 0; at < length; at++) listedCounts[at] = this.countOf[listedItems[at]];
    return length;
  }

  /** Returns the indexes of the largest of the first `size` similarities, at most `listLength` of them. */
  private nearest(size: number): Int32Array {
    const { others, similarities, scratch, nearestIndexes, options } = this;
    scratch.set(similarities.subarray(0, size));
    const threshold = kthLargest(scratch, size, options.listLength);
    let selectedCount = 0;
    const ties: number[] = [];
    for (let at = 0; at < size; at++) {
      if (similarities[at] > threshold) nearestIndexes[selectedCount++] = at;
      else if (similarities[at] === threshold) ties.push(at);
    }
    const room = options.listLength - selectedCount;
    const { tieBreak } = options;
    if (ties.length > room) ties.sort((a, b) => tieBreak(others[a]) - tieBreak(others[b]) || others[a] - others[b]);
    for (const at of ties.slice(0, room)) nearestIndexes[selectedCount++] = at;
    return nearestIndexes.subarray(0, selectedCount);
  }

  private reserve(): void {
    const { items } = this.matrix;
    if (items <= this.others.length) return;
    const capacity = Math.max(64, Math.ceil(items * 1.5));
    this.others = new Int32Array(capacity);
    this.counts = new Int32Array(capacity);
    this.similarities = new Float64Array(capacity);
    this.scratch = new Float64Array(capacity);
    this.countOf = new Int32Array(capacity);
    this.headColumns = new Int32Array(capacity);
    this.headCounts = new Int32Array(capacity);
    const changed = new Int32Array(capacity);
    changed.set(this.changedPairs.subarray(0, Math.min(capacity, this.changedPairs.length)));
    this.changedPairs = changed;
    const isQueued = new Uint8Array(capacity);
    isQueued.set(this.isQueued.subarray(0, Math.min(capacity, this.isQueued.length)));
    this.isQueued = isQueued;
  }
}
