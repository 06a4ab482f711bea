/**
 * Checks of texts and JSON that will be stored. PostgreSQL accepts neither NUL nor half of a surrogate pair, even as a
 * JSON escape.
 */

/** Times from clients may be up to this many milliseconds in the future, because clocks differ. */
export const MAX_FUTURE_MS = 5 * 60_000;

export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

/** Returns whether a text is an http or https URL. */
export function isWebUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

/** Matches the JSON escape of NUL or of half a surrogate pair, but not an escaped backslash followed by `u`. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/**
 * Maximum nesting of objects and lists in free JSON (attributes, properties), including the outermost. The check goes
 * no deeper, so that deep JSON can't exhaust the call stack.
 */
export const MAX_JSON_DEPTH = 32;

export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

/** Returns what is wrong with free JSON (attributes, properties) from a client, or `undefined`. */
export function findJsonFault(name: string, value: object, maxLength: number): string | undefined {
  if (isDeeperThan(value, MAX_JSON_DEPTH)) return `${name} are nested deeper than ${MAX_JSON_DEPTH} levels`;
  const json = JSON.stringify(value);
  if (json.length > maxLength) return `${name} are longer than ${maxLength} characters of JSON`;
  return UNSTORABLE_ESCAPE.test(json) ? `${name} contain characters that can't be stored` : undefined;
}
