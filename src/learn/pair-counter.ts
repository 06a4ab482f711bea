import type { Cooccurrence } from './cooccurrence';
import { Interactions } from './interactions';
import { ItemLists } from './item-lists';
import type { ResumableTask } from './resumable-task';
import { kthLargest } from './select';

/** Others that the list of an item names. */
export const LIST_LENGTH = 100;
/** A list is computed again once so many of the item's pairs have changed, as a share of its n. */
const CHANGED_SHARE = 0.1;
/** Cells that a step visits: about a millisecond. */
const CELLS_PER_STEP = 1 << 18;
/** The head is outdated once it lacks as many items, as a share of its size, whose n is clearly larger than its smallest. */
const MISSING_SHARE = 0.05;
const missingFrom = (least: number): number => 1.1 * least + 3 * Math.sqrt(least);

export interface PairCounterOptions {
  /** Damps similarities that rest on little: c_ij / (√(n_i n_j) + shrink). */
  readonly shrink: number;
  readonly maxHeadItems: number;
  readonly listLength: number;
  /** Orders items of equal n or similarity, whatever order they came in; the smaller goes first. */
  readonly tieBreak: (item: number) => number;
}

export interface WrongPair {
  readonly item: number;
  readonly other: number;
  readonly counted: number;
  /** The sets that hold both. */
  readonly exact: number;
}

/**
 * Keeps a {@link Cooccurrence} up to date with sets of items that grow and shrink.
 *
 * The pairs of the head are counted one by one. Of the rest, each item has a list of the others nearest to it, computed from
 * the sets alone: no more is stored than the sets and the lists. Counts of listed pairs are exact at any moment; who is
 * listed may lag until so many of the item's pairs have changed (see {@link isDue}). {@link rebuilding} leaves
 * nothing that lags, and gives the same whatever happened before.
 */
export class PairCounter {
  private readonly sets = new Interactions();
  /** By item outside or inside of the head, its pairs that have changed since its list was computed. */
  private changed = new Int32Array(64);
  /** Items whose lists are due, first in, first out, from `queueHead` on. */
  private queue: number[] = [];
  private queueHead = 0;
  private isQueued = new Uint8Array(64);
  private cursor = 0;
  private paused = false;
  private others = new Int32Array(0);
  private counts = new Int32Array(0);
  private similarities = new Float64Array(0);
  private scratch = new Float64Array(0);
  /** By item, of the list at hand. */
  private countOf = new Int32Array(0);
  /** The head's part of a row. */
  private columns = new Int32Array(0);
  private values = new Int32Array(0);
  private readonly places: Int32Array;
  private readonly listed: Int32Array;
  private readonly listedCounts: Int32Array;

  constructor(
    readonly matrix: Cooccurrence,
    private readonly options: PairCounterOptions,
  ) {
    this.places = new Int32Array(options.listLength);
    this.listed = new Int32Array(options.listLength);
    this.listedCounts = new Int32Array(options.listLength);
  }

  /** Pairs are not counted until the next {@link rebuilding}; each `n` is. */
  pause(): void {
    this.paused = true;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Items of all sets, each counted once for every set that holds it. */
  get memberships(): number {
    return this.sets.size;
  }

  /** @param item not in the set yet */
  add(set: number, item: number): void {
    if (this.paused) this.matrix.bumpItem(item, 1);
    else this.count(item, this.sets.items(set), 1);
    this.sets.add(set, item);
  }

  /** @param item in the set */
  remove(set: number, item: number): void {
    this.sets.remove(set, item);
    if (this.paused) this.matrix.bumpItem(item, -1);
    else this.count(item, this.sets.items(set), -1);
  }

  /** Adds an item to a set without counting pairs: the counts of a checkpoint include them, or pairs are paused. */
  restore(set: number, item: number): void {
    if (this.paused) this.matrix.bumpItem(item, 1);
    this.sets.add(set, item);
  }

  private count(item: number, others: Int32Array, by: 1 | -1): void {
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
      this.note(other, 1);
    }
    if (outside > 0) this.note(item, outside);
  }

  private note(item: number, pairs: number): void {
    this.changed[item] += pairs;
    if (this.isQueued[item] === 1 || !this.isDue(item)) return;
    this.isQueued[item] = 1;
    this.queue.push(item);
  }

  private isDue(item: number): boolean {
    return this.changed[item] >= Math.max(1, CHANGED_SHARE * this.matrix.n(item));
  }

  /** Whether lists wait to be computed again. */
  get hasDue(): boolean {
    return this.queueHead < this.queue.length;
  }

  /** Computes the lists that are due again, in steps; it may be left after any of them. */
  *refreshing(): ResumableTask<void> {
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

  /** Notes that any list may be behind its counts. */
  noteAll(): void {
    if (!this.matrix.isPartial) return;
    this.reserve();
    this.changed.fill(1, 0, this.matrix.items);
  }

  /** Queues those of the next `items` items, going round, whose pairs have changed at all. */
  sweep(items: number): void {
    const { matrix } = this;
    if (!matrix.isPartial) return;
    this.reserve();
    for (let n = 0; n < Math.min(items, matrix.items); n++) {
      this.cursor = (this.cursor + 1) % matrix.items;
      if (this.changed[this.cursor] === 0 || this.isQueued[this.cursor] === 1) continue;
      this.isQueued[this.cursor] = 1;
      this.queue.push(this.cursor);
    }
  }

  /** Whether the head lacks so many of the most frequent items that it should be chosen again. */
  get isHeadOutdated(): boolean {
    const { matrix } = this;
    if (!matrix.isPartial) return false;
    const bound = missingFrom(this.leastOfHead());
    let missing = 0;
    for (let item = 0; item < matrix.items; item++) if (!matrix.isHead(item) && matrix.n(item) > bound) missing++;
    return missing > MISSING_SHARE * matrix.headItems;
  }

  private leastOfHead(): number {
    let least = Infinity;
    for (let slot = 0; slot < this.matrix.headItems; slot++) {
      least = Math.min(least, this.matrix.n(this.matrix.headItem(slot)));
    }
    return least;
  }

  /** Chooses the head, counts all its pairs and computes all lists, from the sets and nothing else, in steps. */
  *rebuilding(): ResumableTask<void> {
    const { matrix } = this;
    this.reserve();
    matrix.setHead(this.mostFrequent());
    this.paused = false;
    this.queue = [];
    this.queueHead = 0;
    this.isQueued.fill(0);
    this.changed.fill(0);
    const { items } = matrix;
    const lists = new ItemLists(items, matrix.isPartial ? items * this.options.listLength : 0);
    let cost = 0;
    for (let item = 0; item < items; item++) {
      cost += this.computeRow(item, lists);
      if (cost < CELLS_PER_STEP) continue;
      cost = 0;
      yield;
    }
    if (matrix.isPartial) yield* matrix.settingLists(lists);
  }

  /** The counted pairs whose counts are not those of the sets: none, unless something is wrong. In steps. */
  *wrongPairs(): ResumableTask<WrongPair[]> {
    const { matrix } = this;
    this.reserve();
    const wrong: WrongPair[] = [];
    const exact = new Int32Array(matrix.items);
    for (let item = 0; item < matrix.items; item++) {
      const size = this.sets.countRow(item, this.others, this.counts);
      for (let at = 0; at < size; at++) exact[this.others[at]] = this.counts[at];
      const counted = new Set(this.others.subarray(0, size));
      for (let at = 0, cells = matrix.readRow(item, this.others, this.counts); at < cells; at++)
        counted.add(this.others[at]);
      for (const other of counted) {
        const count = matrix.count(item, other);
        if (other > item && matrix.isCounted(item, other) && count !== exact[other]) {
          wrong.push({ item, other, counted: count, exact: exact[other] });
        }
        exact[other] = 0;
      }
      yield;
    }
    return wrong;
  }

  /** Ascending. */
  private mostFrequent(): number[] {
    const { matrix, options } = this;
    const items = Array.from({ length: matrix.items }, (_, item) => item);
    if (items.length <= options.maxHeadItems) return items;
    const { tieBreak } = options;
    const least = kthLargest(
      Float64Array.from(items, (item) => matrix.n(item)),
      items.length,
      options.maxHeadItems,
    );
    const frequent = items.filter((item) => matrix.n(item) > least);
    const ties = items.filter((item) => matrix.n(item) === least).map((item) => ({ item, rank: tieBreak(item) }));
    ties.sort((a, b) => a.rank - b.rank || a.item - b.item);
    for (const { item } of ties.slice(0, options.maxHeadItems - frequent.length)) frequent.push(item);
    return frequent.sort((a, b) => a - b);
  }

  /** Sets the item's pairs within the head, and adds its list. @returns the cells that were visited */
  private computeRow(item: number, lists: ItemLists): number {
    const { matrix, others, counts, columns } = this;
    const size = this.sets.countRow(item, others, counts);
    if (matrix.isHead(item)) {
      let kept = 0;
      for (let at = 0; at < size; at++) {
        if (!matrix.isHead(others[at])) continue;
        columns[kept] = others[at];
        this.values[kept++] = counts[at];
      }
      matrix.setHeadRow(item, columns, this.values, kept);
    }
    if (matrix.isPartial) lists.add(this.listed, this.listedCounts, this.selectList(item, size));
    return this.sets.visited;
  }

  private computeList(item: number): number {
    this.changed[item] = 0;
    const length = this.selectList(item, this.sets.countRow(item, this.others, this.counts));
    this.matrix.setList(item, this.listed, this.listedCounts, length);
    return this.sets.visited;
  }

  /** Removes the others whose pairs with the item the head counts. @returns how many of the first `size` are left */
  private withoutHeadPairs(item: number, size: number): number {
    const { matrix, others, counts } = this;
    if (!matrix.isHead(item)) return size;
    let kept = 0;
    for (let at = 0; at < size; at++) {
      if (matrix.isHead(others[at])) continue;
      others[kept] = others[at];
      counts[kept++] = counts[at];
    }
    return kept;
  }

  /**
   * Selects the item's list into `listed` and `listedCounts`: of the first `found` others the nearest whose pairs the head
   * does not count.
   * @returns its length
   */
  private selectList(item: number, found: number): number {
    const size = this.withoutHeadPairs(item, found);
    const { matrix, others, counts, similarities } = this;
    const root = matrix.rootN(item);
    for (let at = 0; at < size; at++) {
      similarities[at] = counts[at] / (root * matrix.rootN(others[at]) + this.options.shrink);
    }
    const { listed, listedCounts } = this;
    let length = 0;
    for (const at of this.nearest(size)) {
      listed[length++] = others[at];
      this.countOf[others[at]] = counts[at];
    }
    // By item, so that the same lists are the same bytes, whatever order the sets are in.
    listed.subarray(0, length).sort();
    for (let at = 0; at < length; at++) listedCounts[at] = this.countOf[listed[at]];
    return length;
  }

  /** Places of the largest similarities. */
  private nearest(size: number): Int32Array {
    const { others, similarities, scratch, places, options } = this;
    scratch.set(similarities.subarray(0, size));
    const threshold = kthLargest(scratch, size, options.listLength);
    let found = 0;
    const ties: number[] = [];
    for (let at = 0; at < size; at++) {
      if (similarities[at] > threshold) places[found++] = at;
      else if (similarities[at] === threshold) ties.push(at);
    }
    const room = options.listLength - found;
    const { tieBreak } = options;
    if (ties.length > room) ties.sort((a, b) => tieBreak(others[a]) - tieBreak(others[b]) || others[a] - others[b]);
    for (const at of ties.slice(0, room)) places[found++] = at;
    return places.subarray(0, found);
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
    this.columns = new Int32Array(capacity);
    this.values = new Int32Array(capacity);
    const changed = new Int32Array(capacity);
    changed.set(this.changed.subarray(0, Math.min(capacity, this.changed.length)));
    this.changed = changed;
    const isQueued = new Uint8Array(capacity);
    isQueued.set(this.isQueued.subarray(0, Math.min(capacity, this.isQueued.length)));
    this.isQueued = isQueued;
  }
}
