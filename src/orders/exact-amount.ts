/** Exact sums and comparisons of decimal text. Amounts are computed as integers of their smallest unit. */

/** An amount and its factor: −1 subtracts it. */
export type Term = readonly [amount: string, times: number];

/** Returns Σ amount × times, with the largest number of digits after the point that any of the amounts has. */
export function exactSum(terms: readonly Term[]): string {
  const scale = terms.reduce((most, [amount]) => Math.max(most, scaleOf(amount)), 0);
  return formatAmount({ units: smallSum(terms, scale) ?? largeSum(terms, scale), scale });
}

/** Returns the sum in units of the smallest digit; undefined if it or a term is too large for exact numbers. */
function smallSum(terms: readonly Term[], scale: number): number | undefined {
  let sum = 0;
  for (const [amount, times] of terms) {
    const units = Number(withoutPoint(amount)) * 10 ** (scale - scaleOf(amount)) * times;
    sum += units;
    if (!Number.isSafeInteger(units) || !Number.isSafeInteger(sum)) return undefined;
  }
  return sum;
}

function largeSum(terms: readonly Term[], scale: number): bigint {
  return terms.reduce(
    (sum, [amount, times]) =>
      sum + BigInt(withoutPoint(amount)) * BigInt(times) * 10n ** BigInt(scale - scaleOf(amount)),
    0n,
  );
}

/** Returns −1 if `a` is less than `b`, 0 if they are equal, and 1 if `a` is more than `b`. `1.5` equals `1.50`. */
export function compareAmounts(a: string, b: string): number {
  const difference = exactSum([[a, 1], [b, -1]]); // prettier-ignore
  return isZero(difference) ? 0 : difference.startsWith('-') ? -1 : 1;
}

export function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

/** Returns the number of digits after the point. */
function scaleOf(amount: string): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

function withoutPoint(amount: string): string {
  const point = amount.indexOf('.');
  return point < 0 ? amount : amount.slice(0, point) + amount.slice(point + 1);
}

function formatAmount({ units, scale }: { readonly units: number | bigint; readonly scale: number }): string {
  const sign = units < 0 ? '-' : '';
  const digits = (units < 0 ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? `${sign}${digits}` : `${sign}${whole}.${digits.slice(digits.length - scale)}`;
}
