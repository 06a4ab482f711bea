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
  resultsByKey: ResultsByKey,
  now: number,
  forMs: number,
): AlertStateChange<Open>[] {
  const changes: AlertStateChange<Open>[] = [];
  for (const [key, { conditionResult, usedFields }] of resultsByKey) {
    const openAlert = open.get(key) ?? null;
    const state = nextAlertState(openAlert, conditionResult, now, forMs);
    if (state !== null) changes.push({ key, open: openAlert, state, observed: usedFields });
  }
  // The rule was changed and no longer evaluates these keys, so they have no result.
  for (const [key, openAlert] of open)
    if (!resultsByKey.has(key)) changes.push({ key, open: openAlert, state: 'RESOLVED', observed: {} });
  return changes;
}
