import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { BackfillService } from '../../../src/events/backfill.service';
import type { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { seededRandom } from '../../../src/learn/seeded-random';
import { orderStreams } from '../../../src/orders/order-streams';
import { connectPostgres } from '../../../src/platform/postgres';
import { WindowMerger } from '../../../src/streams/window-merger.service';
import { MAX_EVENTS_PER_BUCKET } from '../../../src/streams/join/symmetric-hash-join';
import { replayStreams } from '../../../src/streams/replay-streams';
import { caughtUp } from '../../setup/caught-up';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import {
  CREATE_STREAM,
  DELETE_STREAM,
  figuresOf,
  storedWindows,
  WINDOWS,
  type StreamWritten,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

/** The streams of docs/streams.md, so that the documented streams are tested. */
const EXAMPLES = readFileSync(path.resolve(__dirname, '../../../docs/streams.md'), 'utf8')
  .split('```graphql\n')
  .slice(1)
  .map((block) => block.split('```')[0]);
const example = (id: string) => EXAMPLES.find((block) => block.includes(`id: "${id}"`))!;
const CLICKS = 'clicks-of-impressions';
const HOURS = 'hours-to-shipment';
const CLICK_THROUGH = 'click-through-by-hour';

const random = seededRandom(7);
const below = (n: number) => Math.floor(random() * n);
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
const NOW = Date.now();
const ago = (seconds: number) => new Date(NOW - seconds * 1_000);

type Sent = ReturnType<typeof makeEvents>[number];

/**
 * Events in time, late within the grace of ten minutes, or beyond it. One list has so many clicks that no single batch
 * holds them all.
 */
function makeEvents() {
  return [...Array(700).keys()].map((n) => {
    const kind = below(100);
    const isHot = n < 200;
    return {
      source: 'STOREFRONT',
      id: `e${n}`,
      occurredAt: ago(kind < 90 ? below(300) : kind < 95 ? 300 + below(120) : 700 + below(600)),
      type: n % 2 === 0 ? 'IMPRESSION' : 'CLICK',
      sessionId: `visit-${below(20)}`,
      productId: isHot ? 'hot' : `p${below(3)}`,
      requestId: isHot ? 'hot' : `r${below(40)}`,
      position: 1 + below(20),
    };
  });
}
/** The same events of another placement. */
const at = (placement: string, { id, requestId, ...event }: Sent) => ({
  ...event,
  id: `${placement}-${id}`,
  requestId: `${placement}-${requestId}`,
  placement,
});

/** Computes each pair by SQL over the log alone. */
const PAIRS = `
  SELECT e.placement AS key, greatest(e.occurred_at, o.occurred_at) AS at, e.request_id, e.product_id, e.list_position
  FROM events e JOIN events o ON o.request_id = e.request_id AND o.product_id = e.product_id AND o.backfill = e.backfill
  WHERE e.type = 'IMPRESSION' AND o.type = 'CLICK'
    AND o.occurred_at >= e.occurred_at AND o.occurred_at <= e.occurred_at + interval '1 hour'
    AND (e.backfill OR e.received_at - e.occurred_at <= interval '10 minutes')
    AND (o.backfill OR o.received_at - o.occurred_at <= interval '10 minutes')`;
const RECOUNT = `
  SELECT key, date_bin('5 minutes', at, '1970-01-01') AS start, count(*)::int AS events,
    count(DISTINCT product_id)::text AS products, trim_scale(round(avg(list_position), 12))::text AS "meanPosition"
  FROM (${PAIRS}) pairs WHERE key IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1`;

interface Recounted {
  readonly key: string;
  readonly start: Date;
  readonly events: number;
  readonly products: string;
  readonly meanPosition: string;
}

describe('streams of pairs', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;

  const record = async (events: readonly object[], most = 40) => {
    for (let from = 0; from < events.length; from += most) {
      const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events: events.slice(from, from + most) });
      expect(recordEvents.errors).toEqual([]);
    }
    await caughtUp(pool, ['inbox']);
  };
  const streamOf = async (id: string) => {
    const query =
      'query($id: ID!) { stream(id: $id) { state reason progress lateCount rememberedCount crowdedCount } }';
    return (await api.client.data<{ stream: Record<string, unknown> }>(query, { id })).stream;
  };
  const isLive = (id: string) =>
    until(
      () => streamOf(id),
      ({ state, progress }) => state === 'LIVE' && progress === 1,
    );
  const isFolded = () =>
    until(
      () => pool.query<{ n: number }>('SELECT count(*)::int AS n FROM stream_parts'),
      ({ rows: [{ n }] }) => n === 0,
    );
  const create = async (text: string) => {
    const { createStream } = await api.client.data<{ createStream: { errors: object[] } }>(text);
    expect(createStream.errors).toEqual([]);
  };
  const windows = async (stream: string, from = ago(86_400)) => {
    const input = { stream, from, to: new Date(NOW + 60_000) };
    return (await api.client.data<WindowsAnswer>(WINDOWS, { input, first: 50 })).windows;
  };
  const clicks = async (stream: string) =>
    (await windows(stream)).map((window) => {
      const { products, meanPosition, clicks: n } = figuresOf(window);
      expect(n).toBe(String(window.events));
      return { key: window.key, start: window.start, events: window.events, products, meanPosition };
    });
  const recount = async () =>
    (await pool.query<Recounted>(RECOUNT)).rows.map((row) => ({ ...row, start: row.start.toISOString() }));
  /** The bytes of one placement's windows. */
  const bytesOf = async (stream: string, placement: string) =>
    (await storedWindows(pool, stream))
      .filter((row) => row.startsWith(`${placement} `))
      .map((row) => row.slice(placement.length));

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    api = await startApi(shop);
    worker = startWorker(shop);
    await create(example(CLICKS));
    await create(example(HOURS));
    const stream = orderStreams('UTC', ['a', 'c']).find(({ id }) => id === CLICK_THROUGH);
    expect((await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
  });

  afterAll(async () => {
    await api.client.close();
    await api.stop();
    await worker.stop();
    await pool.end();
    await shop.drop();
  });

  it('are the same bytes in any order, grouping and repetition of events, and equal a recount by SQL', async () => {
    const events = makeEvents();
    await record(events.map((event) => at('a', event)));
    const again = shuffled(events).slice(0, 70);
    await record(
      shuffled([...events, ...again]).map((event) => at('b', event)),
      97,
    );
    await isLive(CLICKS);
    // Compared immediately, with batches folded in or not, and again later.
    const expected = await recount();
    expect(expected.length).toBeGreaterThanOrEqual(4);
    expect(expected.reduce((sum, { events: n }) => sum + n, 0)).toBeGreaterThan(5_000);
    expect(await clicks(CLICKS)).toEqual(expected);
    await isFolded();
    expect(await clicks(CLICKS)).toEqual(expected);
    expect(await bytesOf(CLICKS, 'b')).toEqual(await bytesOf(CLICKS, 'a'));
    const { rows } = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE received_at - occurred_at > interval '10 minutes'`,
    );
    expect((await streamOf(CLICKS)).lateCount).toBe(rows[0].n);
    expect(rows[0].n).toBeGreaterThan(20);
  });

  it('report impressions and clicks by placement', async () => {
    await isLive(CLICK_THROUGH);
    // The shop has declared only one of the two placements.
    const { rows } = await pool.query<{ key: string; start: Date; clicks: string; clicked: string }>(
      `SELECT CASE key WHEN 'a' THEN 'a' ELSE '-' END AS key, date_trunc('hour', at) AS start, count(*)::text AS clicks,
         count(DISTINCT (request_id, product_id))::text AS clicked FROM (${PAIRS}) pairs GROUP BY 1, 2 ORDER BY 2, 1`,
    );
    const found = (await windows(CLICK_THROUGH)).map((window) => {
      const { clicks, clicked } = figuresOf(window);
      return { key: window.key, start: new Date(window.start), clicks, clicked };
    });
    expect(found).toEqual(rows);
    expect(found.length).toBeGreaterThanOrEqual(2);
  });

  it('pair imported events with imported events, and are filled from the log with the same bytes', async () => {
    const past = makeEvents().map((event) => at('imported', event));
    const imported = past.map(({ occurredAt, position, ...event }) => ({
      ...event,
      // Some of the lists are those of the live events.
      requestId: event.requestId.replace(/^imported-r1/, 'a-r1'),
      occurredAt: occurredAt.getTime(),
      listPosition: position,
      quantity: 1,
    }));
    const outbox = { pool, publish: () => undefined } as unknown as Outbox;
    await new BackfillService(eventLogOf(pool, outbox)).append(imported as unknown as StoredEvent[]);
    await isFolded();
    const expected = await recount();
    expect(await clicks(CLICKS)).toEqual(expected);
    await create(example(CLICKS).replace(CLICKS, 'filled'));
    await isLive('filled');
    expect(await clicks('filled')).toEqual(expected);
    expect(await storedWindows(pool, 'filled')).toEqual(await storedWindows(pool, CLICKS));
    const above = {
      id: 'above',
      over: CLICKS,
      window: { kind: 'TUMBLING', size: 'P1D' },
      aggregates: [{ name: 'clicks', kind: 'SUM', expression: 'event.properties.values.clicks' }],
    };
    const faultsOf = async (stream: object) =>
      (await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors.map(({ path }) => path);
    expect(await faultsOf(above)).toEqual([]);
    expect(await faultsOf({ ...above, id: 'wrong', over: null, join: { on: [], after: 'PT1H' } })).toEqual(['join.on']);
    const on = [{ event: 'event.requestId', other: 'other.requestId' }];
    expect(await faultsOf({ ...above, id: 'wrong', join: { on, after: 'PT1H' } })).toEqual(['join']);
    const clicksAbove = (await windows('above', ago(3 * 86_400))).reduce(
      (sum, window) => sum + Number(figuresOf(window).clicks),
      0,
    );
    expect(clicksAbove).toBe(expected.reduce((sum, { events: n }) => sum + n, 0));
    expect(await replayStreams(pool)).toEqual([]);
  });

  it('report how long orders take to be shipped', async () => {
    await isLive(HOURS);
    const order = (n: number) => ({
      id: `o${n}`,
      customerId: `customer-${n}`,
      placedAt: ago(86_400 * 3 + n * 60),
      lines: [{ id: '1', productId: 'mug', quantity: 1, unitPrice: { amount: '5.00', currency: 'EUR' } }],
    });
    const orders = [...Array(20).keys()].map(order);
    const place = `mutation($orders: [OrderInput!]!) { recordOrders(input: { orders: $orders }) { errors { message } } }`;
    const move = `mutation($input: UpdateOrderStatusInput!) { updateOrderStatus(input: $input) { errors { message } } }`;
    expect(await api.client.data(place, { orders })).toEqual({ recordOrders: { errors: [] } });
    // One order has not been shipped yet.
    for (const { id, placedAt } of orders.slice(1)) {
      const occurredAt = new Date(placedAt.getTime() + (1 + below(60)) * 3_600_000);
      const input = { orderId: id, status: 'SHIPPED', occurredAt };
      expect(await api.client.data(move, { input })).toEqual({ updateOrderStatus: { errors: [] } });
    }
    const { rows } = await pool.query<{ start: Date; orders: string; meanHours: number; median: number }>(
      `SELECT date_trunc('day', s.occurred_at, 'Europe/Berlin') AS start, count(*)::text AS orders,
         avg(extract(epoch FROM s.occurred_at - p.occurred_at) / 3600)::float8 AS "meanHours",
         percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.occurred_at - p.occurred_at) / 3600)::float8 AS median
       FROM events p JOIN events s ON s.properties->>'orderId' = p.properties->>'orderId'
       WHERE p.name = 'order_placed' AND s.name = 'order_shipped' GROUP BY 1 ORDER BY 1`,
    );
    const found = await windows(HOURS, ago(5 * 86_400));
    expect(found.map((window) => [window.start, figuresOf(window).orders])).toEqual(
      rows.map((row) => [row.start.toISOString(), row.orders]),
    );
    found.forEach((window, n) => {
      const { meanHours, hours } = figuresOf(window) as { meanHours: string; hours: { value: number }[] };
      expect(Number(meanHours)).toBeCloseTo(rows[n].meanHours, 9);
      if (window.events % 2 === 1) expect(Math.abs(hours[0].value / rows[n].median - 1)).toBeLessThanOrEqual(0.01);
    });
    expect(rows.reduce((sum, row) => sum + Number(row.orders), 0)).toBe(19);
  });

  it('forget an erased person, and are filled again without them', async () => {
    const theirs = (id: string, type: string, age: number) => ({
      source: 'SUPPORT',
      id,
      type,
      occurredAt: ago(age),
      customerId: 'gone',
      productId: 'mug',
      requestId: 'of-gone',
      position: 3,
      placement: 'gone',
    });
    await record([theirs('g1', 'IMPRESSION', 60), theirs('g2', 'CLICK', 30)]);
    await isFolded();
    expect((await recount()).filter(({ key }) => key === 'gone')).toHaveLength(1);
    expect(await clicks(CLICKS)).toEqual(await recount());
    const remembered = async () =>
      (
        await pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM stream_join_events j WHERE NOT EXISTS (
             SELECT FROM log_batches b JOIN events e USING (batch) WHERE b.position = j.position AND e.sequence = j.sequence)`,
        )
      ).rows[0].n;
    await api.client.data('mutation { eraseCustomer(input: { customerId: "gone" }) { errors { code } } }');
    expect(await remembered()).toBe(0);
    const expected = await recount();
    expect(expected.filter(({ key }) => key === 'gone')).toEqual([]);
    await until(
      () => clicks(CLICKS),
      (found) => found.every(({ key }) => key !== 'gone'),
    );
    expect(await clicks(CLICKS)).toEqual(expected);
    await until(
      () => replayStreams(pool),
      (differences) => differences.length === 0,
    );
  });

  it('delete live events that can find no partner any more, but no imported ones', async () => {
    await isLive(CLICKS);
    await isFolded();
    const counts = async () => {
      const { rows } = await pool.query<{ version: number; lived: number; imported: number }>(
        `SELECT version, count(*) FILTER (WHERE NOT imported)::int AS lived, count(*) FILTER (WHERE imported)::int AS imported
         FROM stream_join_events WHERE stream = $1 AND version = (SELECT shown FROM streams WHERE id = $1) GROUP BY 1`,
        [CLICKS],
      );
      return rows[0];
    };
    const before = await counts();
    expect(before.lived).toBeGreaterThan(1_000);
    expect((await streamOf(CLICKS)).rememberedCount).toBe(before.lived + before.imported);
    // Deletes events as at a later time.
    const forgetAt = async (watermark: number, lived: number) => {
      await pool.query(`UPDATE stream_versions SET watermark = $3 WHERE stream = $1 AND version = $2`, [
        CLICKS,
        before.version,
        new Date(watermark),
      ]);
      expect(await until(counts, (now) => now.lived <= lived)).toMatchObject({ lived, imported: before.imported });
      expect((await streamOf(CLICKS)).rememberedCount).toBe(lived + before.imported);
    };
    const [minute, hour] = [60_000, 3_600_000];
    const stretch = hour * Math.floor(NOW / hour);
    const { rows } = await pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE type = 'IMPRESSION' AND NOT backfill
         AND received_at - occurred_at <= interval '10 minutes' AND occurred_at > $1`,
      [new Date(stretch)],
    );
    // Ten minutes of grace and ten for pending events: clicks wait for the others of their hour, impressions for an
    // hour.
    await forgetAt(stretch + hour + 20 * minute + 1, rows[0].n);
    await forgetAt(stretch + 3 * hour, 0);
    // Resets the watermark to the present, or later events would be deleted immediately.
    await pool.query('UPDATE stream_versions SET watermark = NULL WHERE stream = $1', [CLICKS]);
  });

  it('are limited to as many events as a key may have, also under a flood; the log names the key', async () => {
    await isLive('filled');
    // All events are in one bucket of time, for any current time.
    const second = 1_000 * Math.floor(NOW / 1_000) - 60_000;
    const flood = (requestId: string, type: string, n: number) => ({
      source: 'STOREFRONT',
      id: `${requestId}-${type}-${n}`,
      type,
      sessionId: 'visit-0',
      occurredAt: new Date(second + (type === 'CLICK' ? 1 + n : 0)),
      productId: 'mug',
      requestId,
      position: 1,
      placement: 'flood',
    });
    const clicksOf = (requestId: string) => shuffled([...Array(300).keys()].map((n) => flood(requestId, 'CLICK', n)));
    // An impression that comes after its clicks, and one that comes before them.
    await record(clicksOf('late'), 70);
    await record([flood('late', 'IMPRESSION', 0), flood('early', 'IMPRESSION', 0)]);
    await record(clicksOf('early'), 70);
    await isFolded();
    const pairs = (await windows('filled')).filter(({ key }) => key === 'flood');
    expect(pairs.reduce((sum, { events }) => sum + events, 0)).toBe(2 * MAX_EVENTS_PER_BUCKET);
    expect((await streamOf('filled')).crowdedCount).toBe(2 * (300 - MAX_EVENTS_PER_BUCKET));
    // One hour had too many clicks: each window of that hour, and no other, reports it. So do windows over them.
    const hour = 3_600_000;
    const crowdedFrom = Math.floor(second / hour) * hour;
    const isCrowded = ({ start, end }: { start: string; end: string }) =>
      new Date(start).getTime() < crowdedFrom + hour && new Date(end).getTime() > crowdedFrom;
    const [all, days] = [await windows('filled'), await windows('above', ago(3 * 86_400))];
    expect(all.map(({ isIncomplete }) => isIncomplete)).toEqual(all.map(isCrowded));
    expect(all.some(isCrowded)).toBe(true);
    expect(days.map(({ isIncomplete }) => isIncomplete)).toEqual(days.map(isCrowded));
    await create(example(CLICKS).replace(CLICKS, 'flooded'));
    await isLive('flooded');
    expect(await storedWindows(pool, 'flooded')).toEqual(await storedWindows(pool, 'filled'));
    expect(await replayStreams(pool)).toEqual([]);
    await api.client.data(DELETE_STREAM, { id: 'flooded' });
    await until(
      () => pool.query(`SELECT FROM stream_join_events WHERE stream = 'flooded'`),
      ({ rowCount }) => rowCount === 0,
    );
  });

  it('count all pairs that a filter leaves of many events, for conjuncts over either event', async () => {
    const minute = 60_000 * Math.floor(NOW / 60_000) - 120_000;
    const of = (type: string, name: string, n: number) => ({
      ...{
        source: 'SUPPORT',
        id: `split-${name}-${type}-${n}`,
        type,
        sessionId: 'visit-0',
        productId: 'mug',
        placement: name,
      },
      occurredAt: new Date(minute + n * 10),
      requestId: 'split',
    });
    const crowd = [...Array(2 * MAX_EVENTS_PER_BUCKET).keys()].flatMap((n) => [
      of('VIEW', 'noise', n),
      of('LIKE', 'noise', n),
    ]);
    await record(crowd, 200);
    const filter =
      "event.placement == 'asked' && other.placement == 'asked' && other.productId == event.productId && other.requestId == 'split'";
    const stream = {
      ...{ id: 'split', from: ['VIEW'], filter },
      join: { from: ['LIKE'], on: [{ event: 'event.requestId', other: 'other.requestId' }], after: 'PT1H' },
      window: { kind: 'TUMBLING', size: 'PT5M' },
      aggregates: [{ name: 'clicks', kind: 'COUNT' }],
    };
    expect((await api.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
    await isLive('split');
    await record([of('VIEW', 'asked', 0), ...[1, 2, 3, 4, 5].map((n) => of('LIKE', 'asked', n))]);
    await isFolded();
    const found = await windows('split');
    expect(found.reduce((sum, { events }) => sum + events, 0)).toBe(5);
    expect(found.map(({ isIncomplete }) => isIncomplete)).toEqual(found.map(() => false));
    expect((await streamOf('split')).crowdedCount).toBe(0);
    // A stream compiled by an older release is filled again. Its windows are shown until then.
    const versionOf = async () =>
      (
        await pool.query<{ shown: number; state: string }>(
          `SELECT shown, state FROM streams JOIN stream_versions ON stream = id AND version = shown WHERE id = 'split'`,
        )
      ).rows[0];
    const { shown } = await versionOf();
    await pool.query(`UPDATE stream_versions SET compile_version = 1 WHERE stream = 'split'`);
    await until(versionOf, (now) => now.shown > shown && now.state === 'LIVE');
    expect(await windows('split')).toEqual(found);
    expect(await replayStreams(pool)).toEqual([]);
  });

  it('are filled from a long past without storing all of it', async () => {
    await worker.stop();
    // As if every batch had arrived a minute after the previous one.
    await pool.query(
      `UPDATE events SET occurred_at = occurred_at + late, received_at = received_at + late
       FROM (SELECT batch AS of, (batch - max(batch) OVER ()) * interval '1 minute' AS late FROM log_batches) b WHERE batch = of`,
    );
    const stream = {
      id: 'long-past',
      from: ['IMPRESSION'],
      filter: "event.placement != 'flood'",
      join: {
        from: ['CLICK'],
        filter: "other.placement != 'flood'",
        on: [{ event: 'event.requestId', other: 'other.requestId' }],
        before: 'PT1M',
        after: 'PT5M',
      },
      keys: [{ name: 'placement', expression: 'event.placement' }],
      window: { kind: 'TUMBLING', size: 'P1D' },
      aggregates: [{ name: 'clicks', kind: 'COUNT' }],
    };
    const { written } = await api.client.data<StreamWritten>(CREATE_STREAM, { stream });
    expect(written.errors).toEqual([]);
    const { rows: versions } = await pool.query<{ version: number }>(
      `SELECT version FROM stream_versions WHERE stream = 'long-past'`,
    );
    const fold = new WindowMerger(pool, { events: 100, joinBufferSize: 0 });
    while ((await fold.backfill({ stream: 'long-past', version: versions[0].version }))?.hasMore) continue;
    const { rows } = await pool.query<{ key: string; events: number }>(
      `SELECT e.placement AS key, count(*)::int AS events
       FROM events e JOIN events o ON o.request_id = e.request_id AND o.backfill = e.backfill
       WHERE e.type = 'IMPRESSION' AND o.type = 'CLICK' AND e.placement <> 'flood' AND o.placement <> 'flood'
         AND o.occurred_at >= e.occurred_at - interval '1 minute' AND o.occurred_at <= e.occurred_at + interval '5 minutes'
         AND (e.backfill OR e.received_at - e.occurred_at <= interval '10 minutes')
         AND (o.backfill OR o.received_at - o.occurred_at <= interval '10 minutes') GROUP BY 1 ORDER BY 1`,
    );
    const found = await windows('long-past', ago(5 * 86_400));
    const sums = rows.map(({ key }) => ({
      key,
      events: found.filter((window) => window.key === key).reduce((sum, { events }) => sum + events, 0),
    }));
    expect(sums).toEqual(rows);
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b', 'imported']);
    const { rows: kept } = await pool.query<{ lived: number }>(
      `SELECT count(*)::int AS lived FROM stream_join_events WHERE stream = 'long-past' AND NOT imported`,
    );
    expect(kept[0].lived).toBeLessThan(700);
  });
});
