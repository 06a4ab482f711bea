import type { Sink } from './client.ts';
import type { RequestError } from './request-error.ts';

const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** What was asked for is wrong, or not for this key: asking again changes nothing. */
const FINAL: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'TOO_COMPLEX']);

/**
 * Subscribes again, after a pause that grows to a minute, when a subscription ends with an error: what is shown is then
 * as it was, and moves on once the shop can. An error that would only come again is told, and is the end.
 * @param subscribe as `(sink) => client.subscribe(document, variables, sink)`
 * @returns how to end it
 */
export function keepSubscribed<Result>(subscribe: (sink: Sink<Result>) => () => void, sink: Sink<Result>): () => void {
  let failures = 0;
  let isEnded = false;
  let end = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = (error: RequestError) => {
    sink.error?.(error);
    clearTimeout(timer);
    // The sink may have ended it.
    if (isEnded || FINAL.has(error.code)) return;
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    timer = setTimeout(begin, Math.max(pause, error.retryAfterMs ?? 0));
  };
  const begin = () => {
    end();
    end = subscribe({
      next: (result) => {
        failures = 0;
        sink.next(result);
      },
      error: ended,
    });
  };
  begin();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    end();
  };
}
