import type { RequestError } from '@freshet/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { AlertUpdated, OpenAlerts } from './alert-documents';
import { type Alert, mergeAlerts } from './merge-alerts';

interface Alerts {
  /** Open alerts, and alerts that were resolved while the page was open. Undefined: not loaded yet. */
  readonly alerts: readonly Alert[] | undefined;
  readonly error: RequestError | undefined;
}

/** Returns live alerts. It also queries them, because the subscription sends nothing while no alert is open. */
export function useAlerts(): Alerts {
  const { epoch } = useSession();
  const open = useQuery(OpenAlerts, {});
  const [updates, setUpdates] = useState<readonly Alert[]>([]);
  // No update reports alerts that were resolved while the connection was lost.
  useEffect(() => setUpdates([]), [epoch]);
  const live = useLive(AlertUpdated, {}, ({ alertUpdated }) =>
    setUpdates((before) => mergeAlerts(before, [alertUpdated]).slice(0, MAX_ALERTS)),
  );
  const nodes = open.data?.alerts.nodes;
  const alerts = useMemo(() => nodes && mergeAlerts(nodes, updates), [nodes, updates]);
  return { alerts, error: open.error ?? live.error };
}

/** Maximum number of live alerts on the page: a shop can have many rules and keys. */
const MAX_ALERTS = 500;
