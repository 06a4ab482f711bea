import type { Pool } from 'pg';
import { connectPostgres } from '../../../src/platform/postgres';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import {
  CREATE_STREAM,
  figuresOf,
  UPDATE_STREAM,
  WINDOWS,
  type StreamWritten,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { until } from '../../setup/until';

const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 12 * 3_600_000;
const HOURS = {
  id: 'hours',
  window: { kind: 'TUMBLING', size: 'PT1H' },
  lateness: 'P31D',
  aggregates: [{ name: 'views', kind: 'COUNT' }],
};
const DAYS = {
  id: 'days',
  over: 'hours',
  window: { kind: 'TUMBLING', size: 'P1D' },
  aggregates: [{ name: 'views', kind: 'SUM', expression: 'event.properties.values.views' }],
};
const FORECAST = `query($stream: ID!) { forecast(input: { figure: { stream: $stream, value: "views" } }) { terms } }`;
const BEST_SELLERS = `query($from: DateTime!, $to: DateTime!) {
  bestSellers(input: { from: $from, to: $to }, first: 10) { productId units }
}`;
const STATES = '{ streams { id state progress reason } one: stream(id: "days") { state progress } }';

interface States {
  readonly streams: readonly { id: string; state: string; progress: number; reason: string | null }[];
  readonly one: { state: string; progress: number };
}

describe('a stream that is being filled', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess | undefined;
  let pool: Pool;

  const input = (stream: string) => ({ stream, from: new Date(NOON - 86_400_000), to: new Date(NOON + 86_400_000) });
  const views = async (stream: string) =>
    (await api.client.data<WindowsAnswer>(WINDOWS, { input: input(stream), first: 20 })).windows.map(
      (window) => figuresOf(window).views,
    );
  const write = async (stream: object, operation = CREATE_STREAM) =>
    expect((await api.client.data<StreamWritten>(operation, { stream })).written.errors).toEqual([]);
  const states = () => api.client.data<States>(STATES);
  const isLive = () => until(states, ({ streams }) => streams.every(({ state }) => state === 'LIVE'));
  const refusal = async (query: string, variables: object) => {
    const { data, errors } = await api.client.send(query, variables);
    expect([Object.values(data ?? {})[0] ?? null, errors?.length]).toEqual([null, 1]);
    return errors![0] as unknown as { message: string; extensions: object };
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    api = await startApi(shop);
    worker = startWorker(shop);
    const events = [0, 1, 2].map((n) => ({
      ...{ source: 'SUPPORT', id: `v${n}`, type: 'VIEW', customerId: 'alice', productId: 'mug' },
      occurredAt: new Date(NOON + n * 60_000),
    }));
    await api.client.data<RecordAnswer>(RECORD, { events });
    await until(
      () => pool.query<{ n: number }>('SELECT count(*)::int AS n FROM events'),
      ({ rows: [{ n }] }) => n === 3,
    );
    await worker.stop();
    worker = undefined;
  });

  afterAll(async () => {
    await api.client.close();
    await api.stop();
    await worker?.stop();
    await pool.end();
    await shop.drop();
  });

  it('reports its progress where it has no windows, also to streams and forecasts over it, and is never treated as empty', async () => {
    await write(HOURS);
    await write(DAYS);
    const filling = { state: 'FILLING', progress: 0 };
    expect(await states()).toEqual({
      streams: [
        { id: 'days', ...filling, reason: null },
        { id: 'hours', ...filling, reason: null },
      ],
      one: filling,
    });
    const extensions = { code: 'NOT_READY', stream: 'hours', ...filling, retryAfterMs: expect.any(Number) as number };
    for (const stream of ['hours', 'days']) {
      expect(await refusal(WINDOWS, { input: input(stream), first: 20 })).toMatchObject({
        message: expect.stringMatching(/"hours".*being filled from the log \(0 %\)/) as string,
        extensions,
      });
      expect(await refusal(FORECAST, { stream })).toMatchObject({ extensions });
    }
    worker = startWorker(shop);
    await isLive();
    expect([await views('hours'), await views('days')]).toEqual([['3'], ['3']]);
  });

  it('counts any number of keys, and again if an older release compiled the stream', async () => {
    worker ??= startWorker(shop);
    const visits = { ...HOURS, id: 'visits', keys: [{ name: 'visit', expression: 'event.sessionId' }] };
    await write(visits);
    await isLive();
    const stream = async () =>
      (await api.client.data<{ stream: object }>('{ stream(id: "visits") { state reason keyCount windowCount } }'))
        .stream;
    const record = async (n: number) => {
      const event = { source: 'SUPPORT', id: `s${n}`, type: 'VIEW', sessionId: `visit-${n}`, productId: 'mug' };
      await api.client.data<RecordAnswer>(RECORD, { events: [{ ...event, occurredAt: new Date(NOON) }] });
    };
    // As if there had been many keys before.
    await pool.query(`UPDATE stream_versions SET keys = 100000 WHERE stream = 'visits'`);
    await record(1);
    await until(stream, (now) => JSON.stringify(now).includes('"windowCount":1'));
    expect(await stream()).toEqual({ state: 'LIVE', reason: null, keyCount: 100_001, windowCount: 1 });
    await pool.query(`UPDATE stream_versions SET compile_version = 1 WHERE stream = 'visits'`);
    await record(2);
    await until(stream, (now) => /"LIVE".*"keyCount":2,"windowCount":2/.test(JSON.stringify(now)));
  });

  it('returns the windows of the previous version, if there is one, and reports a failure', async () => {
    await isLive();
    await worker?.stop();
    worker = undefined;
    await write({ ...HOURS, filter: "event.productId == 'cup'" }, UPDATE_STREAM);
    expect(await states()).toMatchObject({
      streams: [
        { id: 'days', state: 'FILLING' },
        { id: 'hours', state: 'FILLING' },
        { id: 'visits', state: 'LIVE' },
      ],
      one: { state: 'FILLING' },
    });
    expect([await views('hours'), await views('days')]).toEqual([['5'], ['5']]);
    worker = startWorker(shop);
    await isLive();
    expect([await views('hours'), await views('days')]).toEqual([[], []]);
    await pool.query(`UPDATE stream_versions SET state = 'FAILED', reason = 'it broke' WHERE stream = 'hours'`);
    await pool.query(`UPDATE streams SET shown = NULL WHERE id = 'hours'`);
    expect((await states()).streams[0]).toMatchObject({
      state: 'FAILED',
      reason: 'the stream "hours" below it: it broke',
    });
    expect(await refusal(WINDOWS, { input: input('days'), first: 20 })).toMatchObject({
      extensions: { code: 'NOT_READY', stream: 'hours', state: 'FAILED' },
    });
  });

  it('refuses best sellers until their stream is filled, and then returns them', async () => {
    await worker?.stop();
    worker = undefined;
    const ordered = { source: 'ORDERS', id: 'o1:1', type: 'PURCHASE', customerId: 'alice', productId: 'mug' };
    const unitPrice = { amount: '5.00', currency: 'EUR' };
    const bought = { ...ordered, quantity: 2, unitPrice, occurredAt: new Date(NOON) };
    await api.client.data<RecordAnswer>(RECORD, { events: [bought] });
    await api.client.data('mutation { createOrderStreams(input: {}) { created errors { message } } }');
    const { from, to } = input('');
    expect(await refusal(BEST_SELLERS, { from, to })).toMatchObject({
      extensions: { code: 'NOT_READY', stream: 'product-sales-by-day', state: 'FILLING', progress: 0 },
    });
    worker = startWorker(shop);
    const sellers = await until(
      () => api.client.send(BEST_SELLERS, { from, to }),
      ({ errors }) => errors === undefined,
    );
    expect(sellers.data).toEqual({ bestSellers: [{ productId: 'mug', units: 2 }] });
  });
});
