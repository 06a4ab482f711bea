import type { RequestError } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { useLive } from '../ui/use-live';
import { type ShownWindows, withWindow } from './shown-windows';
import { WindowUpdated } from './window-documents';

/** A stream's newest windows, live. After a lost connection they come anew. null: none. */
export function useWindows(stream: string | null): { windows: ShownWindows; error: RequestError | undefined } {
  const { epoch } = useSession();
  const [windows, setWindows] = useState<ShownWindows>(() => new Map());
  const connection = useRef({ epoch, since: Date.now() });
  if (connection.current.epoch !== epoch) connection.current = { epoch, since: Date.now() };
  useEffect(() => setWindows(new Map()), [stream]);
  const { error } = useLive(WindowUpdated, stream === null ? null : { stream }, ({ windowUpdated }) => {
    const { since } = connection.current;
    setWindows((before) => withWindow(before, windowUpdated, Date.now(), since));
  });
  return { windows, error };
}
