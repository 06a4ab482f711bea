const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const thisYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const wholeDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const formatNumber = (value: number): string => number.format(value);
/** Formats a number in few characters: 12.3K. */
export const formatCompactNumber = (value: number): string => compact.format(value);
export const formatDateTime = (iso: string): string => dateTime.format(new Date(iso));
/** Formats a time for a narrow column, without the year if it is the current year. */
export function formatShortDateTime(iso: string): string {
  const date = new Date(iso);
  return (date.getFullYear() === new Date().getFullYear() ? thisYear : dateTime).format(date);
}
export const formatMinute = (date: Date): string => minute.format(date);
export const formatDayOfMonth = (date: Date): string => day.format(date);
/** Formats a time range in the shortest form: `21 Nov 2026, 14:05–14:06`. */
export function formatTimeRange(from: Date, until: Date): string {
  const isMidnight = (date: Date) => date.getHours() + date.getMinutes() + date.getSeconds() === 0;
  if (!isMidnight(from) || !isMidnight(until) || until <= from) return dateTime.formatRange(from, until);
  return wholeDay.formatRange(from, new Date(until.getTime() - 1));
}
export const formatYear = (date: Date): string => String(date.getFullYear());
/** Formats a model version: fitted versions as the first 8 characters of their id, others by name. */
export const formatModelVersion = (id: string): string => (/^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id);
export const formatClock = (date: Date): string => time.format(date);
export const formatShare = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

export function formatPrice(money: { readonly amount: string; readonly currency: string } | null): string {
  if (money === null) return '–';
  return `${money.amount} ${money.currency}`;
}

/** Converts an enum value to text: PURCHASE → Purchase, ADD_TO_CART → Add to cart. */
export function formatEnum(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
