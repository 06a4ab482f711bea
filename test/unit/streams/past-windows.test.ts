import { ApiError } from '../../../src/graphql/errors';
import type { Pool } from '../../../src/platform/postgres';
import { PastWindowsService, type HistoricalWindows } from '../../../src/streams/past-windows.service';
import type { Window } from '../../../src/streams/window.type';
import type { WindowsQuery } from '../../../src/streams/windows.service';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 1, 12, 0, 30);

interface Stored {
  readonly size?: string;
  readonly slide?: string;
  readonly keys?: number;
  readonly keptFrom?: Date;
  readonly fromPosition?: number;
  readonly createdAt?: Date;
  /** Over another stream that counts events, with windows of a minute, too. */
  readonly over?: boolean;
  /** More windows, by their start, are too complex a query. */
  readonly most?: number;
}

/** A stream by key, with a window of `a` that begins with every even minute, and one of `b` an hour ago. */
function pastOf({ size = 'PT1M', slide, over, most = Infinity, ...stored }: Stored) {
  const asked: WindowsQuery[] = [];
  const spec = {
    ...{ from: [], filter: null, variables: {}, derive: [], lateness: 'PT0S' },
    keys: [{ name: 'k', expression: 'event.customerId' }],
    aggregates: [{ name: 'n', kind: 'COUNT', expression: null, filter: null, quantiles: [], most: 0 }],
    window: { kind: slide ? 'HOPPING' : 'TUMBLING', size, slide: slide ?? null, gap: null, timeZone: 'UTC' },
  };
  const record = {
    ...{ id: 's', spec, fromPosition: 0, shown: 1, version: 1, state: 'LIVE', reason: null, keys: 2, keptFrom: null },
    createdAt: new Date(0),
    ...stored,
  };
  const above = { ...record, id: 's', spec: { ...spec, over: 'below' }, keys: null, keptFrom: null };
  const query = (name: string | undefined, id: unknown) =>
    Promise.resolve({ rows: name === 'settled' ? [{ until: new Date(NOW) }] : [over && id === 's' ? above : record] });
  const windows = (question: WindowsQuery) => {
    asked.push(question);
    if (question.to - question.from > (most - 1) * MINUTE + 1)
      return Promise.reject(new ApiError('TOO_COMPLEX', 'ask for less time'));
    const found: Window[] = [];
    for (let start = Math.ceil(question.from / MINUTE) * MINUTE; start < question.to; start += MINUTE) {
      if ((start / MINUTE) % 2 === 0) found.push({ key: 'a', start: new Date(start) } as Window);
      if (start === NOW - (NOW % MINUTE) - HOUR) found.push({ key: 'b', start: new Date(start) } as Window);
    }
    return Promise.resolve(found);
  };
  const pool = {
    query: (text: string | { name: string }, values?: readonly unknown[]) =>
      typeof text === 'string' ? query(undefined, values?.[0]) : query(text.name, undefined),
  };
  return { asked, past: new PastWindowsService(pool as unknown as Pool, { windows }).past('s', null, HOUR) };
}

it('windows of the last hour are sampled two seconds after their end, each with the keys of ten before', async () => {
  const { past, asked } = pastOf({});
  const looks = (await past)!;
  expect(looks).toHaveLength(60);
  expect(asked).toHaveLength(1);
  for (const [at, { at: seenAt, start, end, windows, keys }] of looks.entries()) {
    expect([end.getTime() - start.getTime(), seenAt - end.getTime()]).toEqual([MINUTE, 2_000]);
    const isEven = (start.getTime() / MINUTE) % 2 === 0;
    expect(windows.filter(({ key }) => key === 'a')).toHaveLength(isEven ? 1 : 0);
    // The first window begins an hour before the last ends.
    expect([...keys].sort()).toEqual(at <= 10 ? ['a', 'b'] : ['a']);
  }
  expect(looks.at(-1)!.end.getTime()).toBe(NOW - (NOW % MINUTE));
});

it('longer windows are sampled further back; for many keys and short slides, fewer are', async () => {
  expect(await pastOf({ size: 'P1D' }).past).toHaveLength(24);
  expect(await pastOf({ keys: 10_000 }).past).toHaveLength(24);
  expect(await pastOf({ keys: 1_250 }).past).toHaveLength(40);
  expect(await pastOf({ size: 'PT1M', slide: 'PT1S' }).past).toHaveLength(720);
});

it('windows that the stream no longer stores, or has not counted, are left out', async () => {
  const ago = (minutes: number) => new Date(NOW - minutes * MINUTE);
  expect(await pastOf({ keptFrom: ago(10) }).past).toHaveLength(9);
  expect(await pastOf({ createdAt: ago(10) }).past).toHaveLength(60);
  expect(await pastOf({ createdAt: ago(10), fromPosition: 7 }).past).toHaveLength(9);
  expect(await pastOf({ createdAt: ago(0), fromPosition: 7 }).past).toEqual([]);
});

it('for a stream over another, the keys of the one that counts events are used', async () => {
  expect(await pastOf({ over: true }).past).toHaveLength(60);
  expect(await pastOf({ over: true, keys: 1_250 }).past).toHaveLength(40);
});

it('beyond the limit of a query, fewer windows are read, and 24 in parts, within the duration of one sample', async () => {
  const whole = (await pastOf({}).past)!;
  const half = (await pastOf({ most: 40 }).past)!;
  expect(half.map(said)).toEqual(whole.slice(-30).map(said));
  const { past, asked } = pastOf({ most: 11 });
  expect((await past)!.map(said)).toEqual(whole.slice(-24).map(said));
  expect(asked.length).toBeLessThan(12);
  await expect(pastOf({ most: 5 }).past).rejects.toMatchObject({ extensions: { code: 'TOO_COMPLEX' } });

  function said({ at, start, end, windows, keys }: HistoricalWindows) {
    return { at, start, end, windows, keys: [...keys].sort() };
  }
});
