import type { RequestError } from '@freshet/client';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { useLive } from '../ui/use-live';
import { type ShownWindows, type StreamWindowData, withLoaded, withoutOlder, withWindow } from './shown-windows';
import { WindowUpdated } from './window-documents';

interface LiveWindows {
  readonly windows: ShownWindows;
  readonly error: RequestError | undefined;
  /** Adds loaded windows, except those of which a newer revision has arrived. */
  readonly add: (loaded: readonly StreamWindowData[]) => void;
}

/**
 * Returns a stream's newest windows, live. After a lost connection, the subscription sends them again.
 * @param stream null: no subscription
 * @param from drops windows that start before this time (ms); absent: the oldest windows are dropped if there are too
 *   many
 */
export function useWindows(stream: string | null, from?: number): LiveWindows {
  const { epoch } = useSession();
  const [windows, setWindows] = useState<ShownWindows>(() => new Map());
  const connection = useRef({ epoch, since: Date.now() });
  if (connection.current.epoch !== epoch) connection.current = { epoch, since: Date.now() };
  useEffect(() => setWindows(new Map()), [stream]);
  useEffect(() => {
    if (from !== undefined) setWindows((before) => withoutOlder(before, from));
  }, [from]);
  const { error } = useLive(WindowUpdated, stream === null ? null : { stream }, ({ windowUpdated }) => {
    const { since } = connection.current;
    setWindows((before) => withWindow(before, windowUpdated, Date.now(), since, from === undefined));
  });
  const add = useCallback((loaded: readonly StreamWindowData[]) => {
    setWindows((before) => withLoaded(before, loaded, Date.now(), connection.current.since));
  }, []);
  return { windows, error, add };
}
