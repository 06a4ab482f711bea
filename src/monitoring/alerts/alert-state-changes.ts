import type { AlertState } from './alert-rule';
import { nextAlertState, type OpenAlertState } from './next-alert-state';
import type { Observation } from './observation';
import type { ResultsByKey } from './evaluate-rule';

/** The state of an open alert, with its key. */
export interface KeyedAlertState extends OpenAlertState {
  readonly key: string;
}

/** A state change of the alert of one key. */
export interface AlertStateChange<Open extends KeyedAlertState> {
  readonly key: string;
  /** The open alert; null if there is none yet. */
  readonly open: Open | null;
  readonly state: AlertState;
  readonly observed: Observation;
}

/** Returns the state changes of a rule's alerts after one evaluation. @param open open alerts by key */
export function alertStateChanges<Open extends KeyedAlertState>(
  open: ReadonlyMap<string, Open>,
  observed: ResultsByKey,
  now: number,
  forMs: number,
): AlertStateChange<Open>[] {
  const steps: AlertStateChange<Open>[] = [];
  for (const [key, { finding, shown }] of observed) {
    const standing = open.get(key) ?? null;
    const state = nextAlertState(standing, finding, now, forMs);
    if (state !== null) steps.push({ key, open: standing, state, observed: shown });
  }
  // Keys without a result: the rule was changed and no longer evaluates them.
  for (const [key, left] of open)
    if (!observed.has(key)) steps.push({ key, open: left, state: 'RESOLVED', observed: {} });
  return steps;
}
