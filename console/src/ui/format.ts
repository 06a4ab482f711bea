const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const shownNumber = (value: number): string => number.format(value);
/** For a place of few characters: 12.3K. */
export const compactNumber = (value: number): string => compact.format(value);
export const shownDateTime = (iso: string): string => dateTime.format(new Date(iso));
export const clock = (date: Date): string => time.format(date);
export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

export function shownMoney(money: { readonly amount: string; readonly currency: string } | null): string {
  if (money === null) return '–';
  return `${money.amount} ${money.currency}`;
}

/** PURCHASE → Purchase, ADD_TO_CART → Add to cart. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
