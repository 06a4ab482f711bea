import { codePointsIn } from './code-points';
import type { Budget } from './budget';

/**
 * The implementation of a CEL function. `value` is the receiver of a method, or the first argument of a function.
 * Returns `undefined` for arguments of an unsupported type.
 */
export type CelFunction = (budget: Budget, value: unknown, argument?: unknown) => unknown;

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

export function isMacro(name: string): boolean {
  return MACROS.has(name);
}

/** Functions that are called like `size(x)`. */
export const FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', sizeOfValue],
  ['double', converted(toDouble)],
  ['string', converted(toText)],
  ['timestamp', converted(toTimestamp)],
]);

/** Functions that are called like `x.size()`. */
export const METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', sizeOfValue],
  ['startsWith', textTest((text, part) => text.startsWith(part))],
  ['endsWith', textTest((text, part) => text.endsWith(part))],
  ['contains', textTest(contains)],
  ['lowerAscii', textChange((text) => text.toLowerCase())],
  ['upperAscii', textChange((text) => text.toUpperCase())],
  ['trim', textChange((text) => text.trim())],
]);

function textTest(test: (text: string, part: string, budget: Budget) => boolean): CelFunction {
  return (budget, value, part) => {
    if (typeof value !== 'string' || typeof part !== 'string') return undefined;
    budget.scan(value.length);
    return test(value, part, budget);
  };
}

/** Steps per character to transform a string that is not pure ASCII. */
const SLOW_STEPS = 2;
/** Steps of one type conversion. */
const CONVERSION_STEPS = 8;

function textChange(change: (text: string) => string): CelFunction {
  return (budget, value) => {
    if (typeof value !== 'string') return undefined;
    budget.scan(value.length);
    if (!/^[\0-\x7f]*$/.test(value)) budget.spend(SLOW_STEPS * value.length);
    return change(value);
  };
}

function converted(convert: (value: unknown) => unknown): CelFunction {
  return (budget, value) => {
    budget.spend(CONVERSION_STEPS);
    return convert(value);
  };
}

/**
 * Minimum and maximum length of a search string for which V8's `includes` runs in linear time for any input. V8 uses
 * skip tables (Boyer–Moore) only for search strings of at least 7 characters, and only for their last 250 characters.
 */
const MIN_LINEAR_LENGTH = 7;
const MAX_LINEAR_LENGTH = 250;

/**
 * Whether `text` contains `part`. Where V8's search is not linear, charges the worst case: the time of an adversarial
 * search ("aaab…" in "aaaa…") grows with the product of both lengths.
 */
function contains(text: string, part: string, budget: Budget): boolean {
  if (part.length >= MIN_LINEAR_LENGTH && part.length <= MAX_LINEAR_LENGTH) return text.includes(part);
  const pairs = text.length * part.length;
  if (part.length > MAX_LINEAR_LENGTH) {
    budget.scan(pairs);
    return text.includes(part);
  }
  budget.spend(pairs >>> 3);
  return containsShort(text, part);
}

/** Replaces V8's `includes`, which takes 40 times as long as this loop if the first character of `part` is frequent. */
function containsShort(text: string, part: string): boolean {
  for (let from = 0; from + part.length <= text.length; from++) {
    let at = 0;
    while (at < part.length && text.charCodeAt(from + at) === part.charCodeAt(at)) at++;
    if (at === part.length) return true;
  }
  return false;
}

/** Returns the number of code points of a string, items of a list, or entries of an object. */
export function sizeOfValue(budget: Budget, value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'string') {
    budget.spend(value.length >>> 3);
    return codePointsIn(value);
  }
  if (!isObject(value)) return undefined;
  const entries = Object.keys(value).length;
  budget.scan(entries);
  return entries;
}

const INFINITIES: Readonly<Partial<Record<string, number>>> = {
  inf: Infinity,
  '+inf': Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity,
  nan: NaN,
};

/** Maximum length of a string that is parsed as a number. It suffices for the shortest text of every double. */
const MAX_NUMBER_LENGTH = 64;

function toDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > MAX_NUMBER_LENGTH) return undefined;
  if (value === '' || value !== value.trim()) return undefined;
  const named = Object.hasOwn(INFINITIES, value.toLowerCase()) ? INFINITIES[value.toLowerCase()] : undefined;
  if (named !== undefined) return named;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function toText(value: unknown): string | undefined {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

const MIN_TIMESTAMP_LENGTH = '2026-01-01T00:00:00Z'.length;
const MAX_TIMESTAMP_LENGTH = 30;
/** The range of CEL timestamps (years 1 to 9999), in milliseconds since 1970. */
const FIRST_INSTANT = -62_135_596_800_000;
const LAST_INSTANT = 253_402_300_799_999;

function toTimestamp(value: unknown): Date | undefined {
  if (typeof value !== 'string' || value.length < MIN_TIMESTAMP_LENGTH || value.length > MAX_TIMESTAMP_LENGTH)
    return undefined;
  const time = new Date(value);
  return time.getTime() >= FIRST_INSTANT && time.getTime() <= LAST_INSTANT ? time : undefined;
}

/** Whether a value is a JSON object, and not a list or a timestamp. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
