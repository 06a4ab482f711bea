import { formatAmount, formatNumber, formatShare, formatTimeRange, formatWeekday } from '../ui/format';
import type { Currency, Report } from './business-report';
import type { Span } from './spans';

/** Says in a sentence what was earned yesterday, and by what. */
export function yesterdayText({ currency, days }: Currency): string {
  const day = days.at(-2);
  if (day === undefined) return '';
  const money = (amount: string) => formatAmount(amount, currency);
  const total = Number(day.revenue.amount);
  const part = (amount: string) => money(amount) + (total > 0 ? ` (${formatShare(Number(amount) / total)})` : '');
  return `Yesterday the shop earned ${money(day.revenue.amount)} with ${formatNumber(day.orders)} ${day.orders === 1 ? 'order' : 'orders'}: ${part(day.recommendations.amount)} through recommendations, ${part(day.search.amount)} through search.`;
}

/** Says which days are shown, and which they are compared with. */
export function comparisonText({ from, to, comparedFrom, comparedTo, timeZone }: Report, span: Span): string {
  const text = (first: string, end: string) =>
    span.days === 1 ? formatWeekday(new Date(first)) : formatTimeRange(new Date(first), new Date(end));
  const before = comparedFrom !== null && comparedTo !== null ? text(comparedFrom, comparedTo) : '';
  const compared =
    span.ago > 0
      ? `${text(from, to)}, compared with ${before}.`
      : span.days === 1
        ? `${text(from, to)} so far: today is still running, and is compared with the whole of ${before}.`
        : `${text(from, to)}, compared with ${before}. Today is still running, and is compared with a whole day.`;
  return `${compared} Days are in ${timeZone}.`;
}
