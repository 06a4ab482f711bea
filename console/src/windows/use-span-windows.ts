import type { Client, RequestError } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { toRequestError } from '../ui/request-error';
import type { ShownWindows, StreamWindowData } from './shown-windows';
import { MAX_LOADED_WINDOWS, PAGE, type LoadRange, toWindowData, SpanWindows, splitIntoRanges } from './span-windows';
import { useWindows } from './use-windows';

interface WindowsInSpan {
  readonly windows: ShownWindows;
  /** All windows that start at this time (ms) or later are loaded; undefined: none are loaded yet. */
  readonly since: number | undefined;
  readonly error: RequestError | undefined;
}

/**
 * Returns a stream's live windows from a time until now. The subscription starts with the newest windows only, which
 * may cover just a few minutes of a stream with keys, so the rest is queried, again after each lost connection.
 * @param from start of the range, ms; when it increases, older windows are dropped
 */
export function useSpanWindows(stream: string, from: number): WindowsInSpan {
  const { client, epoch } = useSession();
  const { windows, error, add } = useWindows(stream, from);
  const [loaded, setLoaded] = useState<{ stream: string; since?: number; error?: RequestError }>({ stream });
  useEffect(() => {
    const aborter = new AbortController();
    setLoaded((before) => (before.stream === stream ? before : { stream }));
    const load = async () => {
      let count = 0;
      // Extends into the future, because a sender's clock may be minutes ahead.
      for (const range of splitIntoRanges(from, Date.now() + AHEAD_MS)) {
        for await (const page of pagesOf(client, stream, range, aborter.signal)) {
          add(page);
          count += page.length;
        }
        if (aborter.signal.aborted || count > MAX_LOADED_WINDOWS) return;
        setLoaded({ stream, since: range.from });
      }
    };
    let timer: ReturnType<typeof setTimeout>;
    const attempt = () =>
      load().catch((fault: unknown) => {
        if (aborter.signal.aborted) return;
        setLoaded((before) => ({ ...before, error: toRequestError(fault) }));
        // Retries, for example because a stream that is being filled has no windows yet.
        timer = setTimeout(() => void attempt(), RETRY_MS);
      });
    void attempt();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
    // `from` is no dependency: the subscription delivers newer windows.
  }, [client, stream, epoch]);
  const since = loaded.stream === stream ? loaded.since : undefined;
  return { windows, since, error: error ?? loaded.error };
}

const RETRY_MS = 3_000;
/** Events may be up to five minutes in the future. */
const AHEAD_MS = 5 * 60_000;

async function* pagesOf(
  client: Client,
  stream: string,
  { from, to }: LoadRange,
  signal: AbortSignal,
): AsyncGenerator<StreamWindowData[]> {
  const input = { stream, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  for (let offset = 0; offset <= MAX_LOADED_WINDOWS; offset += PAGE) {
    const { windows } = await client.request(SpanWindows, { input, first: PAGE, offset }, { signal });
    yield windows.map(toWindowData);
    if (windows.length < PAGE) return;
  }
}
