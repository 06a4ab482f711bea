import { type Budget, BudgetExceeded } from './budget';
import { isObject } from './functions';

/** Applies an operator to two defined values. Returns `undefined` for values of unsupported types. */
export type Operator = (a: unknown, b: unknown, budget: Budget) => unknown;

export const ORDERINGS: Readonly<Record<'<' | '<=' | '>' | '>=', Operator>> = {
  '<': ordering((order) => order < 0),
  '<=': ordering((order) => order <= 0),
  '>': ordering((order) => order > 0),
  '>=': ordering((order) => order >= 0),
};

/** Compares two values of the same type: numbers, strings, booleans or timestamps. */
function ordering(holds: (order: number) => boolean): Operator {
  return (a, b, budget) => {
    if (typeof a === 'string' && typeof b === 'string') budget.scan(Math.min(a.length, b.length));
    const order = orderOf(a, b);
    return order === undefined ? undefined : holds(order);
  };
}

/** Returns a negative number, 0 or a positive number; NaN if one of the values is NaN, so that no comparison holds. */
function orderOf(a: unknown, b: unknown): number | undefined {
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string' && typeof a !== 'boolean')) {
    return undefined;
  }
  const other = b as typeof a;
  if (a === other) return 0;
  return a < other ? -1 : a > other ? 1 : NaN;
}

/** Compares by value, including lists and objects. Values of different types are not equal. */
export function equal(a: unknown, b: unknown, budget: Budget): boolean {
  if (typeof a === 'string' && typeof b === 'string') budget.scan(Math.min(a.length, b.length));
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    budget.spend(a.length);
    return a.every((item, at) => equal(item, b[at], budget));
  }
  const keys = Object.keys(a);
  budget.spend(keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key], budget));
}

/** Whether a value is an item of the list, or a key of the object. */
export const isIn: Operator = (value, container, budget) => {
  if (Array.isArray(container)) {
    if (container.length >= 16) budget.spend(container.length);
    return container.some((item) => equal(value, item, budget));
  }
  if (!isObject(container)) return undefined;
  return typeof value === 'string' && Object.hasOwn(container, value);
};

/** Adds numbers or concatenates strings. */
export const add: Operator = (a, b, budget) => {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const length = a.length + b.length;
  // Only an expression that repeatedly doubles a string reaches this length.
  if (length > MAX_TEXT_LENGTH) throw new BudgetExceeded();
  budget.scan(length);
  return a + b;
};

/** Maximum length of a concatenated string: about three times the maximum length of a request's variables. */
const MAX_TEXT_LENGTH = 100_000;

export const ARITHMETIC: Readonly<Record<'-' | '*' | '/' | '%', Operator>> = {
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => a / b),
  '%': arithmetic((a, b, budget) => {
    // The run time of `%` grows with the difference of the exponents.
    if (Math.abs(a) > EXPENSIVE_MODULO_RATIO * Math.abs(b)) budget.spend(100);
    return a % b;
  }),
};

const EXPENSIVE_MODULO_RATIO = 2 ** 53;

function arithmetic(apply: (a: number, b: number, budget: Budget) => number): Operator {
  return (a, b, budget) => (typeof a === 'number' && typeof b === 'number' ? apply(a, b, budget) : undefined);
}

/** Returns an item of a list or an entry of an object. */
export function entryOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? (value[key] as unknown) : undefined;
  return isObject(value) && typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
}
