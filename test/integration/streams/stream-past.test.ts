import type { ApiError } from '../../../src/graphql/errors';
import { inTransaction } from '../../../src/platform/postgres';
import { ANALYSIS_LIMITS } from '../../../src/streams/analysis';
import { AnalysisService } from '../../../src/streams/analysis.service';
import { WindowMerger } from '../../../src/streams/window-merger.service';
import { MAX_LATE_WINDOWS, storeLateEvents } from '../../../src/streams/late-events.store';
import { LatestWindowsService } from '../../../src/streams/latest-windows.service';
import type { LiveStream } from '../../../src/streams/live-stream';
import { replayStreams } from '../../../src/streams/replay-streams';
import { WindowsService } from '../../../src/streams/windows.service';
import {
  ANALYZE,
  DELETE_STREAM,
  figuresOf,
  UPDATE_STREAM,
  WINDOW_UPDATED,
  WINDOWS,
  type WindowAnswer,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { at, brief, MIDNIGHT, purchase, SALES, streamShop } from '../../setup/stream-shop';
import { until } from '../../setup/until';

describe('continuous queries over past events', () => {
  const { record, create, isLive, windows, client, pool } = streamShop();

  beforeAll(() =>
    record([
      purchase(5, 'mug', '9.90'),
      purchase(20, 'cup', '4.00'),
      purchase(65, 'mug', '9.90', { quantity: 2 }),
      purchase(10, 'mug', '0.1', { customerId: 'bob' }),
      purchase(600, 'mug', '1', { customerId: 'session' }),
    ]),
  );

  it('forget an erased person: windows that may identify them are removed immediately and filled again without them', async () => {
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
      pool().query<{ n: number }>(
        `SELECT ((SELECT count(*) FROM stream_windows WHERE position('gone' IN key) > 0 OR position('gone'::bytea IN state) > 0)
           + (SELECT count(*) FROM stream_parts WHERE position('gone'::bytea IN bytes) > 0))::int AS n`,
      );
    await until(told, ({ rows: [{ n }] }) => n > 0);
    const erase = 'mutation($id: ID!) { eraseCustomer(input: { customerId: $id }) { keptOrderLines errors { code } } }';
    expect(await client().data(erase, { id: 'gone' })).toEqual({ eraseCustomer: { keptOrderLines: 1, errors: [] } });
    expect((await told()).rows).toEqual([{ n: 0 }]);
    // The sum stays, as it does in the log; the line has no customer now.
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

  it('give results over past events immediately: equal to windows of the same definition and to a recount by SQL', async () => {
    const { id: _id, lateness: _lateness, ...definition } = SALES;
    const input = { ...definition, from: at(0), to: at(24 * 60), types: definition.from };
    const analyze = async (more: object) =>
      (await client().data<{ analyze: WindowAnswer[] }>(ANALYZE, { input: { ...input, ...more } })).analyze;
    const figures = (found: readonly WindowAnswer[]) =>
      found.map((window) => [window.start, window.end, window.keys, window.events, figuresOf(window)]);
    const window = { kind: 'HOPPING', size: 'PT2H', slide: 'PT1H' };
    await create({ ...SALES, id: 'same', window });
    await isLive('same');
    const same = { stream: 'same', from: at(-60), to: at(24 * 60) };
    const { windows: kept } = await client().data<WindowsAnswer>(WINDOWS, { input: same, first: 50 });
    expect(kept.length).toBeGreaterThan(5);
    expect(figures(await analyze({ window }))).toEqual(figures(kept));
    const { rows } = await pool().query<{ key: string; events: number; revenue: string; customers: number }>(
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
    const codeOf = (more: object) => client().code(ANALYZE, { input: { ...input, ...more } });
    expect(await codeOf({ to: at(0) })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ most: 1_001 })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ filter: 'event.nonsense' })).toBe('BAD_USER_INPUT');
    const list = Array.from({ length: 900 }, (_, n) => `x${n}`);
    expect(await codeOf({ variables: { list }, filter: 'vars.list.exists(a, (a + event.id).contains("never"))' })).toBe(
      'TOO_COMPLEX',
    );
  });

  it('end an analysis that takes too long, and limit how many run', async () => {
    const slow = new AnalysisService(pool(), { ...ANALYSIS_LIMITS, ms: -1 }, 0);
    const question = {
      from: new Date(at(0)),
      to: new Date(at(24 * 60)),
      aggregates: [{ name: 'n', kind: 'COUNT' as const }],
    };
    const codes = await Promise.all([1, 2, 3].map(() => slow.analyze(question).catch((error: ApiError) => error.code)));
    expect(codes).toEqual(['TOO_COMPLEX', 'TOO_COMPLEX', 'OVERLOADED']);
    expect(await new AnalysisService(pool()).analyze(question)).toHaveLength(1);
  });

  it('use products and customers as they were when the event arrived; so does a replay', async () => {
    const say = (query: string, input: object) => client().data<{ written: { receipt: string } }>(query, { input });
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
    await sell('1'); // An event of unknown properties counts nowhere.
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
    // The same definition over the past, with values of that time or of today.
    await create({ ...stream, id: 'brands-anew' });
    await isLive('brands-anew');
    expect(brief(await windows('brands-anew', hour))).toEqual(seen);
    const { id: _id, lateness: _lateness, from: types, ...definition } = stream;
    const analyze = async (more: object) =>
      brief(
        (
          await client().data<{ analyze: WindowAnswer[] }>(ANALYZE, {
            input: { ...definition, types, ...hour, ...more },
          })
        ).analyze,
      );
    expect(await analyze({})).toEqual(seen);
    expect(await analyze({ dimensions: 'TODAY' })).toEqual([[1_200, '["Bolt","silver"]', '15']]);
    expect(await replayStreams(pool())).toEqual([]);
    const { rows } = await pool().query(`SELECT count(*)::int AS versions FROM product_versions WHERE id = 'lute'`);
    expect(rows).toEqual([{ versions: 2 }]);
  });

  it('can read other streams, and follow their corrections', async () => {
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
    // A subscriber is notified that the windows are removed.
    const latest = new LatestWindowsService(pool(), new WindowsService(pool()));
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
    await sell(7, '0.01'); // A window that was below the threshold is above it now.
    expect(await seen()).toEqual([['harp', { hours: '2', most: '30', revenue: '40' }]]);
    await sell(66, '5.5');
    expect(await seen()).toEqual([['harp', { hours: '2', most: '35.5', revenue: '45.5' }]]);
    const { rows } = await pool().query<object>(
      `SELECT count(*)::text AS hours, trim_scale(max(revenue))::text AS most, trim_scale(sum(revenue))::text AS revenue FROM (
         SELECT date_trunc('hour', occurred_at), sum(unit_price * quantity) AS revenue FROM events
         WHERE type = 'PURCHASE' AND product_id = 'harp' GROUP BY 1) hours WHERE revenue >= 10`,
    );
    expect(await seen()).toEqual([['harp', rows[0]]]);
    const year = { from: new Date(MIDNIGHT - 400 * 86_400_000).toISOString(), to: at(24 * 60) };
    expect((await windows('months', year)).map((window) => [figuresOf(window).revenue, window.final])).toEqual([
      ['45.5', false],
    ]);
    const updates = client().subscribe<{ windowUpdated: WindowAnswer }>(WINDOW_UPDATED, { stream: 'best-hours' });
    const next = async () => figuresOf((await updates.next()).value.data!.windowUpdated).hours;
    expect(await next()).toBe('2');
    await sell(125, '11');
    expect(await next()).toBe('3');
    await updates.return!();
    // No cycles, no deep nesting, no stream over a missing one.
    const faults = async (stream: object, operation?: string) =>
      (await create(stream, operation)).errors.map(({ code, path }) => [code, path]);
    expect(await faults({ ...above, over: 'months' }, UPDATE_STREAM)).toEqual([['BAD_USER_INPUT', 'over']]);
    expect(await faults({ ...top, id: 'third', over: 'months' })).toEqual([]);
    expect(await faults({ ...top, id: 'fourth', over: 'third' })).toEqual([['BAD_USER_INPUT', 'over']]);
    expect(await faults({ ...above, id: 'typed', from: ['VIEW'] })).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await client().data(DELETE_STREAM, { id: 'harps' })).toEqual({
      deleteStream: { errors: [{ code: 'CONFLICT' }] },
    });
    expect(await replayStreams(pool())).toEqual([]);
  });

  it('remove windows that are too old, and later events do not restore them', async () => {
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
      return (await client().data<{ stream: Record<string, unknown> }>(query)).stream;
    };
    const all = [
      [0, 'drum', '1'],
      [0, 'flute', '2'],
      [1_380, 'drum', '4'],
    ];
    expect(brief(await windows('kept'))).toEqual(all);
    await until(counts, ({ windowCount }) => windowCount === 3);
    const { rows } = await pool().query<{ shown: string }>(`SELECT shown::text FROM streams WHERE id = 'kept'`);
    // As if it was later: twelve hours of that day are too old.
    const later = MIDNIGHT + 31 * 86_400_000 + 12 * 3_600_000;
    await until(
      () => new WindowMerger(pool()).removeExpired({ stream: 'kept', version: Number(rows[0].shown) }, later),
      (done) => done !== null,
    );
    expect(brief(await windows('kept'))).toEqual(all.slice(2));
    expect(await counts()).toMatchObject({ windowCount: 1, keyCount: 1, keptFrom: at(720) });
    await record([purchase(6, 'drum', '8'), purchase(1_431, 'drum', '16')]);
    const last = [[1_380, 'drum', '20']];
    expect(brief(await windows('kept'))).toEqual(last);
    // A day of which half was removed would show a wrong value.
    expect(brief(await windows('kept', { size: 'P1D' }))).toEqual([]);
    await until(
      () => pool().query<{ n: number }>(`SELECT count(*)::int AS n FROM stream_parts WHERE stream = 'kept'`),
      ({ rows: [{ n }] }) => n === 0,
    );
    expect(brief(await windows('kept'))).toEqual(last);
    expect(await counts()).toMatchObject({ windowCount: 1, keyCount: 1 });
    expect(await replayStreams(pool())).toEqual([]);
  });

  it('list the newest late events, the same in any order', async () => {
    const late = Array.from({ length: MAX_LATE_WINDOWS + 30 }, (_, n) => ({
      key: `k${n % 7}`,
      start: MIDNIGHT + Math.floor(n / 7) * 60_000,
      count: 1,
      ids: [`STOREFRONT:${n}`],
    }));
    const listOf = async (stream: string, parts: readonly (typeof late)[]) => {
      for (const part of parts)
        await inTransaction(pool(), (client) => storeLateEvents(client, { stream, version: 1 } as LiveStream, part));
      const { rows } = await pool().query(
        'DELETE FROM stream_late WHERE stream = $1 RETURNING start_at, key, count, ids',
        [stream],
      );
      return rows.map((row) => JSON.stringify(row)).sort();
    };
    // The oldest and the newest come twice.
    const parts = [late.slice(0, 300), late.slice(300), late.slice(0, 100), late.slice(-100)];
    const forward = await listOf('forward', parts);
    expect(forward).toHaveLength(MAX_LATE_WINDOWS);
    expect(await listOf('backward', [...parts].reverse())).toEqual(forward);
  });
});
