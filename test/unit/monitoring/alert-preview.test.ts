import { AlertPreviewService } from '../../../src/monitoring/alerts/alert-preview.service';
import type { AlertRuleInput } from '../../../src/monitoring/alerts/alert.type';
import type { Pool } from '../../../src/platform/postgres';
import type { HistoricalWindows } from '../../../src/streams/past-windows.service';
import type { Stream } from '../../../src/streams/stream.type';
import type { Window } from '../../../src/streams/window.type';

const MINUTE = 60_000;
const AGGREGATES = [{ name: 'n', kind: 'COUNT' }] as const;
const STREAM = { window: { kind: 'TUMBLING' }, aggregates: AGGREGATES } as unknown as Stream;
const INPUT: AlertRuleInput = { id: '', source: 'WINDOWS', stream: 's', condition: 'window.n > 5.0' };

/** A window a minute, of one key, up to now. */
function looksOf(...counts: readonly number[]): HistoricalWindows[] {
  const first = Date.now() - counts.length * MINUTE;
  return counts.map((n, at) => ({
    ...{ state: 'LIVE', reason: null, isKeyed: false, aggregates: AGGREGATES, keys: [] },
    at: first + at * MINUTE,
    start: new Date(first + (at - 1) * MINUTE),
    end: new Date(first + at * MINUTE),
    windows: [{ key: '', events: n, values: [{ name: 'n', number: n, quantiles: null }] } as unknown as Window],
  }));
}

function serviceOf(past: () => Promise<HistoricalWindows[] | null>, longestMs?: number): AlertPreviewService {
  const pool = {} as Pool;
  return new AlertPreviewService({ pool, streamOf: () => Promise.resolve(STREAM), windows: { past } }, longestMs);
}

it('a preview reports how often a rule would have fired, and the range of its values', async () => {
  const service = serviceOf(() => Promise.resolve(looksOf(1, 7, 2, 9, 9)));
  const { fired, raised, looks, alerts, observed, errors } = await service.preview(INPUT);
  expect([fired, raised, looks, errors]).toEqual([2, 2, 5, []]);
  expect(alerts.map(({ state, observed: seen }) => [state, seen.n])).toEqual([
    ['FIRING', 9],
    ['RESOLVED', 2],
  ]);
  expect(observed).toEqual([{ name: 'n', least: 1, greatest: 9 }]);
  // The condition has to hold for longer than it does.
  const patient = await service.preview({ ...INPUT, for: 'PT90S' });
  expect([patient.fired, patient.raised]).toEqual([1, 2]);
});

it('a fault in a rule, and missing data, are results', async () => {
  const service = serviceOf(() => Promise.resolve(null));
  const faultOf = async (input: Partial<AlertRuleInput>) => (await service.preview({ ...INPUT, ...input })).errors[0];
  expect(await faultOf({ condition: 'window.m > 1.0' })).toMatchObject({ code: 'BAD_USER_INPUT', path: 'condition' });
  expect(await faultOf({})).toMatchObject({ path: 'stream' });
  expect(await faultOf({ which: 'CURRENT' })).toMatchObject({ path: 'which' });
  const empty = await serviceOf(() => Promise.resolve([])).preview(INPUT);
  expect(empty).toMatchObject({ from: null, looks: 0, fired: 0, errors: [] });
});

it('has limits: the newest 100 alerts, two previews at a time, and a number of seconds', async () => {
  const many = looksOf(...Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? 9 : 1)));
  const { fired, alerts } = await serviceOf(() => Promise.resolve(many)).preview(INPUT);
  expect([fired, alerts.length]).toEqual([150, 100]);
  expect(alerts[0].startedAt.getTime()).toBeGreaterThan(alerts[99].startedAt.getTime());

  let answer: (looks: HistoricalWindows[]) => void = () => undefined;
  const held = new Promise<HistoricalWindows[]>((resolve) => (answer = resolve));
  const busy = serviceOf(() => held);
  const underWay = [busy.preview(INPUT), busy.preview(INPUT)];
  await expect(busy.preview(INPUT)).rejects.toMatchObject({ code: 'OVERLOADED' });
  answer(looksOf(1));
  expect(await Promise.all(underWay)).toHaveLength(2);
  expect(await busy.preview(INPUT)).toMatchObject({ looks: 1 });

  // Each sample takes longer than a preview may block other requests.
  const slow = looksOf(1, 1, 1).map((look) => ({ ...look, windows: slowly(look.windows) }));
  await expect(serviceOf(() => Promise.resolve(slow), 10).preview(INPUT)).rejects.toMatchObject({
    code: 'TOO_COMPLEX',
  });
});

function slowly(windows: readonly Window[]): readonly Window[] {
  return new Proxy(windows, {
    get: (target, name) => {
      if (name === Symbol.iterator) for (const until = performance.now() + 8; performance.now() < until;);
      return Reflect.get(target, name) as unknown;
    },
  });
}
