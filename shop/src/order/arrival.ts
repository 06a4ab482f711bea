/** The bounds of an estimate, as ISO dates. */
interface Arrival {
  readonly earliest: string;
  readonly latest: string;
}

const DAY_MS = 86_400_000;

/**
 * Says when a parcel arrives: the hours if it is today, the weekdays within a week, else the dates.
 * @returns undefined if the estimate has passed
 * @param now milliseconds since 1970
 */
export function arrivalText({ earliest, latest }: Arrival, now: number, locale?: string): string | undefined {
  if (Date.parse(latest) < now) return undefined;
  const from = new Date(Math.max(Date.parse(earliest), now));
  const to = new Date(latest);
  const isToday = (date: Date) => date.toDateString() === new Date(now).toDateString();
  if (isToday(to)) {
    const hours = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
    return `Arrives today, ${hours.formatRange(from, to)}`;
  }
  const isNear = to.getTime() - now < 6 * DAY_MS;
  const days = new Intl.DateTimeFormat(locale, isNear ? { weekday: 'long' } : { day: 'numeric', month: 'long' });
  if (isToday(from)) return `Arrives today – ${days.format(to)}`;
  if (from.toDateString() === to.toDateString()) return `Arrives ${days.format(to)}`;
  return `Arrives ${isNear ? `${days.format(from)} – ${days.format(to)}` : days.formatRange(from, to)}`;
}
