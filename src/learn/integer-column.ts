import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { fromLittleEndian, littleEndian } from './little-endian';

/** A column of integers in the width in which it is stored: 1, 2 or 4 bytes per integer. */
export type IntegerColumn = Int8Array | Int16Array | Int32Array;

const TYPES = [Int8Array, Int16Array, Int32Array] as const;

/** Writes integers with the smallest width that holds all of them: 1, 2 or 4 bytes each. */
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
 * Returns the narrowest column type that holds integers from `low` to `high`.
 * @param low at most 0
 * @param high at least 0
 */
export function columnType(low: number, high: number): (typeof TYPES)[number] {
  return TYPES.find(({ BYTES_PER_ELEMENT: bytes }) => fits(low, bytes) && fits(high, bytes)) ?? Int32Array;
}

/** Writes a column of the type that {@link columnType} returns for its values. */
export function writeNarrowColumn(writer: ByteWriter, column: IntegerColumn): void {
  writer.u8(column.BYTES_PER_ELEMENT);
  writer.block(littleEndian(column));
}

/**
 * @param length expected number of integers
 * @throws Error for a column of another length or width
 */
export function readColumn(reader: ByteReader, length: number): IntegerColumn {
  const width = reader.u8();
  const type = TYPES.find(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT === width);
  const bytes = reader.block();
  if (!type || bytes.byteLength !== length * width) {
    throw new Error(`expected a column of ${length} integers; got ${bytes.byteLength} bytes of width ${width}`);
  }
  return new type(fromLittleEndian(bytes, width));
}

function fits(value: number, bytes: number): boolean {
  const bound = 2 ** (8 * bytes - 1);
  return value >= -bound && value < bound;
}
