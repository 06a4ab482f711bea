import type { Amount } from '../ui/money';

/** Returns the exact price of a cart; `undefined` if a price is missing or the currencies differ. */
export function totalOf(
  lines: readonly { readonly productId: string; readonly quantity: number }[],
  products: ReadonlyMap<string, { readonly price: Amount | null }>,
): Amount | undefined {
  let sum = 0n;
  let currency: string | undefined;
  let decimals = 2;
  for (const { productId, quantity } of lines) {
    const price = products.get(productId)?.price;
    if (!price || (currency !== undefined && currency !== price.currency)) return undefined;
    currency = price.currency;
    const [whole, fraction = ''] = price.amount.split('.');
    // With one more decimal, the sum so far is ten times as many of the smaller units.
    for (; decimals < fraction.length; decimals++) sum *= 10n;
    sum += BigInt(whole + fraction.padEnd(decimals, '0')) * BigInt(quantity);
  }
  if (currency === undefined) return undefined;
  const digits = sum.toString().padStart(decimals + 1, '0');
  return { amount: `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`, currency };
}
