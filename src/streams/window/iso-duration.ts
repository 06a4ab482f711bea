import { MS_PER_DAY, parseDurationMs } from '../../learn/durations';

/** A length of time in milliseconds or calendar units. The length of a calendar unit depends on time zone and date. */
export interface IsoDuration {
  readonly unit: 'MILLISECOND' | 'DAY' | 'MONTH';
  readonly count: number;
}

const CALENDAR = /^P(\d{1,4})([DWMY])$/;
const UNITS: Readonly<Record<'D' | 'W' | 'M' | 'Y', IsoDuration>> = {
  D: { unit: 'DAY', count: 1 },
  W: { unit: 'DAY', count: 7 },
  M: { unit: 'MONTH', count: 1 },
  Y: { unit: 'MONTH', count: 12 },
};

/**
 * Parses an ISO 8601 duration of one calendar unit (`P1D` `P2W` `P1M` `P1Y`) or of clock units (`PT1H30M`); returns
 * `undefined` for any other text.
 */
export function parseDuration(text: string): IsoDuration | undefined {
  const calendar = CALENDAR.exec(text);
  if (calendar !== null) {
    const { unit, count } = UNITS[calendar[2] as keyof typeof UNITS];
    return { unit, count: count * Number(calendar[1]) };
  }
  const ms = text.startsWith('PT') ? parseDurationMs(text) : undefined;
  return ms === undefined ? undefined : { unit: 'MILLISECOND', count: ms };
}

/** Converts a length to milliseconds. A day counts as 24 hours. Returns `undefined` for months. */
export function durationMs({ unit, count }: IsoDuration): number | undefined {
  if (unit === 'MONTH') return undefined;
  return unit === 'DAY' ? count * MS_PER_DAY : count;
}
