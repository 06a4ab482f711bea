/** How certain a window's figures are. */
export type Mark = 'early' | 'final' | 'corrected';

export const MARKS: readonly { mark: Mark; title: string; text: string }[] = [
  { mark: 'early', title: 'Early', text: 'it has not ended' },
  { mark: 'final', title: 'Final', text: 'it has ended; events that come late still correct it' },
  { mark: 'corrected', title: 'Corrected', text: 'late events changed it after its end, while this page was open' },
];

export interface WindowRevision {
  /** ISO 8601. */
  readonly end: string;
  readonly final: boolean;
  readonly revision: string;
}

export interface SeenWindow {
  readonly window: WindowRevision;
  readonly mark: Mark;
  /** Time of arrival, ms. */
  readonly at: number;
}

/** Time for events in transit when a window ends: the watermark stays this far behind. */
const WATERMARK_DELAY_MS = 15_000;

/**
 * Returns the mark of a window that has just arrived.
 * @param before the previous revision of the window
 * @param since start of the connection, ms: changes while the connection was lost may have been in time
 */
export function markOf(window: WindowRevision, before: SeenWindow | undefined, now: number, since: number): Mark {
  const hasChanged = before !== undefined && before.at >= since && before.window.revision !== window.revision;
  if (before?.mark === 'corrected' || (hasChanged && (before.window.final || hasEnded(window, now))))
    return 'corrected';
  return window.final || hasEnded(window, now) ? 'final' : 'early';
}

/** Returns whether a window has ended, and its live events have arrived. Orders of its time may still come back. */
export function hasEnded({ end }: Pick<WindowRevision, 'end'>, now: number): boolean {
  return now > Date.parse(end) + WATERMARK_DELAY_MS;
}
