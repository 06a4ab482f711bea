import type { ByteReader } from '../learn/byte-reader';
import type { ByteWriter } from '../learn/byte-writer';
import { IdTable } from '../learn/id-table';
import { PackedRows } from '../learn/packed-rows';
import type { ResumableTask } from '../learn/resumable-task';

const MAGIC = 'freshet-subjects';
const VERSION = 4;
/** Number by number; every pair is counted in the other half of the checkpoint. */
const CELLS_VERSION = 3;
/** The same, without flags but COUNTED, and with visits of thousands of products. */
const UNBOUNDED_VERSION = 2;

/** A subject's entries: product, interest points, orders that hold the product, flags. */
export const POINTS = 1;
export const ORDERS = 2;
export const FLAGS = 3;
/** An order's entries: product, net units. */
export const UNITS = 1;

/** What release wrote the tables: this one, one before 0.3.0, or one that had no limits for visits either. */
export type TableFormat = 'current' | 'cells' | 'unbounded';

/** What the learner knows of each subject and of each order: the half of a checkpoint that API processes never load. */
export class SubjectTables {
  readonly subjects = new IdTable();
  readonly orders = new IdTable();
  readonly subjectRows = new PackedRows(4);
  readonly orderRows = new PackedRows(2);
  /** The orders of each subject: they follow it when it is merged. */
  readonly ordersOf = new PackedRows(1);
  /** Subjects and orders over their bound. */
  readonly robots = new Set<number>();
  readonly bulkOrders = new Set<number>();

  /** The products that the subject's orders name, those that were taken back included. */
  orderedProducts(subject: number): number[] {
    const orders = this.ordersOf.entries(subject).map((at) => this.ordersOf.cells[at]);
    return orders.flatMap((order) => this.orderRows.entries(order).map((at) => this.orderRows.cells[at]));
  }

  /** Writes all tables, in steps. */
  *writing(writer: ByteWriter): ResumableTask<void> {
    writer.string(MAGIC);
    writer.varint(VERSION);
    for (const [ids, rows, dropped] of this.owners()) {
      yield* ids.writing(writer, 0);
      yield* rows.writing(writer, ids.size);
      writer.varint(dropped.size);
      for (const owner of Array.from(dropped).sort((a, b) => a - b)) writer.varint(owner);
      yield;
    }
    yield* this.ordersOf.writing(writer, this.subjects.size);
  }

  /** Reads into tables without entries, in steps. @throws Error for bytes of another format, and where they don't fit */
  *reading(reader: ByteReader): ResumableTask<TableFormat> {
    const version = reader.expectHeader(MAGIC, VERSION, CELLS_VERSION, UNBOUNDED_VERSION);
    const read = (rows: PackedRows, owners: number) =>
      version === VERSION ? rows.reading(reader, owners) : rows.readingVarints(reader, owners);
    for (const [ids, rows, dropped] of this.owners()) {
      yield* ids.reading(reader);
      yield* read(rows, ids.size);
      const count = reader.varint();
      for (let i = 0; i < count; i++) dropped.add(reader.varint());
    }
    yield* read(this.ordersOf, this.subjects.size);
    if (version === VERSION) return 'current';
    return version === CELLS_VERSION ? 'cells' : 'unbounded';
  }

  private owners(): [IdTable, PackedRows, Set<number>][] {
    return [
      [this.subjects, this.subjectRows, this.robots],
      [this.orders, this.orderRows, this.bulkOrders],
    ];
  }
}
