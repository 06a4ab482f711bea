import type { RequestError, Sink } from '@freshet/client';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Subscribes again, after a pause that grows to a minute, when a subscription ends with an error: what is shown is then
 * as it was, and moves on once the shop can. Returns how to end it.
 */
export function keepSubscribed<Result>(
  subscribe: (sink: Sink<Result>) => () => void,
  next: (result: Result) => void,
): () => void {
  let failures = 0;
  let end = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = ({ retryAfterMs = 0 }: RequestError) => {
    clearTimeout(timer);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    timer = setTimeout(begin, Math.max(pause, retryAfterMs));
  };
  const begin = () => {
    end();
    end = subscribe({
      next: (result) => {
        failures = 0;
        next(result);
      },
      error: again,
    });
  };
  begin();
  return () => {
    clearTimeout(timer);
    end();
  };
}
