import type { ResultOf } from '@freshet/client';
import type { OpenAlerts } from './alert-documents';

export type Alert = ResultOf<typeof OpenAlerts>['alerts']['nodes'][number];

/** The fields by which alerts are merged and sorted. */
export type SortableAlert = Pick<Alert, 'id' | 'revision' | 'severity' | 'state' | 'startedAt'>;

const STATES: readonly Alert['state'][] = ['FIRING', 'PENDING', 'RESOLVED'];
const SEVERITIES: readonly Alert['severity'][] = ['CRITICAL', 'WARNING', 'INFO'];

/**
 * Merges lists of alerts and returns the latest revision of each: firing alerts first, then the most severe, then the
 * newest.
 */
export function mergeAlerts<One extends SortableAlert>(...lists: readonly (readonly One[])[]): One[] {
  const newest = new Map<string, One>();
  for (const alert of lists.flat()) {
    const before = newest.get(alert.id);
    if (before === undefined || alert.revision > before.revision) newest.set(alert.id, alert);
  }
  return [...newest.values()].sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      Date.parse(b.startedAt) - Date.parse(a.startedAt) ||
      (a.id < b.id ? -1 : 1),
  );
}
