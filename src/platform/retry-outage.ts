import { isOutage } from './outage';

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;
/** With the pauses between them, three quarters of a minute: longer than PostgreSQL takes to restart. */
const MAX_ATTEMPTS = 14;

/**
 * Repeats work that an outage of PostgreSQL ended: a connection that was cut, a transaction that was idle for too long
 * because this process did not get its turn. The work must be idempotent, because a COMMIT whose answer was lost is
 * repeated, too.
 * @param onPause called before each pause
 */
export async function retryOutages<T>(work: () => Promise<T>, onPause: (error: Error) => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isOutage(error)) throw error;
      onPause(error as Error);
      await new Promise((resolve) => setTimeout(resolve, Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MAX_PAUSE_MS)));
    }
  }
}
