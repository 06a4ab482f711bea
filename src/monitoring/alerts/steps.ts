import type { AlertState } from './alert-rule';
import { judge, type Standing } from './judge';
import type { Observation } from './observation';
import type { ObservedKeys } from './observed';

/** An open alert with its key. */
export interface StandingAlert extends Standing {
  readonly key: string;
}

/** A state change of the alert of one key. */
export interface Step<Open extends StandingAlert> {
  readonly key: string;
  /** The open alert; null if there is none yet. */
  readonly open: Open | null;
  readonly state: AlertState;
  readonly observed: Observation;
}

/** Returns the state changes of a rule's alerts after one evaluation. @param open open alerts by key */
export function stepsAt<Open extends StandingAlert>(
  open: ReadonlyMap<string, Open>,
  observed: ObservedKeys,
  now: number,
  forMs: number,
): Step<Open>[] {
  const steps: Step<Open>[] = [];
  for (const [key, { finding, shown }] of observed) {
    const standing = open.get(key) ?? null;
    const state = judge(standing, finding, now, forMs);
    if (state !== null) steps.push({ key, open: standing, state, observed: shown });
  }
  // The rule was changed and no longer evaluates these keys.
  for (const [key, left] of open)
    if (!observed.has(key)) steps.push({ key, open: left, state: 'RESOLVED', observed: {} });
  return steps;
}
