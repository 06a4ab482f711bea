import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { OrderAnalytics } from '../../src/orders/order-analytics.service';
import { orderStreams } from '../../src/orders/order-streams';
import { OrderService } from '../../src/orders/order.service';
import { BackfillService } from '../../src/events/backfill.service';
import { Outbox } from '../../src/events/outbox';
import { importFile } from '../../src/imports/import-file.service';
import type { ImportTarget } from '../../src/imports/import-target';
import { lineReader } from '../../src/imports/formats';
import { readLines } from '../../src/imports/lines';
import type { RejectsFile } from '../../src/imports/rejects-file';
import type { Logger } from '../../src/platform/log';
import { connectPostgres } from '../../src/platform/postgres';
import type { RedisPubSub } from '../../src/platform/pubsub';
import { StreamKeeper } from '../../src/streams/stream-keeper.service';
import { StreamService } from '../../src/streams/stream.service';
import { WindowsService } from '../../src/streams/windows.service';
import { until } from '../setup/until';
import { testNamespace, type TestNamespace } from '../setup/shop';

const FILE = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');
const HERE = existsSync(FILE);
if (!HERE) console.error(`NOT RUN: the revenue of Online Retail is not recounted, because ${FILE} is not there`);

/** Of what comes again: lines. */
const AGAIN = 40_000;

/** Those of the ready-made streams that a recount stands for. */
const RECOUNTED = ['sales-by-day', 'orders-by-day', 'product-sales-by-day'];

/** By month, in units of 10⁻⁶. */
type Revenue = Record<string, bigint>;

function microsOf(amount: string): bigint {
  const [whole, fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

/** Read with nothing of the importer's: a field splitter of its own, and whole numbers. */
async function recount() {
  const revenue: Revenue = {};
  const invoices = new Set<string>();
  /** Of 2011-11. */
  const units = new Map<string, number>();
  let lines = 0;
  for await (const texts of readLines(FILE)) {
    for (const text of texts) {
      const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) => match[1] ?? match[2]);
      const [invoice, code, , quantity, time, price] = fields;
      if (fields.length < 8 || !/^C?\d/.test(invoice) || !/^\d{5}/.test(code)) continue;
      const count = BigInt(quantity);
      if (count < 0n && !invoice.startsWith('C')) continue;
      const micros = microsOf(price);
      const month = time.slice(0, 7);
      revenue[month] = (revenue[month] ?? 0n) + count * micros;
      const product = code.toUpperCase();
      if (month === '2011-11') units.set(product, (units.get(product) ?? 0) + Number(quantity));
      invoices.add(invoice);
      lines++;
    }
  }
  return {
    revenue,
    lines,
    orders: invoices.size,
    sales: [...invoices].filter((id) => !id.startsWith('C')).length,
    units,
  };
}

/** The first lines, so many or a few more: to the end of an invoice. */
async function* invoicesOf(most: number): AsyncGenerator<string[]> {
  let told = 0;
  let last: string | undefined;
  for await (const texts of readLines(FILE)) {
    const end = texts.findIndex((text, at) => told + at >= most && last !== undefined && !text.startsWith(last));
    if (end >= 0) return yield texts.slice(0, end);
    yield texts;
    told += texts.length;
    if (told >= most) last ??= texts[texts.length - 1].split(',')[0] + ',';
  }
}

(HERE ? describe : describe.skip)('the orders of Online Retail', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let target: ImportTarget;
  let windows: WindowsService;
  let streams: StreamService;
  let keeper: StreamKeeper;
  let analytics: OrderAnalytics;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, console as unknown as Logger);
    const [orders, backfill] = [new OrderService(pool, outbox), new BackfillService(pool, outbox)];
    windows = new WindowsService(pool);
    streams = new StreamService(pool, outbox);
    keeper = new StreamKeeper(pool, { publish: () => undefined }, outbox, console as unknown as Logger);
    analytics = new OrderAnalytics(streams, windows);
    target = {
      orders: async (batch) => {
        const recorded = await orders.record(batch, { by: 'import', backfill: true });
        keeper.nudge(); // as a worker does
        return recorded;
      },
      events: async (batch) => {
        const { inserted, unchanged, conflicts } = await backfill.append(batch);
        expect(conflicts).toEqual([]);
        return { imported: inserted, unchanged, rejected: [] };
      },
      products: (batch) => Promise.resolve({ imported: batch.length, unchanged: 0, rejected: [] }),
      settled: () => Promise.resolve(),
    };
  });

  afterAll(async () => {
    await keeper.stop();
    await pool.end();
    await shop.drop();
  });

  const load = async (kind: 'orders' | 'events', lines: AsyncIterable<string[]> = readLines(FILE)) => {
    const rejects = { add: () => Promise.resolve(), close: () => Promise.resolve(null) } as unknown as RejectsFile;
    const reader = lineReader(kind, 'online-retail');
    const ended = await importFile({ lines, reader, target, rejects });
    return { lines: ended.lines, imported: ended.imported, rejected: ended.rejected, unchanged: ended.unchanged };
  };
  const counted = async (from: string, sign: string) => {
    const { rows } = await pool.query<{ month: string; micros: string }>(
      `SELECT to_char(at, 'YYYY-MM') AS month, (sum(quantity * unit_price * ${sign}) * 1000000)::numeric(40,0)::text AS micros
       FROM ${from} GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ month, micros }) => [month, BigInt(micros)]));
  };

  it("add up, month by month, to the file's revenue, in orders and in the log, however often they come", async () => {
    const { revenue, lines, orders, sales, units } = await recount();
    expect(Object.keys(revenue)).toHaveLength(13);
    for (const stream of orderStreams('UTC').filter(({ id }) => RECOUNTED.includes(id))) await streams.create(stream);
    await keeper.turn();
    await until(
      () => streams.streams(),
      (all) => all.every(({ state }) => state === 'LIVE'),
    );
    const first = await load('orders');
    expect(first).toEqual({ lines: 541_909, imported: lines, rejected: 541_909 - lines, unchanged: 0 });
    const inOrders = () =>
      counted(
        `(SELECT l.placed_at AS at, quantity, unit_price, kind FROM order_lines l JOIN orders o ON o.id = order_id) t`,
        `CASE kind WHEN 'SALE' THEN 1 ELSE -1 END`,
      );
    const inLog = () =>
      counted(
        `(SELECT occurred_at AS at, quantity, unit_price, type FROM events WHERE type <> 'CUSTOM') t`,
        `CASE type WHEN 'PURCHASE' THEN 1 ELSE -1 END`,
      );
    expect(await inOrders()).toEqual(revenue);
    expect(await inLog()).toEqual(revenue);
    const { rows } = await pool.query('SELECT count(*)::int AS orders, count(DISTINCT id)::int AS ids FROM orders');
    expect(rows).toEqual([{ orders, ids: orders }]);
    const months = async (stream: string, name: string) =>
      (await windows.windows({ stream, from: 0, to: Date.UTC(2012, 0), keys: null, size: 'P1M', slide: null })).map(
        ({ start, values }) => [start.toISOString().slice(0, 7), values.find((each) => each.name === name)?.decimal],
      );
    const inStream = async () =>
      Object.fromEntries((await months('sales-by-day', 'revenue')).map(([month, sum]) => [month, microsOf(sum!)]));
    await keeper.turn(); // what is left to fold
    expect(await inStream()).toEqual(revenue);
    const placed = await months('orders-by-day', 'orders');
    expect(placed.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(sales);
    const november = { from: new Date('2011-11-01'), to: new Date('2011-12-01') };
    const best = [...units].sort((a, b) => b[1] - a[1]).slice(0, 50);
    expect((await analytics.bestSellers(november, 50)).map((seller) => seller.units)).toEqual(best.map(([, n]) => n));
    for (const { productId, units: n } of await analytics.bestSellers(november, 50))
      expect(units.get(productId)).toBe(n);
    for (const kind of ['orders', 'events'] as const) {
      const again = await load(kind, invoicesOf(AGAIN));
      expect(again.unchanged).toBe(again.lines - again.rejected);
      expect(again.unchanged).toBeGreaterThan(0.9 * AGAIN);
    }
    expect(await inOrders()).toEqual(revenue);
    expect(await inLog()).toEqual(revenue);
    expect(await inStream()).toEqual(revenue);
  }, 600_000);
});
