/**
 * Returns a text that is equal for equal plain values in the same order and different otherwise. JSON alone can't
 * represent NaN, the infinities and -0.
 */
export function compositeKey(...values: readonly unknown[]): string {
  return JSON.stringify(values, encodeSpecialNumber);
}

function encodeSpecialNumber(_name: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
}
