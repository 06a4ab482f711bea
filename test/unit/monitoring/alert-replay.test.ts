import fc from 'fast-check';
import { AlertReplay, type ReplayedAlert } from '../../../src/monitoring/alerts/alert-replay';
import type { AlertState } from '../../../src/monitoring/alerts/alert-rule';
import {
  nextAlertState,
  type ConditionResult,
  type OpenAlertState,
} from '../../../src/monitoring/alerts/next-alert-state';

const SECOND = 1_000;
const KEYS = ['a', 'b'];

interface Look {
  readonly at: number;
  /** One for each key; undefined: the key is not evaluated. */
  readonly findings: readonly (ConditionResult | undefined)[];
}

/** Computes the result of a check every second, key by key, as the evaluator does. */
function everySecond(looks: readonly Look[], to: number, forMs: number): Omit<ReplayedAlert, 'observed'>[] {
  return KEYS.flatMap((key, at) => {
    const alerts: { key: string; startedAt: number; firedAt: number | null; resolvedAt: number | null }[] = [];
    let open: OpenAlertState | null = null;
    for (let now = looks[0].at; now <= to; now += SECOND) {
      const finding = looks.findLast((look) => look.at <= now)!.findings[at];
      // Only open keys are looked up among those that were removed.
      const state: AlertState | null =
        finding === undefined ? open && 'RESOLVED' : nextAlertState(open, finding, now, forMs);
      if (state === null) continue;
      if (open === null) alerts.push({ key, startedAt: now, firedAt: null, resolvedAt: null });
      const alert = alerts[alerts.length - 1];
      if (state === 'FIRING') alert.firedAt = now;
      if (state === 'RESOLVED') alert.resolvedAt = now;
      open = state === 'RESOLVED' ? null : { state, startedAt: alert.startedAt };
    }
    return alerts;
  });
}

const finding = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ met: true, cleared: false }) },
  { weight: 3, arbitrary: fc.constant({ met: false, cleared: true }) },
  { weight: 2, arbitrary: fc.constant({ met: false, cleared: false }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const looks = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), findings: fc.tuple(finding, finding) }), { minLength: 1 })
  .map((steps) => {
    let at = 0;
    return steps.map(({ gap, findings }): Look => ({ at: (at += gap * SECOND), findings }));
  });

it('replaying sample by sample gives the result of a check every second', () => {
  fc.assert(
    fc.property(looks, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 30 }), (past, hold, more) => {
      const replay = new AlertReplay(hold * SECOND);
      const to = past[past.length - 1].at + more * SECOND;
      for (const { at, findings } of past) {
        const seen = findings.flatMap((found, key) =>
          found === undefined ? [] : [[KEYS[key], { conditionResult: found, usedFields: {} }] as const],
        );
        replay.observe(at, new Map(seen));
      }
      // Up to and including the last second.
      replay.advanceTo(to + 1);
      const byKey = KEYS.flatMap((key) => replay.alerts.filter((alert) => alert.key === key));
      expect(byKey.map(({ observed: _, ...alert }) => alert)).toEqual(everySecond(past, to, hold * SECOND));
    }),
    { numRuns: 300 },
  );
});

it('reports the sample at which an alert fired, and when it ended', () => {
  const replay = new AlertReplay(10);
  const look = (at: number, met: boolean, n: number) =>
    replay.observe(at, new Map([['a', { conditionResult: { met, cleared: !met }, usedFields: { n } }]]));
  look(0, true, 1);
  look(20, true, 2);
  expect(replay.alerts).toEqual([{ key: 'a', startedAt: 0, firedAt: 10, resolvedAt: null, observed: { n: 1 } }]);
  look(30, false, 3);
  expect(replay.alerts).toEqual([{ key: 'a', startedAt: 0, firedAt: 10, resolvedAt: 30, observed: { n: 3 } }]);
  expect(replay.keys).toEqual([]);
});
