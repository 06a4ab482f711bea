/** A delivery that has failed so often is given up, some three hours and eight minutes after it was due. */
export const MAX_ATTEMPTS = 14;

const FIRST_MS = 2_000;
const MAX_DELAY_MS = 3_600_000;

/** How long to wait after so many attempts, from 1: twice as long each time, a tenth of it at random. */
export function pauseAfter(attempts: number, random = Math.random()): number {
  return Math.round(Math.min(MAX_DELAY_MS, FIRST_MS * 2 ** (attempts - 1)) * (0.95 + 0.1 * random));
}
