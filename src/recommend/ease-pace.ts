import { MAX_DELAY_MS } from './moved-rows';

/** From one cycle's beginning to the next one's, at least. */
const MIN_PAUSE_MS = 1_000;
/** Rests so many times as long as a cycle took: live work goes first. */
const REST = 4;

/**
 * How long to rest after a cycle that took as long. What changes right after a cycle has looked waits for the rest of it,
 * this, and all of the next: the rest is shortened so that this is at most {@link MAX_DELAY_MS}, as long as half of the
 * time is left to rest in.
 */
export function restAfter(tookMs: number): number {
  const inTime = Math.max(tookMs, MAX_DELAY_MS - 2 * tookMs);
  return Math.max(MIN_PAUSE_MS - tookMs, Math.min(REST * tookMs, inTime));
}
