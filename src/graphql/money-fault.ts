import type { MoneyInput } from './money.type';

/** Digits of an amount. Products with quantities and sums over all orders of a shop stay within what is computed exactly. */
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 8;
const AMOUNT = new RegExp(`^-?(?:0|[1-9]\\d{0,${MAX_WHOLE_DIGITS - 1}})(?:\\.\\d{1,${MAX_FRACTION_DIGITS}})?$`);

/** Returns what is wrong with an amount from a client beyond its type, or `undefined`. All ways into a shop check it. */
export function findMoneyFault({ amount, currency }: MoneyInput): MoneyFault | undefined {
  if (!AMOUNT.test(amount))
    return {
      path: 'amount',
      message: `amount must be a decimal such as 9.50, with at most ${MAX_WHOLE_DIGITS} digits before and ${MAX_FRACTION_DIGITS} after the point; got ${JSON.stringify(amount)}`,
    };
  if (/^[A-Z]{3}$/.test(currency)) return undefined;
  return {
    path: 'currency',
    message: `currency must be an ISO 4217 code such as EUR; got ${JSON.stringify(currency)}`,
  };
}

interface MoneyFault {
  readonly path: 'amount' | 'currency';
  readonly message: string;
}
