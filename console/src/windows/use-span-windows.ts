import type { Client, RequestError } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { shownError } from '../ui/request-error';
import type { ShownWindows, StreamWindowData } from './shown-windows';
import { MAX_LOADED, PAGE, type Stretch, shownWindow, SpanWindows, stretchesOf } from './span-windows';
import { useWindows } from './use-windows';

interface SpanOfWindows {
  readonly windows: ShownWindows;
  /** All windows that begin at this time (ms) or later are there; undefined: none is loaded yet. */
  readonly since: number | undefined;
  readonly error: RequestError | undefined;
}

/**
 * A stream's windows of a span of time up to now, live. A subscription begins with the newest windows alone, which may be
 * a few minutes of a stream with keys, so the rest is asked for, again after each lost connection.
 * @param from ms; later values forget what is older
 */
export function useSpanWindows(stream: string, from: number): SpanOfWindows {
  const { client, epoch } = useSession();
  const { windows, error, add } = useWindows(stream, from);
  const [loaded, setLoaded] = useState<{ stream: string; since?: number; error?: RequestError }>({ stream });
  useEffect(() => {
    const aborter = new AbortController();
    setLoaded((before) => (before.stream === stream ? before : { stream }));
    const load = async () => {
      let count = 0;
      // Beyond now: a clock may be ahead by minutes.
      for (const stretch of stretchesOf(from, Date.now() + AHEAD_MS)) {
        for await (const page of pagesOf(client, stream, stretch, aborter.signal)) {
          add(page);
          count += page.length;
        }
        if (aborter.signal.aborted || count > MAX_LOADED) return;
        setLoaded({ stream, since: stretch.from });
      }
    };
    let timer: ReturnType<typeof setTimeout>;
    const attempt = () =>
      load().catch((fault: unknown) => {
        if (aborter.signal.aborted) return;
        setLoaded((before) => ({ ...before, error: shownError(fault) }));
        // A stream that is being filled has no windows yet.
        timer = setTimeout(() => void attempt(), RETRY_MS);
      });
    void attempt();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
    // As time goes on, newer windows come by themselves.
  }, [client, stream, epoch]);
  const since = loaded.stream === stream ? loaded.since : undefined;
  return { windows, since, error: error ?? loaded.error };
}

const RETRY_MS = 3_000;
/** Events may lie five minutes in the future. */
const AHEAD_MS = 5 * 60_000;

async function* pagesOf(
  client: Client,
  stream: string,
  { from, to }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<StreamWindowData[]> {
  const input = { stream, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  for (let offset = 0; offset <= MAX_LOADED; offset += PAGE) {
    const { windows } = await client.request(SpanWindows, { input, first: PAGE, offset }, { signal });
    yield windows.map(shownWindow);
    if (windows.length < PAGE) return;
  }
}
