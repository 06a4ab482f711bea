import type { ResultOf } from '@freshet/client';
import type { OpenAlerts } from './alert-documents';

export type Alert = ResultOf<typeof OpenAlerts>['alerts']['nodes'][number];

/** What the order goes by. */
export type Standing = Pick<Alert, 'id' | 'revision' | 'severity' | 'state' | 'startedAt'>;

const STATES: readonly Alert['state'][] = ['FIRING', 'PENDING', 'RESOLVED'];
const SEVERITIES: readonly Alert['severity'][] = ['CRITICAL', 'WARNING', 'INFO'];

/** Each alert as it was told last, whoever told it: what fires first, the gravest first, then the newest. */
export function shownAlerts<One extends Standing>(...told: readonly (readonly One[])[]): One[] {
  const newest = new Map<string, One>();
  for (const alert of told.flat()) {
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
