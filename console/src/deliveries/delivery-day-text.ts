import { formatEnum } from '../ui/format';

const countries = new Intl.DisplayNames('en', { type: 'region' });
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

/** Returns the name of a country. @param code of ISO 3166-1; null for all countries */
export function countryName(code: string | null): string {
  return code === null ? 'All countries' : (countries.of(code) ?? code);
}

/** Names a date or a day of each week: `Thursday 24 December 2026`, `Every Saturday`. */
export function dayName({ date, weekday }: { readonly date: string | null; readonly weekday: string | null }): string {
  if (date !== null) return dates.format(new Date(`${date}T00:00:00Z`));
  return `Every ${formatEnum(weekday ?? '')}`;
}
