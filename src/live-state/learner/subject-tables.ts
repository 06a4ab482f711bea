import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import { IdTable } from '../../learn/id-table';
import { PackedRows } from '../../learn/packed-rows';
import type { ResumableTask } from '../../learn/resumable-task';

const MAGIC = 'freshet-subjects';
const VERSION = 4;

/** Offsets in a subject's entry, which holds product, interest points, number of orders with the product, and flags. */
export const POINTS = 1;
export const ORDERS = 2;
export const FLAGS = 3;
/** Offset in an order's entry, which holds product and net units. */
export const UNITS = 1;

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
  *readInSteps(reader: ByteReader): ResumableTask<void> {
    reader.expectHeader(MAGIC, VERSION);
    for (const [ids, rows, dropped] of this.ownerTables()) {
      yield* ids.readInSteps(reader);
      yield* rows.readInSteps(reader, ids.size);
      const count = reader.varint();
      for (let i = 0; i < count; i++) dropped.add(reader.varint());
    }
    yield* this.ordersOf.readInSteps(reader, this.subjects.size);
  }

  private ownerTables(): [IdTable, PackedRows, Set<number>][] {
    return [
      [this.subjects, this.subjectRows, this.botSubjects],
      [this.orders, this.orderRows, this.bulkOrders],
    ];
  }
}
