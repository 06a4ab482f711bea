import type { Sink } from './client.ts';
import type { RequestError } from './request-error.ts';

const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;
/** Errors of the request or of the key's permissions: subscribing again would fail in the same way. */
const PERMANENT_ERROR_CODES: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'TOO_COMPLEX',
]);

/**
 * Subscribes, and subscribes again when the subscription ends with an error, after a pause that grows from 2 s to 60 s.
 * Calls `sink.error` for each error. An error that a retry can't resolve ends the subscription for good.
 * @param subscribe for example `(sink) => client.subscribe(document, variables, sink)`
 * @returns a function that ends the subscription
 */
export function keepSubscribed<Result>(subscribe: (sink: Sink<Result>) => () => void, sink: Sink<Result>): () => void {
  let failures = 0;
  let isEnded = false;
  let end = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = (error: RequestError) => {
    sink.error?.(error);
    clearTimeout(timer);
    // The sink may have ended the subscription.
    if (isEnded || PERMANENT_ERROR_CODES.has(error.code)) return;
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
      partialError: sink.partialError,
    });
  };
  begin();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    end();
  };
}
