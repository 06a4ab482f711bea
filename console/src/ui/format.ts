/** The only place that turns numbers, money and times into text. Times are in the shop's time zone. */

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const CURRENCY = /^[A-Z]{3}$/;

const timeFormats = (timeZone: string | undefined) => {
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  return {
    timeZone,
    dateTime: of({ dateStyle: 'medium', timeStyle: 'short' }),
    thisYear: of({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    minute: of({ hour: '2-digit', minute: '2-digit' }),
    day: of({ day: 'numeric', month: 'short' }),
    weekday: of({ weekday: 'short', day: 'numeric', month: 'short' }),
    weekdayName: of({ weekday: 'short' }),
    wholeDay: of({ dateStyle: 'medium' }),
    time: of({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    year: of({ year: 'numeric' }),
  };
};

/** Formats of the browser's time zone until the shop's is known. */
let times = timeFormats(undefined);
/** Sets the time zone of all times on all pages: the shop's. */
export const setTimeZone = (timeZone: string): void => void (times = timeFormats(timeZone));
export const timeZone = (): string => times.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

export const formatNumber = (value: number): string => number.format(value);
/** Formats a number in few characters: 12.3K. */
export const formatCompactNumber = (value: number): string => compact.format(value);
export const formatDateTime = (iso: string): string => times.dateTime.format(new Date(iso));
/** Formats a time for a narrow column, without the year if it is the current year. */
export function formatShortDateTime(iso: string): string {
  const date = new Date(iso);
  return (formatYear(date) === formatYear(new Date()) ? times.thisYear : times.dateTime).format(date);
}
export const formatMinute = (date: Date): string => times.minute.format(date);
export const formatDayOfMonth = (date: Date): string => times.day.format(date);
/** Formats a day with its weekday: `Thu, 26 Nov`. */
export const formatWeekday = (date: Date): string => times.weekday.format(date);
/** Formats a day as its weekday: `Thu`. */
export const formatWeekdayName = (date: Date): string => times.weekdayName.format(date);
/**
 * Formats a time by the clocks of a place: `Thu, 26 Nov, 14:05 CET`.
 * @param timeZone IANA name; null for the shop's
 */
export const formatLocalTime = (iso: string, timeZone: string | null): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: timeZone ?? times.timeZone,
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  }).format(new Date(iso));
/** Formats a time range in the shortest form: `21 Nov 2026, 14:05–14:06`. */
export function formatTimeRange(from: Date, until: Date): string {
  const isMidnight = (date: Date) => /^(24|00):00:00$/.test(formatClock(date));
  if (!isMidnight(from) || !isMidnight(until) || until <= from) return times.dateTime.formatRange(from, until);
  return times.wholeDay.formatRange(from, new Date(until.getTime() - 1));
}
export const formatYear = (date: Date): string => times.year.format(date);
/** Formats a model version: fitted versions as the first 8 characters of their id, others by name. */
export const formatModelVersion = (id: string): string => (/^[0-9a-f]{8}-/.test(id) ? id.slice(0, 8) : id);
export const formatClock = (date: Date): string => times.time.format(date);

/** Formats a share of 1 as a percentage: `1,234.5 %`. */
export const formatShare = (share: number, digits = 0): string =>
  `${new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share * 100)} %`;

/** Formats an amount with the digits of its currency: `€28,774.56`. Decimal text keeps all its digits until then. */
export function formatAmount(amount: string | number, currency: string, more?: Intl.NumberFormatOptions): string {
  if (!CURRENCY.test(currency)) return `${number.format(Number(amount))} without a currency`;
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...more }).format(amount as number);
}

/** Formats an amount in few characters: `€1.2K`. */
export const formatCompactAmount = (amount: number, currency: string): string =>
  formatAmount(amount, currency, { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 });

export const formatMoney = (money: { readonly amount: string; readonly currency: string } | null): string =>
  money === null ? '–' : formatAmount(money.amount, money.currency);

/** Converts an enum value to text: PURCHASE → Purchase, ADD_TO_CART → Add to cart. */
export function formatEnum(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
