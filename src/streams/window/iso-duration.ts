/** A length of time in milliseconds or calendar units. The length of a calendar unit depends on time zone and date. */
export interface IsoDuration {
  readonly unit: 'MILLISECOND' | 'DAY' | 'MONTH';
  readonly count: number;
}

const CALENDAR = /^P(\d{1,4})([DWMY])$/;
const CLOCK = /^PT(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?$/;
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
  const clock = CLOCK.exec(text);
  if (clock === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = clock;
  return { unit: 'MILLISECOND', count: ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 };
}

const DAY_MS = 86_400_000;

/** Converts a length to milliseconds. A day counts as 24 hours. Returns `undefined` for months. */
export function durationMs({ unit, count }: IsoDuration): number | undefined {
  if (unit === 'MONTH') return undefined;
  return unit === 'DAY' ? count * DAY_MS : count;
}
