interface ChangeTimes {
  readonly createdAt: string;
  readonly updatedAt: string | null;
  readonly segmentSince: string | null;
  readonly predictions: { readonly asOf: string } | null;
}

/** Returns the time of a customer's latest change: of the attributes, the segment or the predictions. */
export function lastChangeOf({ createdAt, updatedAt, segmentSince, predictions }: ChangeTimes): string {
  const times = [createdAt, updatedAt, segmentSince, predictions?.asOf].filter((time) => time != null);
  return times.reduce((latest, time) => (Date.parse(time) > Date.parse(latest) ? time : latest));
}

/** Returns each segment's share of the customers of all segments, from 0 to 1, by the segment's id. */
export function segmentShares(
  segments: readonly { readonly id: string; readonly size: number }[],
): Map<string, number> {
  const total = segments.reduce((sum, { size }) => sum + size, 0);
  return new Map(segments.map(({ id, size }) => [id, total === 0 ? 0 : size / total]));
}

/** Formats a number of days: `1 day`, `3.5 days`. Null, which is an unknown number, is a dash. */
export function formatDays(days: number | null): string {
  if (days === null) return '–';
  const rounded = Math.round(days * 10) / 10;
  return `${rounded} ${rounded === 1 ? 'day' : 'days'}`;
}
