import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { PLACES_PER_STEP, type ItemLists } from './item-lists';
import { PackedRows } from './packed-rows';
import type { ResumableTask } from './resumable-task';

/** Of an entry, beside its column: twice the count, plus 1 where the row's own list names the column. */
const VALUE = 1;
const MAX_MARK = 2 ** 31 - 1;

/**
 * Counts of the pairs that the list of either item names. Each pair stands in both rows. A count of a listed pair is
 * exact; a pair that no list names is not stored.
 */
export class ListedCounts {
  private readonly rows = new PackedRows(2);
  /** By item, a mark of the bump that it takes part in. */
  private marks = new Int32Array(64);
  private mark = 0;
  /** By item, of the row at hand. */
  private rowCounts = new Int32Array(64);

  /** Makes room for items 0…items−1. */
  grow(items: number): void {
    if (items <= this.marks.length) return;
    this.marks = new Int32Array(Math.ceil(items * 1.5));
    this.rowCounts = new Int32Array(this.marks.length);
    this.mark = 0;
  }

  /** 0 for a pair that is not listed. */
  get(i: number, j: number): number {
    const at = this.findEither(i, j);
    return at < 0 ? 0 : this.rows.cells[at + VALUE] >> 1;
  }

  has(i: number, j: number): boolean {
    return this.findEither(i, j) >= 0;
  }

  /** Adds the row's counts to those of the same columns: counts[k] += get(i, columns[k]) for k < size. */
  addCells(i: number, columns: Int32Array, size: number, counts: Int32Array): void {
    const { cells } = this.rows;
    const end = this.end(i);
    for (let at = this.rows.start(i); at < end; at += 2) this.rowCounts[cells[at]] = cells[at + VALUE] >> 1;
    for (let k = 0; k < size; k++) counts[k] += this.rowCounts[columns[k]];
    for (let at = this.rows.start(i); at < end; at += 2) this.rowCounts[cells[at]] = 0;
  }

  /** Copies the row's cells behind the first `from`; returns how many there are with those. Listed counts of 0 are left out. */
  readRow(i: number, columns: Int32Array, counts: Int32Array, from: number): number {
    const { cells } = this.rows;
    let found = from;
    const end = this.end(i);
    for (let at = this.rows.start(i); at < end; at += 2) {
      const count = cells[at + VALUE] >> 1;
      if (count === 0) continue;
      columns[found] = cells[at];
      counts[found++] = count;
    }
    return found;
  }

  /**
   * Adds `by` to the listed ones among the pairs of `item` with each of `others[0…count)`.
   * @param changed called with the other item of each
   */
  bump(item: number, others: Int32Array, count: number, by: 1 | -1, changed: (other: number) => void): void {
    if (this.rows.length(item) === 0) return;
    const { cells } = this.rows;
    const mark = this.nextMark();
    for (let at = 0; at < count; at++) this.marks[others[at]] = mark;
    const end = this.end(item);
    for (let at = this.rows.start(item); at < end; at += 2) {
      const other = cells[at];
      if (this.marks[other] !== mark) continue;
      cells[at + VALUE] += 2 * by;
      cells[this.rows.find(other, item) + VALUE] += 2 * by;
      changed(other);
    }
  }

  /**
   * Replaces the list of an item. Pairs that no list names any more are forgotten.
   * @param members distinct items and, beside each, the exact count of the pair
   * @param changed called with each item whose pair has come or gone
   */
  setList(item: number, members: Int32Array, counts: Int32Array, size: number, changed: (other: number) => void): void {
    const { cells } = this.rows;
    const mark = this.nextMark();
    for (let at = 0; at < size; at++) this.marks[members[at]] = mark;
    for (let at = this.end(item) - 2; at >= this.rows.start(item); at -= 2) {
      const other = cells[at];
      if (this.marks[other] === mark) {
        cells[at + VALUE] |= 1;
        this.marks[other] = 0;
        continue;
      }
      cells[at + VALUE] &= ~1;
      const twin = this.rows.find(other, item);
      if ((cells[twin + VALUE] & 1) === 1) continue;
      this.rows.remove(other, twin);
      this.rows.remove(item, at);
      changed(other);
    }
    for (let at = 0; at < size; at++) {
      if (this.marks[members[at]] !== mark) continue;
      this.append(item, members[at], 2 * counts[at] + 1);
      this.append(members[at], item, 2 * counts[at]);
      changed(members[at]);
    }
  }

  /** Sets the lists of all items, in a table without pairs, in steps: much faster than list by list. */
  *settingLists(lists: ItemLists): ResumableTask<void> {
    const namedBy = yield* lists.transposing();
    const lengths = new Int32Array(lists.items);
    let pairs = 0;
    let stepEnd = PLACES_PER_STEP;
    for (let item = 0; item < lists.items; item++) {
      pairs += lengths[item] = mergeRow(lists, namedBy, item, null, 0);
      if (pairs < stepEnd) continue;
      stepEnd = pairs + PLACES_PER_STEP;
      yield;
    }
    this.rows.reserveAll(lengths, pairs);
    let written = 0;
    for (let item = 0; item < lists.items; item++) {
      written += mergeRow(lists, namedBy, item, this.rows.cells, this.rows.start(item));
      if (written < PLACES_PER_STEP) continue;
      written = 0;
      yield;
    }
  }

  /** Sets a pair of a copy that has no lists of its own. @param count `undefined`: the pair is not listed */
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
      const twin = this.rows.find(j, i);
      cells[at + VALUE] = 2 * count + (cells[at + VALUE] & 1);
      cells[twin + VALUE] = 2 * count + (cells[twin + VALUE] & 1);
    }
  }

  writing(writer: ByteWriter, items: number): ResumableTask<void> {
    return this.rows.writing(writer, items);
  }

  /** Reads what {@link writing} wrote for as many items, into a table without pairs. */
  reading(reader: ByteReader, items: number): ResumableTask<void> {
    this.grow(items);
    return this.rows.reading(reader, items);
  }

  private append(item: number, other: number, value: number): void {
    const at = this.rows.append(item, other);
    this.rows.cells[at + VALUE] = value;
  }

  /** Offset in row i of the pair. A popular item's row is long: the shorter one says whether there is such a pair. */
  private find(i: number, j: number): number {
    if (this.rows.length(j) < this.rows.length(i) && this.rows.find(j, i) < 0) return -1;
    return this.rows.find(i, j);
  }

  /** Offset of the pair in the shorter one of its two rows, or −1. */
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
 * The row of an item: the pairs that its own list names, and those that the lists of others name it in.
 * @param cells `null`: the row is not written
 * @returns how many pairs it has
 */
function mergeRow(lists: ItemLists, namedBy: ItemLists, item: number, cells: Int32Array | null, start: number): number {
  const own = lists.placesOf(item);
  const others = namedBy.placesOf(item);
  let at = start;
  let pairs = 0;
  for (let a = own.from, b = others.from; a < own.to || b < others.to; pairs++) {
    const member = a < own.to ? lists.members[a] : Infinity;
    const other = b < others.to ? namedBy.members[b] : Infinity;
    const isOwn = member <= other;
    const count = isOwn ? lists.counts[a] : namedBy.counts[b];
    if (cells) {
      cells[at++] = isOwn ? member : other;
      cells[at++] = 2 * count + (isOwn ? 1 : 0);
    }
    if (member <= other) a++;
    if (other <= member) b++;
  }
  return pairs;
}
