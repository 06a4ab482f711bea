/** A delivery fails permanently after this many attempts, about three hours and eight minutes after it was due. */
export const MAX_DELIVERY_ATTEMPTS = 14;

const MIN_DELAY_MS = 2_000;
const MAX_DELAY_MS = 3_600_000;

/** Returns the pause (ms) after `attempts` attempts. It doubles each time, up to an hour. The jitter is ±5 %. */
export function retryDelayMs(attempts: number, random = Math.random()): number {
  return Math.round(Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** (attempts - 1)) * (0.95 + 0.1 * random));
}
