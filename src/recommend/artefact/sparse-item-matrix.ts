import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { IdTable } from '../../learn/id-table';
import { fromLittleEndian, littleEndian } from '../../learn/little-endian';
import type { ScoreVector } from './score-vector';

/** The weights that a product of a history gives to candidates: `values[k]` is the weight of candidate `columns[k]`. */
export interface SparseItemRow {
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** One weighted sum over the rows of a history's products. */
export interface WeightedSum {
  readonly out: ScoreVector;
  /** Factor of the whole sum; default 1. */
  readonly scale?: number;
  /** The weights of the history's products, in the order of the history; default 1 for all. */
  readonly weights?: Float64Array;
}

const EMPTY_ROW: SparseItemRow = { columns: new Int32Array(0), values: new Float32Array(0) };

/** Mapping between a shop's product indexes and the matrix's row indexes; −1: no counterpart. */
interface Binding {
  readonly size: number;
  readonly products: number;
  readonly toRow: Int32Array;
  readonly toShop: Int32Array;
  /** Cached rows whose columns are the shop's product indexes, each with the row that it was converted from. */
  readonly bound: BoundRow[];
}

interface BoundRow extends SparseItemRow {
  readonly sourceRow: SparseItemRow;
}

/**
 * A sparse product × product matrix: row i holds the positive or negative weights that product i of a history gives to
 * candidates. Products are identified by id, so the matrix works with the product table of any process. Single rows can
 * be replaced.
 */
export class SparseItemMatrix {
  private readonly bindings = new WeakMap<IdTable, Binding>();

  constructor(
    private readonly ids: string[] = [],
    private readonly rows: SparseItemRow[] = [],
  ) {}

  get productIds(): readonly string[] {
    return this.ids;
  }

  rowAt(index: number): SparseItemRow {
    return this.rows[index] ?? EMPTY_ROW;
  }

  /** Returns the number of products of a history that have a row. */
  countKnown(products: IdTable, history: Int32Array): number {
    const { toRow } = this.bindingTo(products);
    let count = 0;
    for (const product of history) if (toRow[product] >= 0) count++;
    return count;
  }

  /** Adds the rows of the history's products to the `out` vector of each sum, in one pass over the rows. */
  addScores(products: IdTable, history: Int32Array, ...sums: readonly WeightedSum[]): void {
    const binding = this.bindingTo(products);
    for (let place = 0; place < history.length; place++) {
      const row = binding.toRow[history[place]];
      if (row < 0) continue;
      const { columns, values } = this.boundRow(binding, row);
      for (const { out, scale = 1, weights } of sums) {
        out.addMany(columns, values, columns.length, weights === undefined ? scale : scale * weights[place]);
      }
    }
  }

  private boundRow({ bound, toShop }: Binding, index: number): BoundRow {
    const sourceRow = this.rowAt(index);
    const known = bound[index] as BoundRow | undefined;
    if (known?.sourceRow === sourceRow) return known;
    const columns = sourceRow.columns.map((column) => toShop[column]).filter((product) => product >= 0);
    const values = sourceRow.values.filter((_, at) => toShop[sourceRow.columns[at]] >= 0);
    return (bound[index] = { sourceRow, columns, values });
  }

  /** Returns the product of a history with the largest positive weight for a candidate; −1 if there is none. */
  strongestSource(products: IdTable, history: Int32Array, candidate: number): number {
    const { toRow } = this.bindingTo(products);
    const target = toRow[candidate];
    let strongest = -1;
    let largestWeight = 0;
    for (const product of history) {
      if (toRow[product] < 0 || target < 0) continue;
      const { columns, values } = this.rowAt(toRow[product]);
      const at = columns.indexOf(target);
      if (at < 0 || values[at] <= largestWeight) continue;
      strongest = product;
      largestWeight = values[at];
    }
    return strongest;
  }

  /** Appends products after the existing ones. */
  extend(ids: readonly string[]): void {
    this.ids.push(...ids);
  }

  replace(index: number, row: SparseItemRow): void {
    this.rows[index] = row;
  }

  /** Writes the ids, then all rows in three blocks: little-endian u32 row ends, i32 columns, f32 values. */
  write(writer: ByteWriter): void {
    const rows = this.ids.map((_, index) => this.rowAt(index));
    let cells = 0;
    const ends = Uint32Array.from(rows, ({ columns }) => (cells += columns.length));
    const columns = new Int32Array(cells);
    const values = new Float32Array(cells);
    rows.forEach((row, index) => {
      const from = ends[index] - row.columns.length;
      columns.set(row.columns, from);
      values.set(row.values, from);
    });
    writer.varint(this.ids.length);
    for (const id of this.ids) writer.string(id);
    for (const block of [ends, columns, values]) writer.block(littleEndian(block));
  }

  /**
   * Reads a matrix. API processes call this on the event loop, so it must be fast: each block is copied once, and rows
   * are views of the copy.
   * @throws Error for inconsistent rows
   */
  static read(reader: ByteReader): SparseItemMatrix {
    const ids = Array.from({ length: reader.varint() }, () => reader.string());
    const ends = new Uint32Array(fromLittleEndian(reader.block()));
    const columns = new Int32Array(fromLittleEndian(reader.block()));
    const values = new Float32Array(fromLittleEndian(reader.block()));
    let start = 0;
    const rows = Array.from(ends, (end): SparseItemRow => {
      if (end < start) throw new Error('the end of a row is before its start');
      const row = { columns: columns.subarray(start, end), values: values.subarray(start, end) };
      start = end;
      return row;
    });
    if (ends.length !== ids.length || start !== columns.length || columns.length !== values.length) {
      throw new Error('the size of the rows does not match the number of products');
    }
    requireWithin(columns, ids.length);
    return new SparseItemMatrix(ids, rows);
  }

  /** Returns the mapping for a product table. Both tables only grow, so a mapping is valid until a size changes. */
  private bindingTo(products: IdTable): Binding {
    const known = this.bindings.get(products);
    if (known?.size === products.size && known.products === this.ids.length) return known;
    const toRow = new Int32Array(products.size).fill(-1);
    const toShop = Int32Array.from(this.ids, (id, index) => {
      const product = products.indexOf(id);
      if (product >= 0) toRow[product] = index;
      return product;
    });
    const binding = { size: products.size, products: this.ids.length, toRow, toShop, bound: [] };
    this.bindings.set(products, binding);
    return binding;
  }
}

export function writeRow(writer: ByteWriter, { columns, values }: SparseItemRow): void {
  writer.block(littleEndian(columns));
  writer.block(littleEndian(values));
}

/** Reads one row. @throws Error if a column is not below `products`, or if columns and values differ in number */
export function readRow(reader: ByteReader, products: number): SparseItemRow {
  const columns = new Int32Array(fromLittleEndian(reader.block()));
  const values = new Float32Array(fromLittleEndian(reader.block()));
  if (columns.length !== values.length) throw new Error('a row does not have a value for each column');
  requireWithin(columns, products);
  return { columns, values };
}

function requireWithin(columns: Int32Array, products: number): void {
  for (const column of columns) {
    if (column < 0 || column >= products) throw new Error('a row refers to a product beyond the last');
  }
}
