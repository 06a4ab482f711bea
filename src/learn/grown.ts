type TypedArray = Int32Array | Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Returns a copy of an array with more room.
 * @param length of the copy; not below the array's
 * @param missing value of the elements that the array doesn't have
 */
export function grown<Column extends TypedArray>(array: Column, length: number, missing = 0): Column {
  const larger = new (array.constructor as new (length: number) => Column)(length);
  larger.set(array);
  if (missing !== 0) larger.fill(missing, array.length);
  return larger;
}
