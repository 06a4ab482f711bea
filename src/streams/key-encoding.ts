import { isLongerThan } from '../expressions/code-points';
import { OTHER_KEY } from './key-limit';

/** Maximum number of characters of a key. */
const MAX_KEY_LENGTH = 500;

/**
 * Encodes the parts of a key: a single part as it is, several as a JSON list, so that different lists have different
 * keys. Returns `undefined` if a part is missing, if the key is too long, or if it equals {@link OTHER_KEY}.
 */
export function encodeKey(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.includes(undefined)) return undefined;
  const key = parts.length === 1 ? (parts[0] as string) : parts.length === 0 ? '' : JSON.stringify(parts);
  return isLongerThan(key, MAX_KEY_LENGTH) || key === OTHER_KEY ? undefined : key;
}

/** Returns the parts of a key that {@link encodeKey} has encoded; none for {@link OTHER_KEY}. */
export function decodeKey(key: string, partCount: number): readonly string[] {
  if (partCount === 0 || key === OTHER_KEY) return [];
  return partCount === 1 ? [key] : (JSON.parse(key) as string[]);
}

/** Converts a value to the text of a key part; `undefined` if it is missing, a list or an object. */
export function keyPartOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? value.toISOString() : undefined;
}
