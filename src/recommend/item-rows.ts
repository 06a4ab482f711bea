import type { ByteReader } from '../learn/byte-reader';
import type { ByteWriter } from '../learn/byte-writer';
import type { IdTable } from '../learn/id-table';
import type { ScoreVector } from './score-vector';

/** What one product of a history says of whom: candidates by index, and how much. */
export interface ItemRow {
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

const EMPTY_ROW: ItemRow = { columns: new Int32Array(0), values: new Float32Array(0) };

/** Where a shop's products stand in the rows, and the other way round; −1: nowhere. */
interface Binding {
  readonly size: number;
  readonly products: number;
  readonly toRow: Int32Array;
  readonly toShop: Int32Array;
}

/**
 * A sparse matrix product × product of what each product of a history speaks for, or against. Products go by id, so that it
 * fits any process's table; single rows may be replaced.
 */
export class ItemRows {
  private readonly bindings = new WeakMap<IdTable, Binding>();

  constructor(
    private readonly ids: string[] = [],
    private readonly rows: ItemRow[] = [],
  ) {}

  get productIds(): readonly string[] {
    return this.ids;
  }

  rowAt(index: number): ItemRow {
    return this.rows[index] ?? EMPTY_ROW;
  }

  /** How many products of a history it knows. */
  known(products: IdTable, history: Int32Array): number {
    const { toRow } = this.bindingTo(products);
    return history.reduce((known, product) => known + Number(toRow[product] >= 0), 0);
  }

  /**
   * out[candidate] += scale · Σ over the history of what its products say.
   * @param weights by place in the history, how much its products count; default: 1
   */
  addScores(products: IdTable, history: Int32Array, scale: number, out: ScoreVector, weights?: Float64Array): void {
    const { toRow, toShop } = this.bindingTo(products);
    for (let place = 0; place < history.length; place++) {
      const row = toRow[history[place]];
      if (row < 0) continue;
      const { columns, values } = this.rowAt(row);
      const weight = weights === undefined ? scale : scale * weights[place];
      for (let at = 0; at < columns.length; at++) {
        const candidate = toShop[columns[at]];
        if (candidate >= 0) out.add(candidate, weight * values[at]);
      }
    }
  }

  /** The product of a history that speaks most for a candidate; −1 where none does. */
  strongest(products: IdTable, history: Int32Array, candidate: number): number {
    const { toRow } = this.bindingTo(products);
    const target = toRow[candidate];
    let strongest = -1;
    let most = 0;
    for (const product of history) {
      if (toRow[product] < 0 || target < 0) continue;
      const { columns, values } = this.rowAt(toRow[product]);
      const at = columns.indexOf(target);
      if (at < 0 || values[at] <= most) continue;
      strongest = product;
      most = values[at];
    }
    return strongest;
  }

  /** Products that come after those it has. */
  extend(ids: readonly string[]): void {
    this.ids.push(...ids);
  }

  replace(index: number, row: ItemRow): void {
    this.rows[index] = row;
  }

  /** Ids and rows: little-endian i32 columns, f32 values. */
  write(writer: ByteWriter): void {
    writer.varint(this.ids.length);
    for (const id of this.ids) writer.string(id);
    for (let index = 0; index < this.ids.length; index++) writeRow(writer, this.rowAt(index));
  }

  static read(reader: ByteReader): ItemRows {
    const ids = Array.from({ length: reader.varint() }, () => reader.string());
    return new ItemRows(
      ids,
      ids.map(() => readRow(reader, ids.length)),
    );
  }

  /** Both tables only grow: when one has, they are bound again. */
  private bindingTo(products: IdTable): Binding {
    const known = this.bindings.get(products);
    if (known?.size === products.size && known.products === this.ids.length) return known;
    const toRow = new Int32Array(products.size).fill(-1);
    const toShop = Int32Array.from(this.ids, (id, index) => {
      const product = products.indexOf(id);
      if (product >= 0) toRow[product] = index;
      return product;
    });
    const binding = { size: products.size, products: this.ids.length, toRow, toShop };
    this.bindings.set(products, binding);
    return binding;
  }
}

export function writeRow(writer: ByteWriter, { columns, values }: ItemRow): void {
  writer.varint(columns.length);
  const bytes = new Uint8Array(8 * columns.length);
  const view = new DataView(bytes.buffer);
  columns.forEach((column, at) => view.setInt32(8 * at, column, true));
  values.forEach((value, at) => view.setFloat32(8 * at + 4, value, true));
  writer.block(bytes);
}

/** @throws Error where a column is beyond `products` */
export function readRow(reader: ByteReader, products: number): ItemRow {
  const cells = reader.varint();
  const block = reader.block();
  if (block.byteLength !== 8 * cells) throw new Error('a row does not have the cells that it says');
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const columns = Int32Array.from({ length: cells }, (_, at) => view.getInt32(8 * at, true));
  const values = Float32Array.from({ length: cells }, (_, at) => view.getFloat32(8 * at + 4, true));
  if (columns.some((column) => column < 0 || column >= products))
    throw new Error('a row names a product beyond the last');
  return { columns, values };
}
