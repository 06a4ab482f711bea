/** The order of day and month in dates with slashes, such as 03/04/2011. */
export type SlashOrder = 'month-first' | 'day-first';

/** A date as it is written. `monthFirst` and `dayFirst` differ only for dates with slashes; NaN if it is not a date so. */
export interface WrittenDate {
  /** Milliseconds since 1970 (UTC). */
  readonly monthFirst: number;
  readonly dayFirst: number;
}

/** Numbers from this on are milliseconds since 1970. Smaller ones of at least nine digits are seconds. */
const MILLISECONDS_FROM = 1e11;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?([AaPp][Mm])?)?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?`;
const YEAR_FIRST = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${TIME}$`);
const DIGITS = new RegExp(`^(\\d{4})(\\d{2})(\\d{2})${TIME}$`);
const SLASHES = new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})${TIME}$`);
const DAY_FIRST = new RegExp(`^(\\d{1,2})[.-](\\d{1,2})[.-](\\d{4}|\\d{2})${TIME}$`);
const DAY_AND_NAME = new RegExp(`^(\\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ ,-]+(\\d{4}|\\d{2})${TIME}$`);
const NAME_AND_DAY = new RegExp(`^([A-Za-z]{3})[a-z]*\\.? (\\d{1,2}),? (\\d{4})${TIME}$`);

/**
 * Parses a date, with or without a time of day: ISO 8601 (`2011-12-09`, `2011-12-09T10:15:00Z`, `20111209`), `9.12.2011`,
 * `12/9/2011 8:26`, `9 Dec 2011`, `Dec 9, 2011`, and seconds or milliseconds since 1970. Times without an offset are UTC.
 * @returns undefined for other texts and for days that do not exist
 */
export function parseDate(text: string): WrittenDate | undefined {
  let parts = SLASHES.exec(text);
  if (parts !== null) {
    const [, first, second, year] = parts;
    const monthFirst = timeOf(year, first, second, parts.slice(4));
    const dayFirst = timeOf(year, second, first, parts.slice(4));
    return Number.isNaN(monthFirst) && Number.isNaN(dayFirst) ? undefined : { monthFirst, dayFirst };
  }
  let at = NaN;
  if (/^\d{9,}(\.\d+)?$/.test(text)) at = Number(text) >= MILLISECONDS_FROM ? Number(text) : Number(text) * 1000;
  else if ((parts = YEAR_FIRST.exec(text) ?? DIGITS.exec(text)) !== null)
    at = timeOf(parts[1], parts[2], parts[3], parts.slice(4));
  else if ((parts = DAY_FIRST.exec(text)) !== null) at = timeOf(parts[3], parts[2], parts[1], parts.slice(4));
  else if ((parts = DAY_AND_NAME.exec(text)) !== null)
    at = timeOf(parts[3], monthOf(parts[2]), parts[1], parts.slice(4));
  else if ((parts = NAME_AND_DAY.exec(text)) !== null)
    at = timeOf(parts[3], monthOf(parts[1]), parts[2], parts.slice(4));
  return Number.isNaN(at) ? undefined : { monthFirst: at, dayFirst: at };
}

function monthOf(name: string): string {
  return String(MONTHS.indexOf(name.toLowerCase()) + 1);
}

/** @param time hour, minute, second, fraction, AM or PM, offset: each may be missing */
function timeOf(yearText: string, monthText: string, dayText: string, time: readonly (string | undefined)[]): number {
  const [hourText = '0', minuteText = '0', secondText = '0', fraction = '0', half, offset] = time;
  const [month, day, minute, second] = [Number(monthText), Number(dayText), Number(minuteText), Number(secondText)];
  const year = yearText.length === 2 ? (Number(yearText) < 70 ? 2000 : 1900) + Number(yearText) : Number(yearText);
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return NaN;
    hour = (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const at = Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0.${fraction}`) * 1000);
  // Date.UTC accepts 31 February as 3 March.
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN;
  return at - offsetOf(offset);
}

function offsetOf(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z' || offset === 'UTC') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
