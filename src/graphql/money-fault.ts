import { CURRENCY_FORM, readCurrency } from '../platform/codes';
import type { MoneyInput } from './money.type';

/** Digits of an amount. Products with quantities and sums over all orders of a shop stay within what is computed exactly. */
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 8;
const AMOUNT = new RegExp(`^-?(?:0|[1-9]\\d{0,${MAX_WHOLE_DIGITS - 1}})(?:\\.\\d{1,${MAX_FRACTION_DIGITS}})?$`);

/**
 * Puts the currency of an amount from a client in its normal form, in place: `eur` becomes `EUR`. All ways into a shop
 * pass here before they read the currency.
 * @returns what is wrong with the amount beyond its type, or `undefined`
 */
export function checkMoney(money: MoneyInput): MoneyFault | undefined {
  const { amount } = money;
  if (!AMOUNT.test(amount))
    return {
      path: 'amount',
      message: `amount must be a decimal such as 9.50, with at most ${MAX_WHOLE_DIGITS} digits before and ${MAX_FRACTION_DIGITS} after the point; got ${JSON.stringify(amount)}`,
    };
  const currency = readCurrency(money.currency);
  if (currency === undefined)
    return {
      path: 'currency',
      message: `currency must be ${CURRENCY_FORM}; got ${JSON.stringify(money.currency)}`,
    };
  money.currency = currency;
  return undefined;
}

interface MoneyFault {
  readonly path: 'amount' | 'currency';
  readonly message: string;
}
