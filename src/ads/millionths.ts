import { shortestDecimal, textOfDecimal } from '../learn/exact-decimal';

/** Amounts of the ads are whole millionths of a currency. Sums up to 9 billion are exact as numbers. */
export const MILLION = 1_000_000;

/** Returns a decimal amount in millionths; undefined if it is negative, has more than six decimals or is not exact. */
export function toMillionths(amount: string): number | undefined {
  const match = /^(\d+)(?:\.(\d{1,6})0*)?$/.exec(amount);
  if (match === null) return undefined;
  const millionths = Number(match[1]) * MILLION + Number((match[2] ?? '').padEnd(6, '0'));
  return Number.isSafeInteger(millionths) ? millionths : undefined;
}

/** Returns an amount as a decimal with at least two digits after the point. */
export function fromMillionths(millionths: number): string {
  return textOfDecimal(shortestDecimal(millionths, 6), 2);
}
