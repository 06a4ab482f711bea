import type { AlertState } from './alert-rule';

/** How an alert stands that is not resolved. */
export interface Standing {
  readonly state: Exclude<AlertState, 'RESOLVED'>;
  /** When its condition was first met, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** What was found out about one key; null where nothing is known. */
export type Finding = { readonly met: boolean; readonly cleared: boolean } | null;

/**
 * Where an alert goes from where it stands, as Prometheus' rules go: it is pending while its condition holds, fires when it
 * has held for `forMs` at every look in between, and is over when it is cleared. What has fired ends by what clears it
 * alone (hysteresis); what was pending ends when its condition does not hold.
 * @param open how it stands; null: there is none
 * @returns the state that it goes into; null: it stays
 */
export function judge(open: Standing | null, finding: Finding, now: number, forMs: number): AlertState | null {
  if (finding === null) return null;
  if (open === null) return finding.met ? (forMs > 0 ? 'PENDING' : 'FIRING') : null;
  if (open.state === 'FIRING') return finding.cleared ? 'RESOLVED' : null;
  if (!finding.met) return 'RESOLVED';
  return now - open.startedAt >= forMs ? 'FIRING' : null;
}
