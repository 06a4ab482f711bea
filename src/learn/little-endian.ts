/**
 * Columns of numbers are stored in little-endian byte order, so that they are portable. On little-endian machines the
 * conversion needs no loop.
 */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** @returns the column's bytes; on little-endian machines they share memory with the column */
export function littleEndian(column: Int8Array | Int16Array | Uint32Array | Int32Array | Float32Array): Uint8Array {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return IS_LITTLE_ENDIAN ? bytes : toLittleEndian(bytes.slice(), column.BYTES_PER_ELEMENT);
}

/**
 * @param bytes length a multiple of `width`; may start at any offset
 * @param width bytes per number
 * @returns a buffer to construct a column from: `new Int32Array(fromLittleEndian(bytes))`
 */
export function fromLittleEndian(bytes: Uint8Array, width = 4): ArrayBuffer {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  toLittleEndian(copy, width);
  return copy.buffer;
}

function toLittleEndian(bytes: Uint8Array, width: number): Uint8Array {
  if (IS_LITTLE_ENDIAN) return bytes;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
