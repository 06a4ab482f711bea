import { isOutage, isTransactionFailure } from './outage';

const MIN_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;
/** The pauses between the attempts add up to about 45 seconds, which is longer than PostgreSQL takes to restart. */
const MAX_ATTEMPTS = 14;

/**
 * Repeats work that failed because of an outage of PostgreSQL: a broken connection, or a transaction that was idle for
 * too long because this process got no CPU time. The work must be idempotent, because it is also repeated after a
 * COMMIT whose response was lost.
 * @param onPause called before each pause
 */
export async function retryOutages<T>(
  work: () => Promise<T>,
  onPause: (error: Error) => void,
  maxAttempts = MAX_ATTEMPTS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= maxAttempts || !isOutage(error)) throw error;
      onPause(error as Error);
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(MIN_PAUSE_MS * 2 ** Math.min(attempt - 1, 10), MAX_PAUSE_MS)),
      );
    }
  }
}

/** Repeats a transaction once if PostgreSQL ended it, for example because of a deadlock. */
export function retryTransaction<T>(transaction: () => Promise<T>): Promise<T> {
  return transaction().catch((error: unknown) => {
    if (!isTransactionFailure(error)) throw error;
    return transaction();
  });
}
