import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { fromLittleEndian, littleEndian } from './little-endian';

/** A column of integers as it was read: indexed by entry, in the width that it was stored with. */
export type IntegerColumn = Int8Array | Int16Array | Int32Array;

const TYPES = [Int8Array, Int16Array, Int32Array] as const;

/** Writes integers in the fewest bytes that hold them all: 1, 2 or 4 each. */
export function writeColumn(writer: ByteWriter, values: Int32Array): void {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const type = columnType(low, high);
  writeNarrowColumn(writer, type === Int32Array ? values : new type(values));
}

/**
 * The narrowest type of column that holds integers from `low` to `high`.
 * @param low at most 0
 * @param high at least 0
 */
export function columnType(low: number, high: number): (typeof TYPES)[number] {
  return TYPES.find(({ BYTES_PER_ELEMENT: bytes }) => fits(low, bytes) && fits(high, bytes)) ?? Int32Array;
}

/** Writes a column of the type that {@link columnType} gives for it. */
export function writeNarrowColumn(writer: ByteWriter, column: IntegerColumn): void {
  writer.u8(column.BYTES_PER_ELEMENT);
  writer.block(littleEndian(column));
}

/**
 * @param length that the column must have
 * @throws Error for a column of another length or width
 */
export function readColumn(reader: ByteReader, length: number): IntegerColumn {
  const width = reader.u8();
  const type = TYPES.find(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT === width);
  const bytes = reader.block();
  if (!type || bytes.byteLength !== length * width) {
    throw new Error(`a column of ${length} integers has ${bytes.byteLength} bytes of width ${width}`);
  }
  return new type(fromLittleEndian(bytes, width));
}

function fits(value: number, bytes: number): boolean {
  const bound = 2 ** (8 * bytes - 1);
  return value >= -bound && value < bound;
}
