import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { SparseItemMatrix, readRow, writeRow, type SparseItemRow } from '../artefact/sparse-item-matrix';

const MAGIC = 'freshet-ease';
const VERSION = 1;

/** One row of EASE's weight matrix B, with the index of the row. */
export interface IndexedRow {
  readonly index: number;
  readonly row: SparseItemRow;
}

/** EASE as served: the rows of the weight matrix B, with the λ and the log position that they were computed from. */
export class ServedEase {
  constructor(
    readonly rows = new SparseItemMatrix(),
    /** Log position that the newest rows reflect. */
    public position = 0,
    /** The λ of the newest rows; 0 if there are no rows. */
    public lambda = 0,
  ) {}

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    this.writeHeader(writer);
    this.rows.write(writer);
    return writer.finish();
  }

  /** Decodes a checkpoint. @throws Error for bytes of another kind or version, and for truncated bytes */
  static decode(bytes: Uint8Array): ServedEase {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const [position, lambda] = [reader.f64(), reader.f64()];
    return new ServedEase(SparseItemMatrix.read(reader), position, lambda);
  }

  /** Replaces rows and appends products. @returns the delta that makes the same change in a replica */
  replace(newIds: readonly string[], rows: readonly IndexedRow[]): Uint8Array {
    const writer = new ByteWriter();
    this.writeHeader(writer);
    writer.varint(this.rows.productIds.length);
    writer.varint(newIds.length);
    for (const id of newIds) writer.string(id);
    writer.varint(rows.length);
    for (const { index, row } of rows) {
      writer.varint(index);
      writeRow(writer, row);
    }
    this.applyRows(newIds, rows);
    return writer.finish();
  }

  /** Applies a delta. @throws Error if the delta does not match this state. The state then stays unchanged */
  applyDelta(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    const [position, lambda] = [reader.f64(), reader.f64()];
    const expectedProducts = reader.varint();
    if (expectedProducts !== this.rows.productIds.length)
      throw new Error(`the delta expects ${expectedProducts} products, but there are ${this.rows.productIds.length}`);
    const newIds = Array.from({ length: reader.varint() }, () => reader.string());
    const products = expectedProducts + newIds.length;
    const rows = Array.from({ length: reader.varint() }, () => {
      const index = reader.varint();
      if (index >= products) throw new Error('a row refers to a product beyond the last product');
      return { index, row: readRow(reader, products) };
    });
    Object.assign(this, { position, lambda });
    this.applyRows(newIds, rows);
  }

  private writeHeader(writer: ByteWriter): void {
    writer.f64(this.position);
    writer.f64(this.lambda);
  }

  private applyRows(newIds: readonly string[], rows: readonly IndexedRow[]): void {
    this.rows.extend(newIds);
    for (const { index, row } of rows) this.rows.replace(index, row);
  }
}

/** Returns the largest absolute difference of two rows in any column. Missing entries are 0. Columns must ascend. */
export function rowDistance(a: SparseItemRow, b: SparseItemRow): number {
  let largest = 0;
  let i = 0;
  let j = 0;
  while (i < a.columns.length || j < b.columns.length) {
    const left = i < a.columns.length ? a.columns[i] : Infinity;
    const right = j < b.columns.length ? b.columns[j] : Infinity;
    const before = left <= right ? a.values[i++] : 0;
    const now = right <= left ? b.values[j++] : 0;
    largest = Math.max(largest, Math.abs(now - before));
  }
  return largest;
}
