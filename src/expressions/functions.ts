import type { Budget } from './budget';

/** What a function makes of its arguments, a method's receiver first; `undefined` where it makes nothing of them. */
export type Apply = (budget: Budget, value: unknown, argument?: unknown) => unknown;

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

export function isMacro(name: string): boolean {
  return MACROS.has(name);
}

/** Called as `size(x)`. */
export const FUNCTIONS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['size', sizeOfValue],
  ['double', (_budget, value) => toDouble(value)],
  ['string', (_budget, value) => toText(value)],
  ['timestamp', (_budget, value) => toTimestamp(value)],
]);

/** Called as `x.size()`. */
export const METHODS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['size', sizeOfValue],
  ['startsWith', textTest((text, part) => text.startsWith(part))],
  ['endsWith', textTest((text, part) => text.endsWith(part))],
  ['contains', textTest((text, part) => text.includes(part))],
  ['lowerAscii', textChange((text) => text.toLowerCase())],
  ['upperAscii', textChange((text) => text.toUpperCase())],
  ['trim', textChange((text) => text.trim())],
]);

function textTest(test: (text: string, part: string) => boolean): Apply {
  return (budget, value, part) => {
    if (typeof value !== 'string' || typeof part !== 'string') return undefined;
    budget.scan(value.length);
    return test(value, part);
  };
}

function textChange(change: (text: string) => string): Apply {
  return (budget, value) => {
    if (typeof value !== 'string') return undefined;
    budget.scan(value.length);
    return change(value);
  };
}

/** Characters (code points) of a text, items of a list, entries of an object. */
export function sizeOfValue(budget: Budget, value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'string') {
    budget.scan(value.length);
    let points = 0;
    for (const point of value) points += point.length > 0 ? 1 : 0;
    return points;
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

function toDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '' || value !== value.trim()) return undefined;
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

const SHORTEST_TIME = '2026-01-01T00:00:00Z'.length;
const LONGEST_TIME = 30;
/** The years 1 to 9999. */
const FIRST_INSTANT = -62_135_596_800_000;
const LAST_INSTANT = 253_402_300_799_999;

function toTimestamp(value: unknown): Date | undefined {
  if (typeof value !== 'string' || value.length < SHORTEST_TIME || value.length > LONGEST_TIME) return undefined;
  const time = new Date(value);
  return time.getTime() >= FIRST_INSTANT && time.getTime() <= LAST_INSTANT ? time : undefined;
}

/** A JSON object: neither a list nor a time. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
