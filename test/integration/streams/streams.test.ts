import { replayStreams } from '../../../src/streams/replay-streams';
import { WindowsService } from '../../../src/streams/windows.service';
import {
  CREATE_STREAM,
  DELETE_STREAM,
  figuresOf,
  STREAM,
  UPDATE_STREAM,
  WINDOW_UPDATED,
  WINDOWS,
  type StreamAnswer,
  type WindowAnswer,
} from '../../setup/stream-operations';
import { at, brief, MIDNIGHT, purchase, SALES, streamShop } from '../../setup/stream-shop';
import { until } from '../../setup/until';

describe('continuous queries', () => {
  const { record, create, streamOf, isLive, windows, client, pool } = streamShop();

  it("fill in the past, count new events, and include the log's events immediately", async () => {
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
    // The query does not wait: batches that the workers have not folded in yet count, too.
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
    // Coarser windows, and hopping ones, of the same panes.
    expect(brief(await windows('sales', { size: 'P1D' }))).toEqual([
      [0, 'cup', '4'],
      [0, 'mug', '30'],
    ]);
    expect(brief(await windows('sales', { size: 'PT2H', slide: 'PT1H', keys: ['mug'] }))).toEqual([
      [0, 'mug', '30'],
      [60, 'mug', '19.8'],
    ]);
    const codeOf = (input: object) =>
      client().code(WINDOWS, { first: 20, input: { stream: 'sales', from: at(0), to: at(60), ...input } });
    expect(await codeOf({ size: 'PT90M' })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ size: 'PT10M' })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ stream: 'nothing' })).toBe('NOT_FOUND');
  });

  it('are refused with UNAVAILABLE if PostgreSQL ends the connection, and can then be created', async () => {
    const stream = { ...SALES, id: 'cut-off' };
    const blocker = await pool().connect();
    await blocker.query('BEGIN; LOCK TABLE streams IN ACCESS EXCLUSIVE MODE');
    let code: string | undefined;
    const creating = client()
      .code(CREATE_STREAM, { stream })
      .then((answered) => (code = answered ?? 'created'));
    await until(
      async () => {
        await blocker.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'streams'::regclass`,
        );
        return code;
      },
      (answered) => answered !== undefined,
    );
    await creating;
    expect(code).toBe('UNAVAILABLE');
    await blocker.query('COMMIT');
    blocker.release();
    expect(await create(stream)).toMatchObject({ errors: [], stream: { id: 'cut-off' } });
    await client().data(DELETE_STREAM, { id: 'cut-off' });
  });

  it('notify subscribers of changes and of final windows', async () => {
    const seconds = { ...SALES, window: { kind: 'TUMBLING', size: 'PT1S' }, backfill: false };
    // A busy machine records the second event in time, too.
    await create({ ...seconds, id: 'live', lateness: 'PT5M' });
    await create({ ...seconds, id: 'ends', lateness: 'PT1S', filter: "event.customerId == 'bea'" });
    for (const id of ['live', 'ends']) await isLive(id);
    const updates = client().subscribe<{ windowUpdated: WindowAnswer }>(WINDOW_UPDATED, {
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
    await updates.return!();
    const endings = client().subscribe<{ windowUpdated: WindowAnswer }>(WINDOW_UPDATED, {
      stream: 'ends',
      key: 'bowl',
    });
    const nextEnding = async () => (await endings.next()).value.data!.windowUpdated;
    const ending = nextEnding();
    const soon = new Date(Date.now() + 10_000).toISOString();
    await record([{ ...purchase(0, 'bowl', '2.50', { customerId: 'bea' }), id: 'bowl:1', occurredAt: soon }]);
    const open = await ending;
    expect([open.events, open.final]).toEqual([1, false]);
    // Ten seconds for pending events, one for the window, one for lateness.
    const final = await nextEnding();
    expect([final.events, final.final, final.revision]).toEqual([1, true, open.revision]);
    await endings.return!();
    // Far too late, by its own times: it counts nowhere, and is listed.
    const past = new Date(Date.now() - 60_000).toISOString();
    await record([{ ...purchase(0, 'mug', '1.00', { customerId: 'bea' }), id: 'late:1', occurredAt: past }]);
    const { lateCount, lateEvents } = await until(
      () => streamOf('ends'),
      (stream) => stream.lateCount > 0,
    );
    expect(lateCount).toBe(1);
    expect(lateEvents).toMatchObject([{ key: 'mug', count: 1, events: ['ORDERS:late:1'] }]);
  });

  it('support sessions, which a late event joins, and hopping windows', async () => {
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

  it('are changed without interruption, and deleted', async () => {
    const stream = { ...SALES, window: { kind: 'TUMBLING', size: 'P1D' }, filter: "event.productId == 'mug'" };
    expect(await create({ ...stream, description: 'by day' }, UPDATE_STREAM)).toMatchObject({ errors: [] });
    // The old windows are shown until the new ones are there.
    const seen = await until(
      async () =>
        (await windows('sales', { keys: ['mug'] })).map(({ start, end }) => Date.parse(end) - Date.parse(start)),
      (lengths) => lengths.length > 0 && lengths.every((length) => length === 86_400_000),
    );
    expect(seen).toHaveLength(1);
    expect((await windows('sales')).map(({ key }) => key)).toEqual(['mug']);
    expect(await client().data(DELETE_STREAM, { id: 'sales' })).toEqual({ deleteStream: { errors: [] } });
    expect(await client().data(DELETE_STREAM, { id: 'sales' })).toMatchObject({
      deleteStream: { errors: [{ code: 'NOT_FOUND' }] },
    });
    expect((await client().data<StreamAnswer>(STREAM, { id: 'sales' })).stream).toBeNull();
    const left = () =>
      pool().query<{ n: number }>(`SELECT count(*)::int AS n FROM stream_windows WHERE stream = 'sales'`);
    await until(left, ({ rows: [{ n }] }) => n === 0);
  });

  it('report faults in their definition', async () => {
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

  it('that take too long for an event fail with a reason, and delay no event', async () => {
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
      ({ state, reason }) =>
        state === 'FAILED' && reason === 'its expressions are too expensive to evaluate for one event',
    );
    expect((await streamOf('visits')).state).toBe('LIVE');
  });

  it('are folded in even if another one can not be', async () => {
    const more = { filter: "event.customerId == 'carol'", backfill: false };
    await create({ ...SALES, ...more, id: 'sound' });
    await create({ ...SALES, ...more, id: 'broken' });
    await Promise.all([isLive('sound'), isLive('broken')]);
    await pool().query(
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
    await pool().query(`DELETE FROM stream_parts WHERE stream = 'broken' AND bytes = 'nonsense'`);
    await hasOne('broken');
    expect(await replayStreams(pool())).toEqual([]);
  });

  it('count the events of orders once, for any number of repeats', async () => {
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
      return (await client().data<{ recordOrders: object }>(query, { orders: [order] })).recordOrders;
    };
    expect(await create({ ...SALES, id: 'desks' })).toMatchObject({ errors: [] });
    await isLive('desks');
    expect(await recorded()).toEqual({ accepted: 1, errors: [] });
    expect(brief(await windows('desks', day))).toEqual([[hour, 'desk', '300']]);
    expect(await recorded()).toEqual({ accepted: 1, errors: [] });
    expect(brief(await windows('desks', day))).toEqual([[hour, 'desk', '300']]);
  });

  it('put together, start with the same first windows, for any number that is read', async () => {
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
    // Some batches are folded in by then and some are not: workers fold as they can.
    for (const more of [0, 60, 120]) await record(Array.from({ length: 60 }, (_, n) => view(more + n)));
    const service = new WindowsService(pool());
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

  it('refuse windows that slide so often that combining them would block other requests', async () => {
    const ask = (size: string, slide: string) =>
      client().code(WINDOWS, { input: { stream: 'desks', from: at(0), to: at(1440), size, slide }, first: 1 });
    expect(await ask('P60D', 'PT1H')).toBe('BAD_USER_INPUT');
  });
});
