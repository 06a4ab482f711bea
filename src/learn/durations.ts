export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** A session ends when its subject has no event for this long, in milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000;

/** Returns whether a session ends in a pause between two events: after exactly half an hour it has ended. */
export function endsSession(pauseMs: number, idleMs: number = SESSION_IDLE_MS): boolean {
  return pauseMs >= idleMs;
}

const CLOCK_UNITS = /^P(?=\d|T\d)(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

/**
 * Returns the milliseconds of an ISO 8601 duration of days of 24 hours, hours, minutes and seconds, such as `P1DT30M`;
 * undefined for any other text.
 */
export function parseDurationMs(text: string): number | undefined {
  const found = CLOCK_UNITS.exec(text);
  if (found === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** Returns a length of time for people: `45 s`, `12 min` or `3.5 h`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
