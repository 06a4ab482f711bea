/**
 * Returns a text that identifies a list of plain values; null and undefined count as equal. NaN, the infinities and -0
 * are encoded as objects, because JSON can't represent them.
 */
export function compositeKey(...values: readonly unknown[]): string {
  return JSON.stringify(values, encodeSpecialNumber);
}

function encodeSpecialNumber(_name: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
}
