import type { RequestError } from '@freshet/client';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { useLive } from '../ui/use-live';
import { type ShownWindows, type StreamWindowData, withLoaded, withoutOlder, withWindow } from './shown-windows';
import { WindowUpdated } from './window-documents';

interface LiveWindows {
  readonly windows: ShownWindows;
  readonly error: RequestError | undefined;
  /** Adds windows that were loaded; a newer revision that has come meanwhile stays. */
  readonly add: (loaded: readonly StreamWindowData[]) => void;
}

/**
 * A stream's newest windows, live. After a lost connection they come anew.
 * @param stream null: none
 * @param from windows that begin before it (ms) are forgotten; absent: all but the newest are, where there are too many
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
