import fc from 'fast-check';
import { type Rule, ruleDraftOf, ruleInputOf } from '../../../console/src/alerts/rule-draft';
import { formatDuration } from '../../../console/src/alerts/rule-text';
import { previewOutcome, timelineSpans } from '../../../console/src/alerts/preview-spans';
import { mergeAlerts, type SortableAlert } from '../../../console/src/alerts/merge-alerts';

const alert = fc.record<SortableAlert>({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  revision: fc.nat(5),
  severity: fc.constantFrom('INFO', 'WARNING', 'CRITICAL'),
  state: fc.constantFrom('PENDING', 'FIRING', 'RESOLVED'),
  startedAt: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
});

describe('shown alerts', () => {
  it('are each shown once, in the newest revision, for any order and source of messages', () => {
    fc.assert(
      fc.property(fc.array(alert), fc.array(alert), (asked, told) => {
        const shown = mergeAlerts(asked, told);
        const all = [...asked, ...told];
        expect(shown.map(({ id }) => id).sort()).toEqual([...new Set(all.map(({ id }) => id))].sort());
        for (const { id, revision } of shown)
          expect(revision).toBe(Math.max(...all.filter((one) => one.id === id).map((one) => one.revision)));
      }),
    );
  });

  it('begin with firing ones, the most severe first, then the newest', () => {
    const at = (
      id: string,
      state: SortableAlert['state'],
      severity: SortableAlert['severity'],
      day: number,
    ): SortableAlert => ({
      ...{ id, state, severity, revision: 1 },
      startedAt: `2026-03-0${day}T00:00:00Z`,
    });
    const alerts = [
      at('over', 'RESOLVED', 'CRITICAL', 9),
      at('old', 'FIRING', 'WARNING', 1),
      at('pending', 'PENDING', 'CRITICAL', 8),
      at('new', 'FIRING', 'WARNING', 2),
      at('grave', 'FIRING', 'CRITICAL', 1),
    ];
    expect(mergeAlerts(alerts).map(({ id }) => id)).toEqual(['grave', 'new', 'old', 'pending', 'over']);
  });
});

describe('a rule that is changed', () => {
  const rule: Rule = {
    ...{ id: 'outage', description: null, source: 'WINDOWS', stream: 'orders', which: 'CURRENT', windowSeconds: 60 },
    ...{ condition: 'window.orders < 1.0', clearCondition: null, forSeconds: 120, noData: 'KEEP', severity: 'INFO' },
    ...{ keys: ['["EUR","home"]', 'a, b'], silencedUntil: null, fault: null },
  };

  it('is sent unchanged if the form is unchanged', () => {
    expect(ruleInputOf(ruleDraftOf(rule))).toEqual({
      ...{ id: 'outage', description: null, source: 'WINDOWS', stream: 'orders', which: 'CURRENT', noData: 'KEEP' },
      ...{ condition: 'window.orders < 1.0', clearCondition: null, for: 'PT120S', severity: 'INFO', keys: rule.keys },
    });
  });

  it('retains nothing of another source', () => {
    const { stream, which, keys } = ruleInputOf({ ...ruleDraftOf(rule), source: 'SYSTEM' });
    expect([stream, which, keys]).toEqual([undefined, undefined, undefined]);
    expect(ruleInputOf({ ...ruleDraftOf(rule), source: 'OPERATIONS' }).window).toBe('PT60S');
  });
});

test.each([
  [5, '5 s'],
  [90, '90 s'],
  [120, '2 min'],
  [7_200, '2 h'],
  [604_800, '7 d'],
])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it('a preview draws alerts as long as they were pending and fired, up to the end if they still do', () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const alert = (startedAt: number, firedAt: number | null, resolvedAt: number | null) => ({
    ...{ key: '', state: 'RESOLVED' as const, observed: {}, startedAt: at(startedAt) },
    firedAt: firedAt === null ? null : at(firedAt),
    resolvedAt: resolvedAt === null ? null : at(resolvedAt),
  });
  const alerts = [alert(90, 95, null), alert(50, 50, 60), alert(20, null, 25), alert(0, 10, 20)];
  expect(timelineSpans({ from: at(0), to: at(100), alerts })).toEqual([
    { kind: 'pending', left: 0, width: 10 },
    { kind: 'firing', left: 10, width: 10 },
    { kind: 'pending', left: 20, width: 5 },
    { kind: 'firing', left: 50, width: 10 },
    { kind: 'pending', left: 90, width: 5 },
    { kind: 'firing', left: 95, width: 5 },
  ]);
  expect(timelineSpans({ from: null, to: null, alerts: [] })).toEqual([]);
});

it('a preview lists alerts that fired separately from those that were only pending', () => {
  const said = (fired: number, raised: number) => Object.values(previewOutcome({ fired, raised })).join('');
  expect(said(0, 0)).toBe('It would not have fired');
  expect(said(0, 2)).toBe('It would not have fired, but been pending twice');
  expect(said(1, 1)).toBe('It would have fired once');
  expect(said(3, 4)).toBe('It would have fired 3 times, and been pending once more');
});
