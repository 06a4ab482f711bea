/**
 * Exact decimal number: `units` × 10^−`scale`, with the smallest possible scale. So equal numbers have equal bytes, and
 * a sum does not depend on the order of its terms.
 */
export interface ExactDecimal {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: ExactDecimal = { units: 0n, scale: 0 };

const FORM = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** Converts a double to the shortest decimal that parses to it: 0.1 is 1/10. `undefined` for infinities and NaN. */
export function decimalOfNumber(value: number): ExactDecimal | undefined {
  if (Number.isSafeInteger(value)) return value === 0 ? ZERO : shortest(BigInt(value), 0);
  return Number.isFinite(value) ? decimalOfText(String(value)) : undefined;
}

/** Parses a decimal like `12.50` or `1e-7`. @throws RangeError for any other text */
export function decimalOfText(text: string): ExactDecimal {
  const parts = FORM.exec(text);
  if (parts === null) throw new RangeError(`${JSON.stringify(text)} is not a decimal`);
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const scale = fraction.length - Number(exponent);
  const units = BigInt(sign + whole + fraction);
  return scale < 0 ? shortest(units * 10n ** BigInt(-scale), 0) : shortest(units, scale);
}

export function addDecimals(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  const scale = Math.max(a.scale, b.scale);
  return shortest(unitsAt(a, scale) + unitsAt(b, scale), scale);
}

export function multiplyDecimals(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  return shortest(a.units * b.units, a.scale + b.scale);
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
  const units = unitsAt(a, scale) * 10n;
  const tenths = units / BigInt(count);
  const half = tenths < 0n ? -5n : 5n;
  return shortest((tenths + half) / 10n, scale);
}

export function textOfDecimal({ units, scale }: ExactDecimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function unitsAt({ units, scale }: ExactDecimal, wanted: number): bigint {
  return wanted === scale ? units : units * 10n ** BigInt(wanted - scale);
}

function shortest(units: bigint, scale: number): ExactDecimal {
  let [rest, places] = [units, scale];
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places--;
  }
  return { units: rest, scale: places };
}
