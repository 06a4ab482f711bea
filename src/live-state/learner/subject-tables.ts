import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import { IdTable } from '../../learn/id-table';
import { PackedRows } from '../../learn/packed-rows';
import type { ResumableTask } from '../../learn/resumable-task';

const MAGIC = 'freshet-subjects';
const VERSION = 4;
/** The older format: numbers are varints, and the other half of the checkpoint stores the count of every pair. */
const CELLS_VERSION = 3;
/** The format before `CELLS_VERSION`: the only flag is COUNTED, and sessions may have thousands of products. */
const UNBOUNDED_VERSION = 2;

/** Offsets in a subject's entry, which holds product, interest points, number of orders with the product, and flags. */
export const POINTS = 1;
export const ORDERS = 2;
export const FLAGS = 3;
/** Offset in an order's entry, which holds product and net units. */
export const UNITS = 1;

/** Format of stored tables: that of this release, of releases before 0.3.0, or an older one without session limits. */
export type TableFormat = 'current' | 'cells' | 'unbounded';

/** The learner's data about subjects (customers and visits) and orders. API processes never load it. */
export class SubjectTables {
  readonly subjects = new IdTable();
  readonly orders = new IdTable();
  readonly subjectRows = new PackedRows(4);
  readonly orderRows = new PackedRows(2);
  /** The orders of each subject. If the subject is merged into another one, its orders move to that one. */
  readonly ordersOf = new PackedRows(1);
  /** Subjects that exceeded their maximum number of products. */
  readonly botSubjects = new Set<number>();
  /** Orders that exceeded the maximum number of products. */
  readonly bulkOrders = new Set<number>();

  /** Returns the products of the subject's orders, including returned ones. */
  orderedProducts(subject: number): number[] {
    const orders = this.ordersOf.entries(subject).map((at) => this.ordersOf.cells[at]);
    return orders.flatMap((order) => this.orderRows.entries(order).map((at) => this.orderRows.cells[at]));
  }

  *writeInSteps(writer: ByteWriter): ResumableTask<void> {
    writer.string(MAGIC);
    writer.varint(VERSION);
    for (const [ids, rows, dropped] of this.ownerTables()) {
      yield* ids.writeInSteps(writer, 0);
      yield* rows.writeInSteps(writer, ids.size);
      writer.varint(dropped.size);
      for (const owner of Array.from(dropped).sort((a, b) => a - b)) writer.varint(owner);
      yield;
    }
    yield* this.ordersOf.writeInSteps(writer, this.subjects.size);
  }

  /** Reads into empty tables, in steps. @throws Error for bytes of another format, and for inconsistent bytes */
  *readInSteps(reader: ByteReader): ResumableTask<TableFormat> {
    const version = reader.expectHeader(MAGIC, VERSION, CELLS_VERSION, UNBOUNDED_VERSION);
    const read = (rows: PackedRows, owners: number) =>
      version === VERSION ? rows.readInSteps(reader, owners) : rows.readVarintsInSteps(reader, owners);
    for (const [ids, rows, dropped] of this.ownerTables()) {
      yield* ids.readInSteps(reader);
      yield* read(rows, ids.size);
      const count = reader.varint();
      for (let i = 0; i < count; i++) dropped.add(reader.varint());
    }
    yield* read(this.ordersOf, this.subjects.size);
    if (version === VERSION) return 'current';
    return version === CELLS_VERSION ? 'cells' : 'unbounded';
  }

  private ownerTables(): [IdTable, PackedRows, Set<number>][] {
    return [
      [this.subjects, this.subjectRows, this.botSubjects],
      [this.orders, this.orderRows, this.bulkOrders],
    ];
  }
}
