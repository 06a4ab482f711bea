/** Writes checkpoints of the learner as releases before 0.3.0 did: number by number, with all pairs counted. */
import { ByteReader } from '../../src/learn/byte-reader';
import { ByteWriter } from '../../src/learn/byte-writer';
import type { Cooccurrence } from '../../src/learn/cooccurrence';
import { IdTable } from '../../src/learn/id-table';
import { PackedRows } from '../../src/learn/packed-rows';
import { runTask } from '../../src/learn/resumable-task';
import type { Checkpoint } from '../../src/live-state/learner/learner-state';
import { ShopState } from '../../src/live-state/shop-state';

/** @param subjectsVersion 2: without limits; 3: with limits */
export function olderCheckpoint(checkpoint: Checkpoint, subjectsVersion: 2 | 3): Checkpoint {
  return { shop: olderShop(checkpoint.shop), subjects: olderSubjects(checkpoint.subjects, subjectsVersion) };
}

function olderShop(bytes: Uint8Array): Uint8Array {
  const shop = ShopState.decode(bytes);
  const writer = new ByteWriter();
  writer.string('freshet-shop');
  writer.varint(1);
  writer.f64(shop.clock);
  shop.products.writeFrom(writer, 0);
  writeCells(writer, shop.interest);
  writeCells(writer, shop.purchase);
  const products = Array.from({ length: shop.products.size }, (_, product) => product);
  shop.stats.write(writer, products);
  return writer.finish();
}

function writeCells(writer: ByteWriter, matrix: Cooccurrence): void {
  writer.varint(matrix.items);
  for (let i = 0; i < matrix.items; i++) {
    writer.varint(matrix.n(i));
    const columns = Array.from({ length: matrix.items - i - 1 }, (_, at) => i + 1 + at).filter(
      (j) => matrix.count(i, j) > 0,
    );
    writer.varint(columns.length);
    let before = i;
    for (const j of columns) {
      writer.varint(j - before);
      writer.varint(matrix.count(i, j));
      before = j;
    }
  }
}

function olderSubjects(bytes: Uint8Array, version: number): Uint8Array {
  const reader = new ByteReader(bytes);
  reader.expectHeader('freshet-subjects', 4);
  const writer = new ByteWriter();
  writer.string('freshet-subjects');
  writer.varint(version);
  const subjects = copyTable(reader, writer, 4);
  copyTable(reader, writer, 2);
  copyRows(reader, writer, 1, subjects);
  return writer.finish();
}

/** @returns the number of owners */
function copyTable(reader: ByteReader, writer: ByteWriter, width: number): number {
  const ids = new IdTable();
  ids.readFrom(reader);
  ids.writeFrom(writer, 0);
  copyRows(reader, writer, width, ids.size);
  const dropped = reader.varint();
  writer.varint(dropped);
  for (let n = 0; n < dropped; n++) writer.varint(reader.varint());
  return ids.size;
}

function copyRows(reader: ByteReader, writer: ByteWriter, width: number, owners: number): void {
  const rows = new PackedRows(width);
  runTask(rows.readInSteps(reader, owners));
  for (let owner = 0; owner < owners; owner++) {
    writer.varint(rows.length(owner));
    const end = rows.start(owner) + rows.length(owner) * width;
    for (let at = rows.start(owner); at < end; at++) writer.signed(rows.cells[at]);
  }
}
