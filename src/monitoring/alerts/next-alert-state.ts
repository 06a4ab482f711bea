import type { AlertState } from './alert-rule';

/** The state of an open alert. */
export interface OpenAlertState {
  readonly state: Exclude<AlertState, 'RESOLVED'>;
  /** When the condition of the alert was first met, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** The result of a rule's conditions for one key; null if there is no data and the state must not change. */
export type ConditionResult = { readonly met: boolean; readonly cleared: boolean } | null;

/**
 * Returns the next state of an alert, with the semantics of Prometheus' alerting rules. An alert is pending when its
 * condition is first met, and fires when the condition has been met at every evaluation for `forMs`. A firing alert
 * resolves only when it is cleared (hysteresis). A pending alert resolves as soon as its condition is not met.
 * @param open state of the open alert; null if there is none
 * @returns the new state; null if the state does not change
 */
export function nextAlertState(
  open: OpenAlertState | null,
  result: ConditionResult,
  now: number,
  forMs: number,
): AlertState | null {
  if (result === null) return null;
  if (open === null) return result.met ? (forMs > 0 ? 'PENDING' : 'FIRING') : null;
  if (open.state === 'FIRING') return result.cleared ? 'RESOLVED' : null;
  if (!result.met) return 'RESOLVED';
  return now - open.startedAt >= forMs ? 'FIRING' : null;
}
