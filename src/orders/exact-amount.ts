/** Exact sums and comparisons of decimal text. Amounts are computed as integers of their smallest unit. */

interface Exact {
  readonly units: bigint;
  /** Digits after the point. */
  readonly scale: number;
}

/** An amount and its factor: −1 subtracts it. */
export type Term = readonly [amount: string, times: number];

/** Returns Σ amount × times, with the largest number of digits after the point that any of the amounts has. */
export function exactSum(terms: readonly Term[]): string {
  const parsed = terms.map(([amount, times]) => ({ ...parse(amount), times: BigInt(times) }));
  const scale = parsed.reduce((most, one) => Math.max(most, one.scale), 0);
  const units = parsed.reduce((sum, one) => sum + one.units * one.times * 10n ** BigInt(scale - one.scale), 0n);
  return formatAmount({ units, scale });
}

/** Returns −1 if `a` is less than `b`, 0 if they are equal, and 1 if `a` is more than `b`. `1.5` equals `1.50`. */
export function compareAmounts(a: string, b: string): number {
  const difference = parse(exactSum([[a, 1], [b, -1]])).units; // prettier-ignore
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(amount: string): boolean {
  return parse(amount).units === 0n;
}

function parse(amount: string): Exact {
  const point = amount.indexOf('.');
  if (point < 0) return { units: BigInt(amount), scale: 0 };
  return { units: BigInt(amount.slice(0, point) + amount.slice(point + 1)), scale: amount.length - point - 1 };
}

function formatAmount({ units, scale }: Exact): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? `${sign}${digits}` : `${sign}${whole}.${digits.slice(digits.length - scale)}`;
}
