import type { Pool } from 'pg';
import type { ApiError } from '../../src/graphql/errors';
import { connectPostgres, inTransaction } from '../../src/platform/postgres';
import { ANALYSIS_LIMITS } from '../../src/streams/analysis';
import { AnalysisService } from '../../src/streams/analysis.service';
import { Fold } from '../../src/streams/fold.service';
import { MOST_LATE, writeLate } from '../../src/streams/late-store.service';
import { LatestWindowsService } from '../../src/streams/latest-windows.service';
import type { LiveStream } from '../../src/streams/live-streams.service';
import { replayStreams } from '../../src/streams/replay-streams.service';
import { WindowsService } from '../../src/streams/windows.service';
import { RECORD, type RecordAnswer } from '../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import {
  ANALYZE,
  CREATE_STREAM,
  DELETE_STREAM,
  figuresOf,
  STREAM,
  UPDATE_STREAM,
  WINDOW_UPDATED,
  WINDOWS,
  type StreamAnswer,
  type StreamWritten,
  type WindowAnswer,
  type WindowsAnswer,
} from '../setup/stream-operations';
import { until } from '../setup/until';

const DAY = Date.now() - 20 * 86_400_000;
const MIDNIGHT = DAY - (DAY % 86_400_000);
const at = (minutes: number) => new Date(MIDNIGHT + minutes * 60_000).toISOString();
let made = 0;
const purchase = (minutes: number, productId: string, amount: string, more: object = {}) => ({
  source: 'ORDERS',
  id: `order-${++made}:1`,
  type: 'PURCHASE',
  occurredAt: at(minutes),
  customerId: 'alice',
  productId,
  unitPrice: { amount, currency: 'EUR' },
  ...more,
});
const SALES = {
  id: 'sales',
  from: ['PURCHASE'],
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: { kind: 'TUMBLING', size: 'PT1H' },
  lateness: 'P31D',
  aggregates: [
    { name: 'orders', kind: 'COUNT' },
    { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
    { name: 'mean', kind: 'AVERAGE', expression: 'event.unitPrice' },
    { name: 'least', kind: 'MIN', expression: 'event.unitPrice' },
    { name: 'most', kind: 'MAX', expression: 'event.unitPrice' },
    { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
    { name: 'prices', kind: 'QUANTILES', expression: 'event.unitPrice', quantiles: [0.5] },
    { name: 'who', kind: 'TOP', expression: 'event.customerId', most: 1 },
  ],
};

describe('continuous queries', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;

  const record = async (events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] });
    // In the log, and so in every window.
    const { rows } = await until(
      () =>
        pool.query<{ done: boolean }>('SELECT done_at IS NOT NULL AS done FROM inbox WHERE id = $1', [
          recordEvents.receipt,
        ]),
      ({ rows: [row] }) => row.done,
    );
    return rows;
  };
  const create = async (stream: object, operation = CREATE_STREAM) =>
    (await api.client.data<StreamWritten>(operation, { stream })).written;
  const streamOf = async (id: string) => (await api.client.data<StreamAnswer>(STREAM, { id })).stream!;
  const isLive = (id: string) =>
    until(
      () => streamOf(id),
      ({ state, progress }) => state === 'LIVE' && progress === 1,
    );
  const windows = async (stream: string, more: object = {}, page: object = {}) => {
    const input = { stream, from: at(0), to: at(24 * 60), ...more };
    return (await api.client.data<WindowsAnswer>(WINDOWS, { input, first: 20, ...page })).windows;
  };
  const brief = (found: readonly WindowAnswer[]) =>
    found.map((window) => [(Date.parse(window.start) - MIDNIGHT) / 60_000, window.key, figuresOf(window).revenue]);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    api = await startApi(shop);
    worker = startWorker(shop);
  });

  afterAll(async () => {
    await api.client.close();
    await api.stop();
    await worker.stop();
    await pool.end();
    await shop.drop();
  });

  it('fill in the past, count what comes, and answer at once what is in the log', async () => {
    await record([
      purchase(5, 'mug', '9.90'),
      purchase(20, 'cup', '4.00'),
      purchase(65, 'mug', '9.90', { quantity: 2 }),
    ]);
    expect(await create(SALES)).toMatchObject({ errors: [], stream: { id: 'sales' } });
    await isLive('sales');
    expect(brief(await windows('sales'))).toEqual([
      [0, 'cup', '4'],
      [0, 'mug', '9.9'],
      [60, 'mug', '19.8'],
    ]);
    // Nothing is waited for: what the workers have not folded in yet counts, too.
    await record([
      purchase(10, 'mug', '0.1', { customerId: 'bob' }),
      purchase(50, 'mug', '0.2', { customerId: 'bob' }),
    ]);
    const [, first] = await windows('sales');
    expect(first).toMatchObject({ key: 'mug', keys: ['mug'], start: at(0), end: at(60), events: 3, final: false });
    expect(figuresOf(first)).toEqual({
      orders: '3',
      revenue: '10.2',
      mean: '3.4',
      least: '0.1',
      most: '9.9',
      customers: '2',
      prices: [{ quantile: 0.5, value: expect.closeTo(0.2, 2) as number }],
      who: [{ value: 'bob', count: 2 }],
    });
    expect(brief(await windows('sales', { keys: ['cup'] }))).toEqual([[0, 'cup', '4']]);
    const whole = brief(await windows('sales'));
    for (const first of [1, 2]) {
      const pages = [0, 1, 2, 3].map((page) => windows('sales', {}, { first, offset: first * page }));
      expect((await Promise.all(pages)).map(brief).flat()).toEqual(whole);
    }
    expect(await windows('sales', {}, { first: 0 })).toEqual([]);
    expect(await windows('sales', {}, { offset: 2_147_483_647 })).toEqual([]);
    // Coarser ones, and hopping ones, of the same pieces.
    expect(brief(await windows('sales', { size: 'P1D' }))).toEqual([
      [0, 'cup', '4'],
      [0, 'mug', '30'],
    ]);
    expect(brief(await windows('sales', { size: 'PT2H', slide: 'PT1H', keys: ['mug'] }))).toEqual([
      [0, 'mug', '30'],
      [60, 'mug', '19.8'],
    ]);
    const codeOf = (input: object) =>
      api.client.code(WINDOWS, { first: 20, input: { stream: 'sales', from: at(0), to: at(60), ...input } });
    expect(await codeOf({ size: 'PT90M' })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ size: 'PT10M' })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ stream: 'nothing' })).toBe('NOT_FOUND');
  });

  it('tell subscribers what has changed, and when it is final', async () => {
    await create({
      ...SALES,
      id: 'live',
      window: { kind: 'TUMBLING', size: 'PT1S' },
      lateness: 'PT1S',
      backfill: false,
    });
    await isLive('live');
    const updates = api.client.subscribe<{ windowUpdated: WindowAnswer }>(WINDOW_UPDATED, {
      stream: 'live',
      key: 'mug',
    });
    const next = async () => (await updates.next()).value.data!.windowUpdated;
    const first = next();
    const now = new Date().toISOString();
    const second = { ...purchase(0, 'mug', '1.00'), occurredAt: now };
    await record([second, { ...purchase(0, 'cup', '1.00'), occurredAt: now }]);
    expect(await first).toMatchObject({ key: 'mug', events: 1, final: false });
    await record([{ ...purchase(0, 'mug', '2.50'), occurredAt: now }]);
    const changed = await next();
    expect([changed.events, figuresOf(changed).revenue]).toEqual([2, '3.5']);
    // Ten seconds for what may be under way, one for the window, one for lateness.
    const final = await next();
    expect([final.events, final.final, final.revision]).toEqual([2, true, changed.revision]);
    await updates.return!();
    // Far too late, by its own times: it counts nowhere, and is listed.
    await record([{ ...second, id: 'late:1', occurredAt: new Date(Date.now() - 60_000).toISOString() }]);
    const { lateCount, lateEvents } = await until(
      () => streamOf('live'),
      (stream) => stream.lateCount > 0,
    );
    expect(lateCount).toBe(1);
    expect(lateEvents).toMatchObject([{ key: 'mug', count: 1, events: ['ORDERS:late:1'] }]);
  }, 40_000);

  it('have sessions, which a late event joins, and windows that hop', async () => {
    const more = { filter: "event.customerId == 'session'", lateness: 'P31D' };
    await create({ ...SALES, ...more, id: 'visits', keys: [], window: { kind: 'SESSION', gap: 'PT30M' } });
    await create({
      ...SALES,
      ...more,
      id: 'hops',
      keys: [],
      window: { kind: 'HOPPING', size: 'PT1H', slide: 'PT30M' },
    });
    await Promise.all([isLive('visits'), isLive('hops')]);
    const visit = (minutes: number) => purchase(minutes, 'mug', '1', { customerId: 'session' });
    await record([visit(600), visit(620), visit(655)]);
    expect((await windows('visits')).map(({ start, end, events }) => [start, end, events])).toEqual([
      [at(600), at(650), 2],
      [at(655), at(685), 1],
    ]);
    await until(
      async () => (await streamOf('visits')).windowCount,
      (count) => count === 2,
    );
    await record([visit(640)]);
    expect((await windows('visits')).map(({ start, end, events }) => [start, end, events])).toEqual([
      [at(600), at(685), 4],
    ]);
    await until(
      async () => (await streamOf('visits')).windowCount,
      (count) => count === 1,
    );
    expect(brief(await windows('hops'))).toEqual([
      [570, '', '2'],
      [600, '', '4'],
      [630, '', '2'],
    ]);
  });

  it('are changed aside, and go', async () => {
    const stream = { ...SALES, window: { kind: 'TUMBLING', size: 'P1D' }, filter: "event.productId == 'mug'" };
    expect(await create({ ...stream, description: 'by day' }, UPDATE_STREAM)).toMatchObject({ errors: [] });
    // What was shown before is shown until the new windows are there.
    const seen = await until(
      async () =>
        (await windows('sales', { keys: ['mug'] })).map(({ start, end }) => Date.parse(end) - Date.parse(start)),
      (lengths) => lengths.length > 0 && lengths.every((length) => length === 86_400_000),
    );
    expect(seen).toHaveLength(1);
    expect((await windows('sales')).map(({ key }) => key)).toEqual(['mug']);
    expect(await api.client.data(DELETE_STREAM, { id: 'sales' })).toEqual({ deleteStream: { errors: [] } });
    expect(await api.client.data(DELETE_STREAM, { id: 'sales' })).toMatchObject({
      deleteStream: { errors: [{ code: 'NOT_FOUND' }] },
    });
    expect((await api.client.data<StreamAnswer>(STREAM, { id: 'sales' })).stream).toBeNull();
    const left = () =>
      pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM stream_windows WHERE stream = 'sales'`);
    await until(left, ({ rows: [{ n }] }) => n === 0);
  });

  it('say what is wrong with them', async () => {
    const faultOf = async (stream: object) => {
      const { errors, stream: made } = await create({ ...SALES, id: 'wrong', ...stream });
      expect(made).toBeNull();
      return errors.map(({ code, path }) => [code, path]);
    };
    expect(await faultOf({ filter: 'event.nonsense' })).toEqual([['BAD_USER_INPUT', 'filter']]);
    expect(await faultOf({ id: 'a b' })).toEqual([['BAD_USER_INPUT', 'id']]);
    expect(await faultOf({ id: 'visits' })).toEqual([['CONFLICT', 'id']]);
    expect(await faultOf({ aggregates: [] })).toEqual([['BAD_USER_INPUT', 'aggregates']]);
    expect(await faultOf({ window: { kind: 'TUMBLING', size: 'P1D', timeZone: 'Nowhere' } })).toEqual([
      ['BAD_USER_INPUT', 'window.timeZone'],
    ]);
    const { errors } = await create({ ...SALES, id: 'nobody' }, UPDATE_STREAM);
    expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: 'id' }]);
  });

  it('that take too long for an event fail with a reason, and hold up no event', async () => {
    const list = Array.from({ length: 900 }, (_, n) => `x${n}`);
    await create({
      ...SALES,
      id: 'costly',
      backfill: false,
      variables: { list },
      filter: "vars.list.exists(a, (a + event.id).contains('never')) && event.customerId == 'slow'",
    });
    await isLive('costly');
    await record([purchase(700, 'mug', '1')]);
    await until(
      () => streamOf('costly'),
      ({ state, reason }) => state === 'FAILED' && reason === 'its expressions take too long for an event',
    );
    expect((await streamOf('visits')).state).toBe('LIVE');
  });

  it('are folded in where another one can not be', async () => {
    const more = { filter: "event.customerId == 'carol'", backfill: false };
    await create({ ...SALES, ...more, id: 'sound' });
    await create({ ...SALES, ...more, id: 'broken' });
    await Promise.all([isLive('sound'), isLive('broken')]);
    await pool.query(
      `INSERT INTO stream_parts (stream, version, batch, bytes)
       SELECT 'broken', shown, (SELECT min(batch) FROM log_batches), 'nonsense' FROM streams WHERE id = 'broken'`,
    );
    await record([purchase(5, 'mug', '1', { customerId: 'carol' })]);
    const hasOne = (id: string) =>
      until(
        () => streamOf(id),
        ({ windowCount }) => windowCount === 1,
      );
    await hasOne('sound');
    expect(await streamOf('broken')).toMatchObject({ state: 'LIVE', windowCount: 0 });
    await pool.query(`DELETE FROM stream_parts WHERE stream = 'broken' AND bytes = 'nonsense'`);
    await hasOne('broken');
    expect(await replayStreams(pool)).toEqual([]);
  });

  it('forget an erased person: what may tell of them goes at once, and is filled anew without them', async () => {
    const more = { filter: "event.productId == 'lamp'", lateness: 'P31D' };
    await create({
      ...SALES,
      ...more,
      id: 'by-customer',
      keys: [{ name: 'customer', expression: 'event.customerId' }],
    });
    await create({ ...SALES, ...more, id: 'sums', keys: [], aggregates: SALES.aggregates.slice(0, 2) });
    await Promise.all([isLive('by-customer'), isLive('sums')]);
    const view = { ...purchase(900, 'lamp', '1', { customerId: 'gone' }), type: 'VIEW', source: 'SUPPORT' };
    await record([
      purchase(900, 'lamp', '7', { customerId: 'gone' }),
      purchase(901, 'lamp', '5', { customerId: 'stays' }),
      view,
    ]);
    const told = () =>
      pool.query<{ n: number }>(
        `SELECT ((SELECT count(*) FROM stream_windows WHERE position('gone' IN key) > 0 OR position('gone'::bytea IN state) > 0)
           + (SELECT count(*) FROM stream_parts WHERE position('gone'::bytea IN bytes) > 0))::int AS n`,
      );
    await until(told, ({ rows: [{ n }] }) => n > 0);
    const erase = 'mutation($id: ID!) { eraseCustomer(input: { customerId: $id }) { keptOrderLines errors { code } } }';
    expect(await api.client.data(erase, { id: 'gone' })).toEqual({ eraseCustomer: { keptOrderLines: 1, errors: [] } });
    expect((await told()).rows).toEqual([{ n: 0 }]);
    // The sum stays, as it does in the log; the line is nobody's now.
    expect(brief(await windows('sums'))).toEqual([[900, '', '12']]);
    await isLive('by-customer');
    expect(
      brief(
        await until(
          () => windows('by-customer'),
          (found) => found.length > 0,
        ),
      ),
    ).toEqual([[900, 'stays', '5']]);
    await isLive('sums');
    expect(brief(await windows('sums'))).toEqual([[900, '', '12']]);
    expect((await told()).rows).toEqual([{ n: 0 }]);
  });

  it('count what orders put into the log, once however often they are sent', async () => {
    const hour = 22 * 60;
    const day = { from: at(hour), to: at(hour + 60) };
    const order = {
      id: 'o-1',
      placedAt: at(hour + 5),
      customerId: 'olga',
      lines: [{ id: '1', productId: 'desk', quantity: 2, unitPrice: { amount: '150.00', currency: 'EUR' } }],
    };
    const recorded = async () => {
      const query = `mutation($orders: [OrderInput!]!) {
        recordOrders(input: { orders: $orders }) { accepted errors { code message } } }`;
      return (await api.client.data<{ recordOrders: object }>(query, { orders: [order] })).recordOrders;
    };
    expect(await create({ ...SALES, id: 'desks' })).toMatchObject({ errors: [] });
    await isLive('desks');
    expect(await recorded()).toEqual({ accepted: 1, errors: [] });
    expect(brief(await windows('desks', day))).toEqual([[hour, 'desk', '300']]);
    expect(await recorded()).toEqual({ accepted: 1, errors: [] });
    expect(brief(await windows('desks', day))).toEqual([[hour, 'desk', '300']]);
  });

  it('have the past answered at once: as windows of the same definition, and as SQL counts it', async () => {
    const { id: _id, lateness: _lateness, ...definition } = SALES;
    const input = { ...definition, from: at(0), to: at(24 * 60), types: definition.from };
    const analyze = async (more: object) =>
      (await api.client.data<{ analyze: WindowAnswer[] }>(ANALYZE, { input: { ...input, ...more } })).analyze;
    const figures = (found: readonly WindowAnswer[]) =>
      found.map((window) => [window.start, window.end, window.keys, window.events, figuresOf(window)]);
    const window = { kind: 'HOPPING', size: 'PT2H', slide: 'PT1H' };
    await create({ ...SALES, id: 'same', window });
    await isLive('same');
    const same = { stream: 'same', from: at(-60), to: at(24 * 60) };
    const { windows: kept } = await api.client.data<WindowsAnswer>(WINDOWS, { input: same, first: 50 });
    expect(kept.length).toBeGreaterThan(5);
    expect(figures(await analyze({ window }))).toEqual(figures(kept));
    const { rows } = await pool.query<{ key: string; events: number; revenue: string; customers: number }>(
      `SELECT product_id AS key, count(*)::int AS events, trim_scale(sum(unit_price * quantity))::text AS revenue,
         count(DISTINCT customer_id)::int AS customers FROM events
       WHERE type = 'PURCHASE' AND occurred_at >= $1 AND occurred_at < $2 GROUP BY 1 ORDER BY sum(unit_price * quantity) DESC`,
      [at(0), at(24 * 60)],
    );
    const whole = await analyze({ window: null, orderBy: { value: 'revenue' } });
    expect(
      whole.map((row) => {
        const { revenue, customers } = figuresOf(row);
        return { key: row.key, events: row.events, revenue, customers: Number(customers) };
      }),
    ).toEqual(rows);
    expect(await analyze({ window: null, orderBy: { value: 'revenue' }, most: 1 })).toEqual(whole.slice(0, 1));
    const codeOf = (more: object) => api.client.code(ANALYZE, { input: { ...input, ...more } });
    expect(await codeOf({ to: at(0) })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ most: 1_001 })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ filter: 'event.nonsense' })).toBe('BAD_USER_INPUT');
    const list = Array.from({ length: 900 }, (_, n) => `x${n}`);
    expect(await codeOf({ variables: { list }, filter: 'vars.list.exists(a, (a + event.id).contains("never"))' })).toBe(
      'TOO_COMPLEX',
    );
  });

  it('end an analysis that takes too long, and do not begin too many', async () => {
    const slow = new AnalysisService(pool, { ...ANALYSIS_LIMITS, ms: -1 }, 0);
    const question = {
      from: new Date(at(0)),
      to: new Date(at(24 * 60)),
      aggregates: [{ name: 'n', kind: 'COUNT' as const }],
    };
    const codes = await Promise.all([1, 2, 3].map(() => slow.analyze(question).catch((error: ApiError) => error.code)));
    expect(codes).toEqual(['TOO_COMPLEX', 'TOO_COMPLEX', 'OVERLOADED']);
    expect(await new AnalysisService(pool).analyze(question)).toHaveLength(1);
  });

  it('see products and customers as they were when the event came in; so does a replay', async () => {
    const say = (query: string, input: object) => api.client.data<{ written: { receipt: string } }>(query, { input });
    const upsert = (more: object) =>
      say('mutation($input: [ProductInput!]!) { written: upsertProducts(input: { products: $input }) { receipt } }', [
        { id: 'lute', title: 'Lute', ...more },
      ] as never);
    const upsertCustomer = (tier: string) =>
      say(
        'mutation($input: [CustomerInput!]!) { written: upsertCustomers(input: { customers: $input }) { receipt } }',
        [{ id: 'dana', attributes: { tier } }] as never,
      );
    const hour = { from: at(1_200), to: at(1_260) };
    const stream = {
      ...SALES,
      filter: "event.productId == 'lute'",
      keys: [
        { name: 'brand', expression: 'product.brand' },
        { name: 'tier', expression: 'customer.attributes.tier' },
      ],
      aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.amount' }],
    };
    const sell = (amount: string) => record([purchase(1_200, 'lute', amount, { customerId: 'dana' })]);
    expect(await create({ ...stream, id: 'brands' })).toMatchObject({ errors: [] });
    await isLive('brands');
    await sell('1'); // of nothing that is known: it counts nowhere
    await upsert({ brand: 'Acme' });
    await upsertCustomer('gold');
    await sell('2');
    await upsert({ brand: 'Bolt' });
    await sell('4');
    await upsertCustomer('silver');
    await upsert({ title: 'The lute' });
    await sell('8');
    const seen = [
      [1_200, '["Acme","gold"]', '2'],
      [1_200, '["Bolt","gold"]', '4'],
      [1_200, '["Bolt","silver"]', '8'],
    ];
    expect(brief(await windows('brands', hour))).toEqual(seen);
    // The same of the past, by the same means; or as of today.
    await create({ ...stream, id: 'brands-anew' });
    await isLive('brands-anew');
    expect(brief(await windows('brands-anew', hour))).toEqual(seen);
    const { id: _id, lateness: _lateness, from: types, ...definition } = stream;
    const analyze = async (more: object) =>
      brief(
        (
          await api.client.data<{ analyze: WindowAnswer[] }>(ANALYZE, {
            input: { ...definition, types, ...hour, ...more },
          })
        ).analyze,
      );
    expect(await analyze({})).toEqual(seen);
    expect(await analyze({ dimensions: 'TODAY' })).toEqual([[1_200, '["Bolt","silver"]', '15']]);
    expect(await replayStreams(pool)).toEqual([]);
    const { rows } = await pool.query(`SELECT count(*)::int AS versions FROM product_versions WHERE id = 'lute'`);
    expect(rows).toEqual([{ versions: 2 }]);
  });

  it('stand over one another: as what is below them is, so are they, corrections included', async () => {
    const day = { from: at(0), to: at(24 * 60) };
    const harps = { ...SALES, filter: "event.productId == 'harp'", aggregates: SALES.aggregates.slice(0, 2) };
    const above = {
      id: 'best-hours',
      over: 'harps',
      filter: 'event.properties.values.revenue >= 10.0',
      keys: [{ name: 'product', expression: 'event.properties.keys.product' }],
      window: { kind: 'TUMBLING', size: 'P1D' },
      aggregates: [
        { name: 'hours', kind: 'COUNT' },
        { name: 'most', kind: 'MAX', expression: 'event.properties.values.revenue' },
        { name: 'revenue', kind: 'SUM', expression: 'event.properties.values.revenue' },
      ],
    };
    const top = {
      ...above,
      id: 'months',
      over: 'best-hours',
      keys: [],
      filter: null,
      window: { kind: 'TUMBLING', size: 'P1Y' },
      aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.properties.values.revenue' }],
    };
    expect(await create(above)).toMatchObject({ errors: [{ code: 'BAD_USER_INPUT', path: 'over' }] });
    for (const stream of [{ ...harps, id: 'harps' }, above, top])
      expect(await create(stream)).toMatchObject({ errors: [] });
    await isLive('harps');
    // Who watches them is told that nothing comes.
    const latest = new LatestWindowsService(pool, new WindowsService(pool));
    const [current, complete] = await Promise.all(
      (['CURRENT', 'COMPLETE'] as const).map((which) => latest.latest('best-hours', which, null)),
    );
    expect(current).toMatchObject({ state: 'LIVE', isKeyed: true, windows: [], keys: [] });
    expect(current!.end.getTime() - current!.start.getTime()).toBe(86_400_000);
    expect(complete!.end.getTime()).toBeLessThanOrEqual(current!.start.getTime());
    const sell = (minutes: number, amount: string) => record([purchase(minutes, 'harp', amount)]);
    const seen = async () => (await windows('best-hours', day)).map((window) => [window.key, figuresOf(window)]);
    await sell(5, '9.99');
    expect(await seen()).toEqual([]);
    await sell(65, '30');
    await sell(7, '0.01'); // what was below the bar is above it now
    expect(await seen()).toEqual([['harp', { hours: '2', most: '30', revenue: '40' }]]);
    await sell(66, '5.5');
    expect(await seen()).toEqual([['harp', { hours: '2', most: '35.5', revenue: '45.5' }]]);
    const { rows } = await pool.query<object>(
      `SELECT count(*)::text AS hours, trim_scale(max(revenue))::text AS most, trim_scale(sum(revenue))::text AS revenue FROM (
         SELECT date_trunc('hour', occurred_at), sum(unit_price * quantity) AS revenue FROM events
         WHERE type = 'PURCHASE' AND product_id = 'harp' GROUP BY 1) hours WHERE revenue >= 10`,
    );
    expect(await seen()).toEqual([['harp', rows[0]]]);
    const year = { from: new Date(MIDNIGHT - 400 * 86_400_000).toISOString(), to: at(24 * 60) };
    expect((await windows('months', year)).map((window) => [figuresOf(window).revenue, window.final])).toEqual([
      ['45.5', false],
    ]);
    const updates = api.client.subscribe<{ windowUpdated: WindowAnswer }>(WINDOW_UPDATED, { stream: 'best-hours' });
    const next = async () => figuresOf((await updates.next()).value.data!.windowUpdated).hours;
    expect(await next()).toBe('2');
    await sell(125, '11');
    expect(await next()).toBe('3');
    await updates.return!();
    // No circle, not too deep, nothing left without a ground.
    const faults = async (stream: object, operation?: string) =>
      (await create(stream, operation)).errors.map(({ code, path }) => [code, path]);
    expect(await faults({ ...above, over: 'months' }, UPDATE_STREAM)).toEqual([['BAD_USER_INPUT', 'over']]);
    expect(await faults({ ...top, id: 'third', over: 'months' })).toEqual([]);
    expect(await faults({ ...top, id: 'fourth', over: 'third' })).toEqual([['BAD_USER_INPUT', 'over']]);
    expect(await faults({ ...above, id: 'typed', from: ['VIEW'] })).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await api.client.data(DELETE_STREAM, { id: 'harps' })).toEqual({
      deleteStream: { errors: [{ code: 'CONFLICT' }] },
    });
    expect(await replayStreams(pool)).toEqual([]);
  });

  it('remove windows that are too old, and nothing that comes later brings them back', async () => {
    const stream = {
      ...SALES,
      id: 'kept',
      filter: "event.productId in ['drum', 'flute']",
      retention: 'P31D',
      aggregates: SALES.aggregates.slice(0, 2),
    };
    expect((await create({ ...stream, retention: 'P30D' })).errors).toMatchObject([{ path: 'retention' }]);
    expect(await create(stream)).toMatchObject({ errors: [] });
    await isLive('kept');
    await record([purchase(5, 'drum', '1'), purchase(5, 'flute', '2'), purchase(1_430, 'drum', '4')]);
    const counts = async () => {
      const query = '{ stream(id: "kept") { windowCount keyCount keptFrom } }';
      return (await api.client.data<{ stream: Record<string, unknown> }>(query)).stream;
    };
    const all = [
      [0, 'drum', '1'],
      [0, 'flute', '2'],
      [1_380, 'drum', '4'],
    ];
    expect(brief(await windows('kept'))).toEqual(all);
    await until(counts, ({ windowCount }) => windowCount === 3);
    const { rows } = await pool.query<{ shown: string }>(`SELECT shown::text FROM streams WHERE id = 'kept'`);
    // As if it was later: twelve hours of that day are too old.
    const later = MIDNIGHT + 31 * 86_400_000 + 12 * 3_600_000;
    await until(
      () => new Fold(pool).forget({ stream: 'kept', version: Number(rows[0].shown) }, later),
      (done) => done !== null,
    );
    expect(brief(await windows('kept'))).toEqual(all.slice(2));
    expect(await counts()).toMatchObject({ windowCount: 1, keyCount: 1, keptFrom: at(720) });
    await record([purchase(6, 'drum', '8'), purchase(1_431, 'drum', '16')]);
    const last = [[1_380, 'drum', '20']];
    expect(brief(await windows('kept'))).toEqual(last);
    // A day of which half is gone would be a wrong one.
    expect(brief(await windows('kept', { size: 'P1D' }))).toEqual([]);
    await until(
      () => pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM stream_parts WHERE stream = 'kept'`),
      ({ rows: [{ n }] }) => n === 0,
    );
    expect(brief(await windows('kept'))).toEqual(last);
    expect(await counts()).toMatchObject({ windowCount: 1, keyCount: 1 });
    expect(await replayStreams(pool)).toEqual([]);
  });

  it('list the newest of what came too late, the same in any order', async () => {
    const late = Array.from({ length: MOST_LATE + 30 }, (_, n) => ({
      key: `k${n % 7}`,
      start: MIDNIGHT + Math.floor(n / 7) * 60_000,
      count: 1,
      ids: [`STOREFRONT:${n}`],
    }));
    const listOf = async (stream: string, parts: readonly (typeof late)[]) => {
      for (const part of parts)
        await inTransaction(pool, (client) => writeLate(client, { stream, version: 1 } as LiveStream, part));
      const { rows } = await pool.query(
        'DELETE FROM stream_late WHERE stream = $1 RETURNING start_at, key, count, ids',
        [stream],
      );
      return rows.map((row) => JSON.stringify(row)).sort();
    };
    // The oldest and the newest come twice.
    const parts = [late.slice(0, 300), late.slice(300), late.slice(0, 100), late.slice(-100)];
    const forward = await listOf('forward', parts);
    expect(forward).toHaveLength(MOST_LATE);
    expect(await listOf('backward', [...parts].reverse())).toEqual(forward);
  });

  it('put together, are the first ones that all of them begin with, whatever is read for them', async () => {
    const [from, to] = [-3, -1].map((days) => MIDNIGHT + days * 86_400_000);
    const view = (n: number) => ({
      ...purchase(-3 * 1440 + ((n * 7_919) % 2_880), `p${(n * 7) % 11}`, '1'),
      source: 'SUPPORT',
      id: `page-${n}`,
      type: 'VIEW',
    });
    await create({
      id: 'pages',
      from: ['VIEW'],
      filter: "event.id.startsWith('page-')",
      keys: SALES.keys,
      window: { kind: 'TUMBLING', size: 'PT1H' },
      lateness: 'P31D',
      aggregates: [{ name: 'n', kind: 'COUNT' }],
    });
    await isLive('pages');
    // What is stored by then and what is not: workers fold as they can.
    for (const more of [0, 60, 120]) await record(Array.from({ length: 60 }, (_, n) => view(more + n)));
    const service = new WindowsService(pool);
    const ask = async (size: string, keys: readonly string[] | null, first?: number) => {
      const found = await service.windows({ stream: 'pages', from, to, size, slide: null, keys, first });
      return found.map(({ key, start, end, events }) => [key, start, end, events]);
    };
    for (const [size, keys] of [
      ['P1D', null],
      ['PT6H', null],
      ['PT2H', ['p1', 'p4', 'none']],
    ] as const) {
      const whole = await ask(size, keys);
      expect(whole.length).toBeGreaterThan(12);
      for (const first of [1, 3, 11, 12, 20, 100]) expect(await ask(size, keys, first)).toEqual(whole.slice(0, first));
    }
  });

  it('refuse windows that slide so often that putting them together would hold everybody up', async () => {
    const ask = (size: string, slide: string) =>
      api.client.code(WINDOWS, { input: { stream: 'desks', from: at(0), to: at(1440), size, slide }, first: 1 });
    expect(await ask('P60D', 'PT1H')).toBe('BAD_USER_INPUT');
  });
});
