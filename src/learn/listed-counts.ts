import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { MEMBERS_PER_STEP, type ItemNeighbourLists } from './item-neighbour-lists';
import { PackedRows } from './packed-rows';
import type { ResumableTask } from './resumable-task';

/**
 * Offset of the value in an entry of a row. An entry consists of a column and a value: twice the count, plus 1 if the
 * row's own neighbour list contains the column.
 */
const VALUE_OFFSET = 1;
const MAX_MARK = 2 ** 31 - 1;

/**
 * Counts of listed pairs: pairs of which at least one item has the other in its neighbour list. Each listed pair is
 * stored in both rows, with its exact count. Other pairs are not stored.
 */
export class ListedCounts {
  private readonly rows = new PackedRows(2);
  /** By item: equals `mark` if the current operation includes the item. */
  private marks = new Int32Array(64);
  private mark = 0;
  /** Buffer by item: the count of its pair with the current row. It is all 0 between calls. */
  private rowCounts = new Int32Array(64);

  /** Makes room for items 0…items−1. */
  grow(items: number): void {
    if (items <= this.marks.length) return;
    this.marks = new Int32Array(Math.ceil(items * 1.5));
    this.rowCounts = new Int32Array(this.marks.length);
    this.mark = 0;
  }

  /** Returns 0 for a pair that is not listed. */
  get(i: number, j: number): number {
    const at = this.findEither(i, j);
    return at < 0 ? 0 : this.rows.cells[at + VALUE_OFFSET] >> 1;
  }

  has(i: number, j: number): boolean {
    return this.findEither(i, j) >= 0;
  }

  /** Adds the counts of row i: counts[k] += get(i, columns[k]) for all k < size. */
  addCells(i: number, columns: Int32Array, size: number, counts: Int32Array): void {
    const { cells } = this.rows;
    const end = this.end(i);
    for (let at = this.rows.start(i); at < end; at += 2) this.rowCounts[cells[at]] = cells[at + VALUE_OFFSET] >> 1;
    for (let k = 0; k < size; k++) counts[k] += this.rowCounts[columns[k]];
    for (let at = this.rows.start(i); at < end; at += 2) this.rowCounts[cells[at]] = 0;
  }

  /**
   * Appends the row's cells after the first `from` entries of `columns` and `counts`. Listed pairs with a count of 0
   * are left out.
   * @returns the new number of entries
   */
  readRow(i: number, columns: Int32Array, counts: Int32Array, from: number): number {
    const { cells } = this.rows;
    let entryCount = from;
    const end = this.end(i);
    for (let at = this.rows.start(i); at < end; at += 2) {
      const count = cells[at + VALUE_OFFSET] >> 1;
      if (count === 0) continue;
      columns[entryCount] = cells[at];
      counts[entryCount++] = count;
    }
    return entryCount;
  }

  /**
   * Adds `by` to the count of each listed pair of `item` with an item of `others[0…count)`.
   * @param onChange called with the other item of each changed pair
   */
  bump(item: number, others: Int32Array, count: number, by: 1 | -1, onChange: (other: number) => void): void {
    if (this.rows.length(item) === 0) return;
    const { cells } = this.rows;
    const mark = this.nextMark();
    for (let at = 0; at < count; at++) this.marks[others[at]] = mark;
    const end = this.end(item);
    for (let at = this.rows.start(item); at < end; at += 2) {
      const other = cells[at];
      if (this.marks[other] !== mark) continue;
      cells[at + VALUE_OFFSET] += 2 * by;
      cells[this.rows.find(other, item) + VALUE_OFFSET] += 2 * by;
      onChange(other);
    }
  }

  /**
   * Replaces the list of an item. Pairs that are no longer in any list are removed.
   * @param members distinct items
   * @param counts exact count of the pair at the same index in `members`
   * @param onChange called with the other item of each pair that was added or removed
   */
  setList(
    item: number,
    members: Int32Array,
    counts: Int32Array,
    size: number,
    onChange: (other: number) => void,
  ): void {
    const { cells } = this.rows;
    const mark = this.nextMark();
    for (let at = 0; at < size; at++) this.marks[members[at]] = mark;
    for (let at = this.end(item) - 2; at >= this.rows.start(item); at -= 2) {
      const other = cells[at];
      if (this.marks[other] === mark) {
        cells[at + VALUE_OFFSET] |= 1;
        this.marks[other] = 0;
        continue;
      }
      cells[at + VALUE_OFFSET] &= ~1;
      const mirror = this.rows.find(other, item);
      if ((cells[mirror + VALUE_OFFSET] & 1) === 1) continue;
      this.rows.remove(other, mirror);
      this.rows.remove(item, at);
      onChange(other);
    }
    for (let at = 0; at < size; at++) {
      if (this.marks[members[at]] !== mark) continue;
      this.append(item, members[at], 2 * counts[at] + 1);
      this.append(members[at], item, 2 * counts[at]);
      onChange(members[at]);
    }
  }

  /** Sets the lists of all items in an empty table, in steps. This is much faster than setting them one by one. */
  *setListsInSteps(lists: ItemNeighbourLists): ResumableTask<void> {
    const transposed = yield* lists.transposeInSteps();
    const lengths = new Int32Array(lists.items);
    let pairs = 0;
    let stepEnd = MEMBERS_PER_STEP;
    for (let item = 0; item < lists.items; item++) {
      pairs += lengths[item] = mergeRow(lists, transposed, item, null, 0);
      if (pairs < stepEnd) continue;
      stepEnd = pairs + MEMBERS_PER_STEP;
      yield;
    }
    this.rows.reserveAll(lengths, pairs);
    let written = 0;
    for (let item = 0; item < lists.items; item++) {
      written += mergeRow(lists, transposed, item, this.rows.cells, this.rows.start(item));
      if (written < MEMBERS_PER_STEP) continue;
      written = 0;
      yield;
    }
  }

  /** Sets the count of a pair in a copy that receives counts but no lists. @param count `undefined` removes the pair */
  set(i: number, j: number, count: number | undefined): void {
    const at = this.find(i, j);
    if (count === undefined) {
      if (at < 0) return;
      this.rows.remove(j, this.rows.find(j, i));
      this.rows.remove(i, at);
    } else if (at < 0) {
      this.append(i, j, 2 * count);
      this.append(j, i, 2 * count);
    } else {
      const { cells } = this.rows;
      const mirror = this.rows.find(j, i);
      cells[at + VALUE_OFFSET] = 2 * count + (cells[at + VALUE_OFFSET] & 1);
      cells[mirror + VALUE_OFFSET] = 2 * count + (cells[mirror + VALUE_OFFSET] & 1);
    }
  }

  /** Multiplies the counts of the rows 0…items−1. @param factor must leave all counts integers */
  multiply(factor: number, items: number): void {
    const { cells } = this.rows;
    for (let item = 0; item < items; item++) {
      const end = this.end(item);
      for (let at = this.rows.start(item) + VALUE_OFFSET; at < end; at += 2)
        cells[at] = 2 * factor * (cells[at] >> 1) + (cells[at] & 1);
    }
  }

  writeInSteps(writer: ByteWriter, items: number): ResumableTask<void> {
    return this.rows.writeInSteps(writer, items);
  }

  /** Reads the bytes of {@link writeInSteps} for the same number of items into an empty table. */
  readInSteps(reader: ByteReader, items: number): ResumableTask<void> {
    this.grow(items);
    return this.rows.readInSteps(reader, items);
  }

  private append(item: number, other: number, value: number): void {
    const at = this.rows.append(item, other);
    this.rows.cells[at + VALUE_OFFSET] = value;
  }

  /**
   * Returns the offset of the pair in row i, or −1 if it is not listed. A popular item's row is long, so the shorter
   * row is checked first.
   */
  private find(i: number, j: number): number {
    if (this.rows.length(j) < this.rows.length(i) && this.rows.find(j, i) < 0) return -1;
    return this.rows.find(i, j);
  }

  /** Returns the offset of the pair in the shorter of its two rows, or −1 if it is not listed. */
  private findEither(i: number, j: number): number {
    return this.rows.length(j) < this.rows.length(i) ? this.rows.find(j, i) : this.rows.find(i, j);
  }

  private end(i: number): number {
    return this.rows.start(i) + 2 * this.rows.length(i);
  }

  private nextMark(): number {
    if (this.mark === MAX_MARK) {
      this.marks.fill(0);
      this.mark = 0;
    }
    return ++this.mark;
  }
}

/**
 * Merges the pairs in an item's own neighbour list with the pairs in which other items list it.
 * @param cells receives the entries from index `start` on; if it is `null`, the pairs are only counted
 * @returns the number of pairs in the row
 */
function mergeRow(
  lists: ItemNeighbourLists,
  transposed: ItemNeighbourLists,
  item: number,
  cells: Int32Array | null,
  start: number,
): number {
  const own = lists.rangeOf(item);
  const others = transposed.rangeOf(item);
  let at = start;
  let pairs = 0;
  for (let a = own.from, b = others.from; a < own.to || b < others.to; pairs++) {
    const member = a < own.to ? lists.members[a] : Infinity;
    const other = b < others.to ? transposed.members[b] : Infinity;
    const isOwn = member <= other;
    const count = isOwn ? lists.counts[a] : transposed.counts[b];
    if (cells) {
      cells[at++] = isOwn ? member : other;
      cells[at++] = 2 * count + (isOwn ? 1 : 0);
    }
    if (member <= other) a++;
    if (other <= member) b++;
  }
  return pairs;
}
