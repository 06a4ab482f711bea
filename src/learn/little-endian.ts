/** Columns of 32-bit numbers as bytes that any machine reads: little-endian. A copy each way, with no loop on most machines. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** @returns the column's bytes */
export function littleEndian(column: Uint32Array | Int32Array | Float32Array): Uint8Array {
  return inOrder(new Uint8Array(column.buffer, column.byteOffset, column.byteLength).slice());
}

/**
 * @param bytes a multiple of 4, at any offset
 * @returns a buffer to see them through as a column: `new Int32Array(fromLittleEndian(bytes))`
 */
export function fromLittleEndian(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  inOrder(copy);
  return copy.buffer;
}

function inOrder(bytes: Uint8Array): Uint8Array {
  if (!IS_LITTLE_ENDIAN) for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}
