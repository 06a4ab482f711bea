import type { RequestError } from '@freshet/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { AlertUpdated, OpenAlerts } from './alert-documents';
import { type Alert, shownAlerts } from './shown-alerts';

interface Alerts {
  /** The open ones, and those that ended while the page looked on. Undefined: not known yet. */
  readonly alerts: readonly Alert[] | undefined;
  readonly error: RequestError | undefined;
}

/** Alerts, live. They are asked for, too: of no open alerts a subscription says nothing. */
export function useAlerts(): Alerts {
  const { epoch } = useSession();
  const open = useQuery(OpenAlerts, {});
  const [told, setTold] = useState<readonly Alert[]>([]);
  // What ended while the connection was lost is told by nobody.
  useEffect(() => setTold([]), [epoch]);
  const live = useLive(AlertUpdated, {}, ({ alertUpdated }) =>
    setTold((before) => shownAlerts(before, [alertUpdated]).slice(0, MAX_ALERTS)),
  );
  const nodes = open.data?.alerts.nodes;
  const alerts = useMemo(() => nodes && shownAlerts(nodes, told), [nodes, told]);
  return { alerts, error: open.error ?? live.error };
}

/** Rules and keys are many; whoever has this many alerts needs no more of them on a page. */
const MAX_ALERTS = 500;
