import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import type { SessionKey } from './session-changes';
import type { SessionTable } from './session-table';

/** Writes the key, the end and the products of a session. Times are differences in ms. */
export function writeSession(writer: ByteWriter, table: SessionTable, session: number): void {
  const { entries } = table;
  writer.varint(table.subjects[session]);
  writer.signed(table.orderOf(session));
  writer.f64(table.starts[session]);
  writer.varint(table.endOf(session) - table.starts[session]);
  writer.varint(entries.length(session));
  let last = table.starts[session];
  for (const at of entries.entries(session)) {
    writer.varint(entries.cells[at]);
    writer.varint(table.timeAt(at) - last);
    last = table.timeAt(at);
  }
}

/** Reads what {@link writeSession} wrote. */
export function readSession(reader: ByteReader): {
  key: SessionKey;
  end: number;
  products: number[];
  times: number[];
} {
  const key = { subject: reader.varint(), order: reader.signed(), start: reader.f64() };
  const end = key.start + reader.varint();
  const products: number[] = [];
  const times: number[] = [];
  let last = key.start;
  for (let count = reader.varint(); count > 0; count--) {
    products.push(reader.varint());
    times.push((last += reader.varint()));
  }
  return { key, end, products, times };
}
