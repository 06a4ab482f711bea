/** How far a window is to be believed. */
export type Mark = 'early' | 'final' | 'corrected';

export const MARKS: readonly { mark: Mark; title: string; text: string }[] = [
  { mark: 'early', title: 'Early', text: 'events may still come' },
  { mark: 'final', title: 'Final', text: 'no live event will change it' },
  { mark: 'corrected', title: 'Corrected', text: 'late events changed it after its end, while this page looked on' },
];

export interface Windowed {
  /** ISO 8601. */
  readonly end: string;
  readonly final: boolean;
  readonly revision: string;
}

export interface Seen {
  readonly window: Windowed;
  readonly mark: Mark;
  /** ms */
  readonly at: number;
}

/** What is still on its way when a window ends: the watermark stays so far behind. */
const GRACE_MS = 15_000;

/**
 * The mark of a window as it came now.
 * @param before the same window as it came last
 * @param since when the connection began, ms: what changed while it was lost may have changed in time
 */
export function markOf(window: Windowed, before: Seen | undefined, now: number, since: number): Mark {
  const hasChanged = before !== undefined && before.at >= since && before.window.revision !== window.revision;
  const hasEnded = now > Date.parse(window.end) + GRACE_MS;
  if (before?.mark === 'corrected' || (hasChanged && (before.window.final || hasEnded))) return 'corrected';
  return window.final ? 'final' : 'early';
}
