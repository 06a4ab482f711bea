/** What PostgreSQL can keep: neither NUL nor half a surrogate pair, in text or in jsonb, however it is escaped. */

/** Clocks differ: a time this far ahead (ms) is still believed. */
export const FUTURE_MS = 5 * 60_000;

export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

/** An escape, and not an escaped backslash before a harmless `u`. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/**
 * Levels of objects and lists in free JSON (attributes, properties), the outermost included. Recursion stops there, so that
 * the verdict does not depend on the size of the stack.
 */
export const MAX_JSON_DEPTH = 32;

export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

/** What is wrong with free JSON (attributes, properties) that came from outside, in words, or `undefined`. */
export function faultOfJsonObject(name: string, value: object, longest: number): string | undefined {
  if (isDeeperThan(value, MAX_JSON_DEPTH)) return `${name} are nested deeper than ${MAX_JSON_DEPTH} levels`;
  const json = JSON.stringify(value);
  if (json.length > longest) return `${name} are longer than ${longest} characters of JSON`;
  return UNSTORABLE_ESCAPE.test(json) ? `${name} have characters that can't be stored` : undefined;
}
