import fc from 'fast-check';
import type { AlertState } from '../../../src/monitoring/alerts/alert-rule';
import {
  nextAlertState,
  type ConditionResult,
  type OpenAlertState,
} from '../../../src/monitoring/alerts/next-alert-state';

interface Look {
  readonly finding: ConditionResult;
  readonly at: number;
}

/** Returns the states of a rule's alert, sample by sample. */
function lived(looks: readonly Look[], forMs: number): (AlertState | null)[] {
  let open: OpenAlertState | null = null;
  return looks.map(({ finding, at }) => {
    const state = nextAlertState(open, finding, at, forMs);
    if (state === 'RESOLVED') open = null;
    else if (state !== null) open = { state, startedAt: open?.startedAt ?? at };
    return state;
  });
}

const finding = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ met: true, cleared: false }) },
  { weight: 3, arbitrary: fc.constant({ met: false, cleared: true }) },
  { weight: 2, arbitrary: fc.constant({ met: false, cleared: false }) }, // Between the two conditions.
  { weight: 1, arbitrary: fc.constant(null) },
);
const looks = fc.array(fc.record({ finding, gap: fc.integer({ min: 1, max: 5 }) }), { maxLength: 60 }).map((steps) => {
  let at = 0;
  return steps.map((step): Look => ({ finding: step.finding, at: (at += step.gap) }));
});

describe('an alert', () => {
  it('fires exactly when its condition has held for long enough, once until it clears', () => {
    fc.assert(
      fc.property(looks, fc.integer({ min: 0, max: 12 }), (steps, forMs) => {
        // The rule in words, computed from the whole past instead of from a state.
        const expected: (AlertState | null)[] = [];
        let firing = false;
        let metSince: number | null = null;
        for (const { finding: found, at } of steps) {
          if (found === null) expected.push(null);
          else if (firing) {
            firing = !found.cleared;
            metSince = null;
            expected.push(firing ? null : 'RESOLVED');
          } else if (!found.met) {
            expected.push(metSince === null ? null : 'RESOLVED');
            metSince = null;
          } else {
            const isNew: boolean = metSince === null;
            metSince ??= at;
            firing = at - metSince >= forMs && (!isNew || forMs === 0);
            expected.push(firing ? 'FIRING' : isNew ? 'PENDING' : null);
          }
        }
        expect(lived(steps, forMs)).toEqual(expected);
      }),
    );
  });

  it('stays while data is missing, and while it is neither met nor cleared', () => {
    const firing: OpenAlertState = { state: 'FIRING', startedAt: 0 };
    expect(nextAlertState(firing, null, 1e9, 0)).toBeNull();
    expect(nextAlertState(firing, { met: false, cleared: false }, 1e9, 0)).toBeNull();
    expect(nextAlertState({ state: 'PENDING', startedAt: 0 }, { met: false, cleared: false }, 1, 10)).toBe('RESOLVED');
  });
});
