import { OTHER_KEY } from './key-limit';

/** Characters of a key. */
const MAX_KEY_LENGTH = 500;

/**
 * One text; several as a JSON list, so that no two lists are the same key. Nothing where one is missing, the key is too
 * long, or it is that of the windows of other keys.
 */
export function keyOf(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.includes(undefined)) return undefined;
  const key = parts.length === 1 ? (parts[0] as string) : parts.length === 0 ? '' : JSON.stringify(parts);
  return key.length > MAX_KEY_LENGTH || key === OTHER_KEY ? undefined : key;
}

/** The parts of which {@link keyOf} made a key; none of the key of other keys. */
export function partsOf(key: string, count: number): readonly string[] {
  if (count === 0 || key === OTHER_KEY) return [];
  return count === 1 ? [key] : (JSON.parse(key) as string[]);
}

/** What a value is as a key: `undefined` where it is missing, a list or an object. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? value.toISOString() : undefined;
}
