/**
 * Exact decimal number: `units` × 10^−`scale`, with the smallest possible scale. So equal numbers have equal
 * representations, and a sum does not depend on the order of its terms.
 */
export interface ExactDecimal {
  /** A bigint only if it is not a safe integer: arithmetic with bigints takes several times as long. */
  readonly units: number | bigint;
  readonly scale: number;
}

export const ZERO: ExactDecimal = { units: 0, scale: 0 };

const FORM = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
/** Numbers with at most this many digits are safe integers. */
const MAX_SAFE_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MAX_SAFE_DIGITS + 1 }, (_, exponent) => 10 ** exponent);
const MINUS = '-'.charCodeAt(0);
const POINT = '.'.charCodeAt(0);
const DIGIT_0 = '0'.charCodeAt(0);

/** Converts a double to the shortest decimal that parses to it: 0.1 is 1/10. `undefined` for infinities and NaN. */
export function decimalOfNumber(value: number): ExactDecimal | undefined {
  if (Number.isSafeInteger(value)) return shortestDecimal(value, 0);
  return Number.isFinite(value) ? decimalOfText(String(value)) : undefined;
}

/** Parses a decimal like `12.50` or `1e-7`. @throws RangeError for any other text */
export function decimalOfText(text: string): ExactDecimal {
  return parseShort(text) ?? parseAny(text);
}

/** Parses a decimal of at most 15 digits without an exponent. Returns `undefined` for any other text. */
function parseShort(text: string): ExactDecimal | undefined {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  const last = text.length - 1;
  if (last < first || last - first > MAX_SAFE_DIGITS) return undefined;
  let units = 0;
  let scale = 0;
  for (let at = first; at <= last; at++) {
    const code = text.charCodeAt(at);
    const digit = code - DIGIT_0;
    if (digit >= 0 && digit <= 9) units = 10 * units + digit;
    else if (code === POINT && scale === 0 && at > first && at < last) scale = last - at;
    else return undefined;
  }
  // Without a point, 16 characters are 16 digits: one too many.
  if (scale === 0 && last - first === MAX_SAFE_DIGITS) return undefined;
  return shortestDecimal(first === 1 ? -units : units, scale);
}

function parseAny(text: string): ExactDecimal {
  const parts = FORM.exec(text);
  if (parts === null) throw new RangeError(`${JSON.stringify(text)} is not a decimal`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const scale = fraction.length - Number(exponent);
  const units = BigInt(sign + whole + fraction);
  return scale < 0 ? shortestDecimal(units * 10n ** BigInt(-scale), 0) : shortestDecimal(units, scale);
}

export function addDecimals(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [unitsAt(a, scale), unitsAt(b, scale)];
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum)) return shortestDecimal(sum, scale);
  }
  return shortestDecimal(BigInt(left) + BigInt(right), scale);
}

export function multiplyDecimals(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  const scale = a.scale + b.scale;
  if (typeof a.units === 'number' && typeof b.units === 'number') {
    const product = a.units * b.units;
    if (Number.isSafeInteger(product)) return shortestDecimal(product, scale);
  }
  return shortestDecimal(BigInt(a.units) * BigInt(b.units), scale);
}

/** Returns a negative number, 0 or a positive number. */
export function compareDecimals(a: ExactDecimal, b: ExactDecimal): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [unitsAt(a, scale), unitsAt(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Minimum number of decimal places to which a quotient is rounded. Halves are rounded away from 0. */
const QUOTIENT_DIGITS = 12;

export function divideDecimal(a: ExactDecimal, count: number): ExactDecimal {
  const scale = Math.max(a.scale, QUOTIENT_DIGITS);
  const units = BigInt(unitsAt(a, scale)) * 10n;
  const tenths = units / BigInt(count);
  const half = tenths < 0n ? -5n : 5n;
  return shortestDecimal((tenths + half) / 10n, scale);
}

/** @param places minimum number of digits after the point */
export function textOfDecimal(decimal: ExactDecimal, places = 0): string {
  const scale = Math.max(decimal.scale, places);
  const units = unitsAt(decimal, scale);
  const digits = (units < 0 ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0 ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** An amount and its factor, an integer: −1 subtracts it. */
export type Term = readonly [amount: string, times: number];

/** Returns Σ amount × times, with the largest number of digits after the point that any of the amounts has. */
export function exactSum(terms: readonly Term[]): string {
  let sum = ZERO;
  let places = 0;
  for (const [amount, times] of terms) {
    sum = addDecimals(sum, multiplyDecimals(decimalOfText(amount), { units: times, scale: 0 }));
    const point = amount.indexOf('.');
    if (point >= 0) places = Math.max(places, amount.length - point - 1);
  }
  return textOfDecimal(sum, places);
}

/** Returns −1 if `a` is less than `b`, 0 if they are equal, and 1 if `a` is more than `b`. `1.5` equals `1.50`. */
export function compareAmounts(a: string, b: string): number {
  return compareDecimals(decimalOfText(a), decimalOfText(b));
}

export function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

/** @param scale must be at least the scale of the decimal */
function unitsAt({ units, scale: own }: ExactDecimal, scale: number): number | bigint {
  const shift = scale - own;
  if (shift === 0) return units;
  if (typeof units === 'number' && shift <= MAX_SAFE_DIGITS) {
    const shifted = units * POWERS_OF_TEN[shift];
    if (Number.isSafeInteger(shifted)) return shifted;
  }
  return BigInt(units) * 10n ** BigInt(shift);
}

/** Returns `units` × 10^−`scale`. */
export function shortestDecimal(units: number | bigint, scale: number): ExactDecimal {
  if (typeof units === 'bigint') return shortestOfBigint(units, scale);
  // Replaces −0, which equals 0.
  if (units === 0) return ZERO;
  let [rest, places] = [units, scale];
  while (places > 0 && rest % 10 === 0) {
    rest /= 10;
    places--;
  }
  return { units: rest, scale: places };
}

function shortestOfBigint(units: bigint, scale: number): ExactDecimal {
  let [rest, places] = [units, scale];
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places--;
  }
  const small = Number(rest);
  return { units: Number.isSafeInteger(small) ? small : rest, scale: places };
}
