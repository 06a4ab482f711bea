/** Returns JSON that does not depend on the order of keys. A missing key and an undefined value give the same JSON. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** Returns the value with the keys of all objects in order. A replacer of `JSON.stringify` would take three times as long. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted((value as { toJSON(): unknown }).toJSON());
  const object = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(object);
  if (keys.some((key, n) => n > 0 && key < keys[n - 1]!)) keys.sort();
  // An assignment to this key would set the prototype.
  if (keys.includes('__proto__')) return Object.fromEntries(keys.map((key) => [key, sorted(object[key])]));
  const copy: Record<string, unknown> = {};
  for (const key of keys) copy[key] = sorted(object[key]);
  return copy;
}
