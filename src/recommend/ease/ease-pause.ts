import { MAX_DELAY_MS } from './dirty-rows';

/** Minimum time from the start of one cycle of the EASE maintainer to the start of the next. */
const MIN_CYCLE_INTERVAL_MS = 1_000;
/** The pause as a multiple of the cycle's duration. It is above 1, because live requests have priority. */
const PAUSE_FACTOR = 4;

/**
 * Returns the pause after a cycle of the given duration, in milliseconds. A change that arrives just after a cycle has
 * read the counts waits for that cycle, the pause and the next cycle. The pause is shortened so that this wait is at
 * most {@link MAX_DELAY_MS}. But the pause is never shorter than the cycle, so that at least half of the time is idle.
 */
export function pauseAfterCycle(tookMs: number): number {
  const maxPauseMs = Math.max(tookMs, MAX_DELAY_MS - 2 * tookMs);
  return Math.max(MIN_CYCLE_INTERVAL_MS - tookMs, Math.min(PAUSE_FACTOR * tookMs, maxPauseMs));
}
