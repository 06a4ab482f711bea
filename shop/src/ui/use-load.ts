import { RequestError } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  readonly data: T | undefined;
  /** Error of the current key; it stays during automatic retries. */
  readonly error: RequestError | undefined;
  /** Whether `data` belongs to an earlier key. */
  readonly stale: boolean;
  /** Loads again after an error. */
  readonly retry: () => void;
}

interface State<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly failure?: { readonly key: string; readonly error: RequestError };
}

/** Retry interval while the shop is unreachable. */
const RETRY_INTERVAL_MS = 2_000;

/**
 * Loads data, and again whenever the key changes. The old data stays until the new data has loaded. If the shop is
 * unreachable or overloaded, it retries automatically.
 * @param initial stored data of an earlier load; if it is given, nothing is requested
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, initial?: T): Loaded<T> {
  const [loaded, setLoaded] = useState<State<T>>({ key, data: initial });
  const [retries, setRetries] = useState(0);
  const retry = () => setRetries((before) => before + 1);
  useEffect(() => {
    if (initial !== undefined) return setLoaded({ key, data: initial });
    const aborter = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const attempt = () => {
      load(aborter.signal).then(
        (data) => !aborter.signal.aborted && setLoaded({ key, data }),
        (fault: unknown) => {
          if (aborter.signal.aborted) return;
          const error = fault instanceof RequestError ? fault : new RequestError(String(fault), 'INTERNAL');
          setLoaded(({ key: before, data }) => ({
            key: data === undefined ? key : before,
            data,
            failure: { key, error },
          }));
          const pause = error.retryAfterMs ?? (error.code === 'NETWORK' ? RETRY_INTERVAL_MS : undefined);
          if (pause !== undefined) timer = setTimeout(attempt, pause);
        },
      );
    };
    attempt();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [key, retries]);
  if (loaded.key !== key && initial !== undefined) return { data: initial, error: undefined, stale: false, retry };
  const error = loaded.failure?.key === key ? loaded.failure.error : undefined;
  return { data: loaded.data, error, stale: loaded.key !== key, retry };
}
