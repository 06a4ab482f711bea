import type { AlertSpec } from '../../../src/monitoring/alerts/alert-rule';
import { RuleObserver } from '../../../src/monitoring/alerts/rule-observer.service';
import type { OperationFigures } from '../../../src/monitoring/system/operation-figures';
import type { LatestWindows } from '../../../src/streams/latest-windows.service';
import type { Window } from '../../../src/streams/window.type';

const SPEC: AlertSpec = {
  source: 'WINDOWS',
  stream: 's',
  which: 'COMPLETE',
  windowMs: 60_000,
  keys: null,
  condition: 'window.n < 1.0',
  clearCondition: null,
  forMs: 0,
  noData: 'ZERO',
  severity: 'INFO',
};
const LATEST: LatestWindows = {
  state: 'LIVE',
  reason: null,
  isKeyed: true,
  aggregates: [{ name: 'n', kind: 'COUNT' }],
  start: new Date(0),
  end: new Date(60_000),
  windows: [],
  keys: [],
};
const windowOf = (key: string, n: number) =>
  ({ key, events: n, values: [{ name: 'n', number: n, quantiles: null }] }) as unknown as Window;
const metOf = async (latest: LatestWindows | null, spec: Partial<AlertSpec> = {}, open: string[] = []) => {
  const unused = () => Promise.reject(new Error('not asked'));
  const observer = new RuleObserver({
    latest: { latest: () => Promise.resolve(latest) },
    slices: { refresh: unused, operations: () => [] },
    systems: { system: unused },
  });
  const observed = await observer.observe({ ...SPEC, ...spec }, open);
  return Object.fromEntries([...observed].map(([key, { conditionResult }]) => [key, conditionResult?.met]).sort());
};

describe('a rule over windows', () => {
  it('treats a stream without keys and without events as one window of zero', async () => {
    expect(await metOf({ ...LATEST, isKeyed: false })).toEqual({ '': true });
    expect(await metOf({ ...LATEST, isKeyed: false, windows: [windowOf('', 3)] })).toEqual({ '': false });
  });

  it('knows the keys of earlier windows, of open alerts, and those that are named', async () => {
    const latest = { ...LATEST, windows: [windowOf('a', 2)], keys: ['a', 'b'] };
    expect(await metOf(latest, {}, ['c'])).toEqual({ a: false, b: true, c: true });
    expect(await metOf(latest, { keys: ['a', 'd'] })).toEqual({ a: false, d: true });
  });

  it('treats a missing window as its rule says', async () => {
    const latest = { ...LATEST, keys: ['a'] };
    expect(await metOf(latest, { noData: 'KEEP' })).toEqual({ a: undefined });
    expect(await metOf(latest, { noData: 'CLEAR' })).toEqual({ a: false });
  });

  it('is not evaluated on incomplete data', async () => {
    await expect(metOf(null)).rejects.toThrow('the stream does not exist');
    await expect(metOf({ ...LATEST, state: 'FULL', reason: 'more than 2000000 windows' })).rejects.toThrow(
      'has stopped',
    );
    await expect(metOf({ ...LATEST, aggregates: [] })).rejects.toMatchObject({ path: 'condition' });
    const keys = Array.from({ length: 1_001 }, (_, at) => `k${at}`);
    await expect(metOf({ ...LATEST, keys })).rejects.toThrow('more than 1000 keys');
  });
});

describe('a rule over operations', () => {
  it('watches those with requests, and those that are named', async () => {
    const figures = { field: 'search', count: 5, p99: 0.8 } as OperationFigures;
    const observer = new RuleObserver({
      latest: { latest: () => Promise.resolve(null) },
      slices: { refresh: () => Promise.resolve(), operations: () => [figures, { ...figures, field: 'ads' }] },
      systems: { system: () => Promise.reject(new Error('not asked')) },
    });
    const spec = {
      ...SPEC,
      source: 'OPERATIONS' as const,
      condition: 'operation.p99 > 0.5',
      keys: ['search', 'suggest'],
    };
    const observed = await observer.observe(spec, ['ads']);
    expect([...observed].map(([key, { conditionResult }]) => [key, conditionResult?.met])).toEqual([
      ['search', true],
      ['suggest', false],
      ['ads', false],
    ]);
  });
});
