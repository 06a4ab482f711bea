import { codePointsIn, isLongerThan } from '../expressions/code-points';

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

/**
 * Maximum nesting of objects and lists in free JSON (attributes, properties), including the outermost. The check goes
 * no deeper, so that deep JSON can't exhaust the call stack.
 */
const MAX_JSON_DEPTH = 32;

/** Completes a sentence that begins with the name of a text. */
export const UNSTORABLE = 'must not contain NUL or half of a surrogate pair';

/**
 * Returns what is wrong with free JSON (attributes, properties) from a client, or `undefined`: what can't be stored, and
 * numbers that JavaScript has changed when it read them.
 * @param path the name of the value in the message
 */
export function findJsonFault(path: string, value: unknown, levels = MAX_JSON_DEPTH): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : `${path} ${UNSTORABLE}`;
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? undefined
      : `${path} must be a number from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}: send larger ones as text; got ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return `${/^\w+/.exec(path)?.[0]} is nested deeper than ${MAX_JSON_DEPTH} levels`;
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return `${path} has a key that ${UNSTORABLE}`;
    if (key === '__proto__') return `${path} must not have the key __proto__`;
    const fault = findJsonFault(Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, inner, levels - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Returns what is wrong with the length of free JSON, or `undefined`. @param maxLength in characters of JSON */
export function findLengthFault(name: string, value: object, maxLength: number): string | undefined {
  const json = JSON.stringify(value);
  return isLongerThan(json, maxLength)
    ? `${name} must have at most ${maxLength} characters of JSON; got ${codePointsIn(json)}`
    : undefined;
}
