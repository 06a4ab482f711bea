/** The same text for the same plain values in the same order, and another for others: JSON has no word for some numbers. */
export function keyOf(...values: readonly unknown[]): string {
  return JSON.stringify(values, distinct);
}

function distinct(_name: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? '-0' : String(value) };
}
