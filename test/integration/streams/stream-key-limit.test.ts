import { createHash } from 'node:crypto';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { appendTo } from '../../../src/learn/group-by';
import type { Logger } from '../../../src/platform/log';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { WindowMerger } from '../../../src/streams/window-merger.service';
import { replayStreams } from '../../../src/streams/replay-streams';
import { RECORD } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import {
  CREATE_STREAM,
  figuresOf,
  storedWindows,
  STREAM,
  WINDOW_UPDATED,
  WINDOWS,
  type StreamAnswer,
  type StreamWritten,
  type WindowAnswer,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MIDNIGHT = Math.floor(Date.now() / DAY_MS - 20) * DAY_MS;
const OTHER = '{"other":true}';
const MAX_KEYS = 6;
const KEYS = 40;
const HOURS = 4;

/** The same numbers in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}
const random = randomOf(7);
const shuffled = <T>(items: readonly T[]) =>
  items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

interface Purchase {
  readonly at: number;
  readonly product: string;
  readonly customer: string;
  readonly amount: number;
}
/** The last hour has few keys. */
const PURCHASES = shuffled(
  Array.from({ length: 260 }, (_, n): Purchase => {
    const hour = n % HOURS;
    return {
      at: MIDNIGHT + hour * HOUR_MS + Math.floor(random() * HOUR_MS),
      product: `p${Math.floor(random() * (hour === HOURS - 1 ? 4 : KEYS))}`,
      customer: `c${Math.floor(random() * 9)}`,
      amount: 1 + Math.floor(random() * 50),
    };
  }),
);
const eventOf = ({ at, product, customer, amount }: Purchase, n: number) => ({
  ...{ source: 'ORDERS', id: `limit-${n}:1`, type: 'PURCHASE', occurredAt: new Date(at).toISOString() },
  ...{ customerId: customer, productId: product, unitPrice: { amount: String(amount), currency: 'EUR' } },
});
const rankOf = (key: string) => parseInt(createHash('sha256').update(key).digest('hex').slice(0, 13), 16);

type Row = readonly [start: number, key: string, events: number, revenue: string, customers: number];

/** The contents of windows of a length, one for each slide, counted by hours, each with its own limit. */
function expected(purchases: readonly Purchase[], hours = 1, slide = hours): Row[] {
  const limitOf = (hour: number) => {
    const keys = new Set(purchases.flatMap(({ at, product }) => (Math.floor(at / HOUR_MS) === hour ? product : [])));
    return [...keys].map(rankOf).sort((a, b) => a - b)[MAX_KEYS] ?? Infinity;
  };
  const rows: Row[] = [];
  const first = MIDNIGHT / HOUR_MS - 24;
  for (let start = first; start < first + 48; start += slide) {
    const limit = Math.min(...Array.from({ length: hours }, (_, n) => limitOf(start + n)));
    const byKey = new Map<string, Purchase[]>();
    for (const purchase of purchases) {
      const hour = Math.floor(purchase.at / HOUR_MS);
      if (hour < start || hour >= start + hours) continue;
      const key = rankOf(purchase.product) < limit ? purchase.product : OTHER;
      appendTo(byKey, key, purchase);
    }
    for (const [key, own] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const revenue = own.reduce((sum, { amount }) => sum + amount, 0);
      const customers = new Set(own.map(({ customer }) => customer)).size;
      rows.push([start * HOUR_MS, key, own.length, String(revenue), customers]);
    }
  }
  return rows;
}
const rowOf = (window: WindowAnswer): Row => {
  const { revenue, customers } = figuresOf(window);
  return [Date.parse(window.start), window.key, window.events, String(revenue), Number(customers)];
};
const SALES = {
  from: ['PURCHASE'],
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: { kind: 'TUMBLING', size: 'PT1H' },
  lateness: 'P31D',
  maxKeys: MAX_KEYS,
  aggregates: [
    { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
    { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
    { name: 'who', kind: 'TOP', expression: 'event.customerId', most: 3 },
  ],
};

describe('streams with more keys, windows or sessions than they store', () => {
  const shop = runningShop();
  let backfill: BackfillService;

  const create = async (stream: object) => {
    const { written } = await shop.client.data<StreamWritten>(CREATE_STREAM, { stream });
    return written.errors;
  };
  const streamOf = async (id: string) => (await shop.client.data<StreamAnswer>(STREAM, { id })).stream!;
  const isLive = (id: string) =>
    until(
      () => streamOf(id),
      ({ state, progress }) => state === 'LIVE' && progress === 1,
    );
  const windows = async (stream: string, more: object = {}, first = 1_000) => {
    const range = { from: new Date(MIDNIGHT - DAY_MS).toISOString(), to: new Date(MIDNIGHT + DAY_MS).toISOString() };
    return (await shop.client.data<WindowsAnswer>(WINDOWS, { input: { stream, ...range, ...more }, first })).windows;
  };
  const isFolded = (id: string) =>
    until(
      () => shop.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM stream_parts WHERE stream = $1', [id]),
      ({ rows: [{ n }] }) => n === 0,
    );
  const versionOf = async (stream: string) => {
    const { rows } = await shop.pool.query<{ shown: string }>('SELECT shown::text FROM streams WHERE id = $1', [
      stream,
    ]);
    return { stream, version: Number(rows[0].shown) };
  };

  beforeAll(async () => {
    const outbox = new Outbox(
      shop.pool,
      { send: () => undefined } as unknown as RedisPubSub,
      console as unknown as Logger,
    );
    backfill = new BackfillService(eventLogOf(shop.pool, outbox));
  });

  it('count the same keys separately in any order of events, and all others together', async () => {
    expect(await create({ ...SALES, id: 'wrong', maxKeys: 0 })).toMatchObject([{ path: 'maxKeys' }]);
    expect(await create({ ...SALES, id: 'limited' })).toEqual([]);
    await isLive('limited');
    const updates = shop.client.subscribe<{ windowUpdated: WindowAnswer & { isRemoved: boolean } }>(WINDOW_UPDATED, {
      stream: 'limited',
    });
    const seen = new Map<string, WindowAnswer>();
    const reading = (async () => {
      for await (const { data } of updates) {
        const { isRemoved, ...window } = data!.windowUpdated;
        if (isRemoved) seen.delete(`${window.start} ${window.key}`);
        else seen.set(`${window.start} ${window.key}`, window);
      }
    })();
    for (let at = 0; at < PURCHASES.length;) {
      const batch = PURCHASES.slice(at, at + 1 + Math.floor(random() * 50));
      const events = batch.map((purchase, n) => eventOf(purchase, at + n));
      at += batch.length;
      const { recordEvents } = await shop.client.data<{ recordEvents: { receipt: string } }>(RECORD, { events });
      await until(
        () =>
          shop.pool.query<{ done: boolean }>('SELECT done_at IS NOT NULL AS done FROM inbox WHERE id = $1', [
            recordEvents.receipt,
          ]),
        ({ rows: [{ done }] }) => done,
      );
      // A query reads the same with batches folded in or not.
      const known = PURCHASES.slice(0, at);
      expect((await windows('limited')).map(rowOf)).toEqual(expected(known));
      expect((await windows('limited', { size: 'P1D' })).map(rowOf)).toEqual(expected(known, 24));
    }
    const apart = expected(PURCHASES);
    expect(apart.filter(([start]) => start === MIDNIGHT)).toHaveLength(MAX_KEYS + 1);
    expect(apart.filter(([start, key]) => start === MIDNIGHT + 3 * HOUR_MS && key === OTHER)).toEqual([]);
    const [other] = await windows('limited', { keys: [OTHER] });
    expect(other).toMatchObject({ key: OTHER, keys: [], isOther: true });
    // Sliding windows, pages, and windows of some keys.
    const sliding = expected(PURCHASES, 2, 1);
    expect((await windows('limited', { size: 'PT2H', slide: 'PT1H' })).map(rowOf)).toEqual(sliding);
    for (const size of [undefined, 'PT2H']) {
      const all = expected(PURCHASES, size === undefined ? 1 : 2);
      for (const first of [1, 5, 9])
        expect((await windows('limited', { size }, first)).map(rowOf)).toEqual(all.slice(0, first));
      for (const keys of [['p1', 'p2', 'p3', 'p4'], [OTHER], [OTHER, 'p5', 'p6', 'p7']])
        expect((await windows('limited', { size, keys })).map(rowOf)).toEqual(
          all.filter(([, key]) => keys.includes(key)),
        );
    }
    await isFolded('limited');
    expect((await windows('limited')).map(rowOf)).toEqual(apart);
    // A subscriber has the same windows: a key that lost its place was removed.
    await until(
      () => [...seen.values()].map(rowOf).sort(([a, b], [c, d]) => a - c || (b < d ? -1 : 1)),
      (rows) => JSON.stringify(rows) === JSON.stringify(apart),
    );
    await updates.return!();
    await reading;
    // The past, counted again, is the same bytes.
    await create({ ...SALES, id: 'refilled' });
    await isLive('refilled');
    expect(await storedWindows(shop.pool, 'refilled')).toEqual(await storedWindows(shop.pool, 'limited'));
    expect(await replayStreams(shop.pool)).toEqual([]);
    const counts = await streamOf('limited');
    expect([counts.state, counts.windowCount]).toEqual(['LIVE', apart.length]);
    expect(counts.keyCount).toBe(new Set(apart.map(([, key]) => key)).size);
    // A stream over it counts the other key, unless it reads the key.
    const above = (id: string, expression: string) => ({
      ...{ id, over: 'limited', window: { kind: 'TUMBLING', size: 'P1D' } },
      keys: [{ name: 'what', expression }],
      aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.properties.values.revenue' }],
    });
    expect(await create(above('all', "'all'"))).toEqual([]);
    expect(await create(above('products', 'event.properties.keys.product'))).toEqual([]);
    const total = PURCHASES.reduce((sum, { amount }) => sum + amount, 0);
    const revenueOf = async (id: string) =>
      (await windows(id)).reduce((sum, window) => sum + Number(figuresOf(window).revenue), 0);
    expect(await revenueOf('all')).toBe(total);
    const ofOther = apart.reduce((sum, [, key, , revenue]) => sum + (key === OTHER ? Number(revenue) : 0), 0);
    expect(await revenueOf('products')).toBe(total - ofOther);
  });

  it('remove the oldest windows when there are too many, and continue to count', async () => {
    const stream = { ...SALES, id: 'short', maxKeys: undefined };
    expect(await create(stream)).toEqual([]);
    await isLive('short');
    const all = (await windows('short')).map(rowOf);
    await isFolded('short');
    const version = await versionOf('short');
    const fold = new WindowMerger(shop.pool, undefined, 50);
    await until(
      () => fold.removeExpired(version, Date.now()),
      (turn) => turn !== null,
    );
    const left = (await windows('short')).map(rowOf);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThanOrEqual(50);
    expect(left).toEqual(all.slice(-left.length));
    expect(left[0][0]).toBeGreaterThan(MIDNIGHT);
    expect(await streamOf('short')).toMatchObject({ state: 'LIVE', windowCount: left.length });
    expect(await replayStreams(shop.pool)).toEqual([]);
  });

  it('remove old sessions, also when events around the retention limit are imported', async () => {
    const sessions = {
      ...{ id: 'visits', from: ['VIEW'], keys: [{ name: 'customer', expression: 'event.customerId' }] },
      ...{ window: { kind: 'SESSION', gap: 'PT30M' }, lateness: 'PT1H', aggregates: [{ name: 'n', kind: 'COUNT' }] },
    };
    expect(await create({ ...sessions, retention: 'PT89M' })).toMatchObject([{ path: 'retention' }]);
    expect(await create({ ...sessions, maxKeys: 5 })).toMatchObject([{ path: 'maxKeys' }]);
    expect(await create({ ...sessions, retention: 'P25D' })).toEqual([]);
    await isLive('visits');
    let made = 0;
    const kept = MIDNIGHT + 5 * HOUR_MS;
    const view = (customer: number, minutes: number) =>
      ({
        ...{ source: 'SUPPORT', id: `visit-${++made}`, type: 'VIEW', occurredAt: kept + minutes * 60_000 },
        ...{ customerId: `v${customer}`, productId: 'p1', quantity: 1 },
      }) as StoredEvent;
    // Around the limit, in gaps of all lengths, half of them after older sessions are removed.
    const views = shuffled(Array.from({ length: 300 }, (_, n) => view(n % 20, Math.floor((random() - 0.5) * 240))));
    const range = { from: new Date(kept - DAY_MS).toISOString(), to: new Date(kept + DAY_MS).toISOString() };
    const shown = async (stream: string) =>
      (await windows(stream, range)).map(({ key, start, end, events }) => [key, start, end, events]);
    const append = async (some: readonly StoredEvent[]) => {
      for (let at = 0; at < some.length; at += 30) await backfill.append(some.slice(at, at + 30));
      await isFolded('visits');
    };
    await append(views.slice(0, 150));
    const version = await versionOf('visits');
    const before = await streamOf('visits');
    await until(
      () => new WindowMerger(shop.pool).removeExpired(version, kept + 25 * DAY_MS),
      (turn) => turn !== null,
    );
    expect((await streamOf('visits')).windowCount).toBeLessThan(before.windowCount);
    await append(views.slice(150));
    // By brute force: a visit ends after half an hour without events; one that began before the limit is not shown.
    const recount: unknown[] = [];
    for (let customer = 0; customer < 20; customer++) {
      const times = views.flatMap(({ customerId, occurredAt }) => (customerId === `v${customer}` ? occurredAt : []));
      times.sort((a, b) => a - b);
      let visit: number[] = [];
      const end = () => {
        const [start] = visit;
        if (start < kept) return;
        const ended = new Date(visit[visit.length - 1] + 30 * 60_000).toISOString();
        recount.push([`v${customer}`, new Date(start).toISOString(), ended, visit.length]);
      };
      for (const time of times) {
        if (visit.length > 0 && time - visit[visit.length - 1] >= 30 * 60_000) {
          end();
          visit = [];
        }
        visit.push(time);
      }
      if (visit.length > 0) end();
    }
    const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(recount.length).toBeGreaterThan(10);
    expect(sorted(await shown('visits'))).toEqual(sorted(recount));
    expect(await replayStreams(shop.pool)).toEqual([]);
  });
});
