import type { AlertState } from './alert-rule';
import { judge, type Standing } from './judge';
import type { Observation } from './observation';
import type { ObservedKeys } from './observed';

/** An alert that is not resolved. */
export interface StandingAlert extends Standing {
  readonly key: string;
}

/** Where one key's alert goes. */
export interface Step<Open extends StandingAlert> {
  readonly key: string;
  /** null: there is none yet. */
  readonly open: Open | null;
  readonly state: AlertState;
  readonly observed: Observation;
}

/** What one look makes of a rule's alerts. @param open those that are not resolved, by key */
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
  // Of a rule that has come to look at something else.
  for (const [key, left] of open)
    if (!observed.has(key)) steps.push({ key, open: left, state: 'RESOLVED', observed: {} });
  return steps;
}
