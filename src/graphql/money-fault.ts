import type { MoneyInput } from './money.type';

/**
 * Returns what is wrong with the currency of an amount, or `undefined`. This is not checked by GraphQL's validation,
 * which would reject a whole batch because of one item.
 */
export function findMoneyFault(money: MoneyInput): { readonly path: 'currency'; readonly message: string } | undefined {
  if (/^[A-Z]{3}$/.test(money.currency)) return undefined;
  return { path: 'currency', message: 'currency must be an ISO 4217 code such as EUR' };
}
