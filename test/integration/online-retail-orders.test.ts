import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
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
import { testNamespace, type TestNamespace } from '../setup/shop';

const FILE = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');
const HERE = existsSync(FILE);
if (!HERE) console.error(`NOT RUN: the revenue of Online Retail is not recounted, because ${FILE} is not there`);

/** Of what comes again: lines. */
const AGAIN = 40_000;

/** By month, in units of 10⁻⁶. */
type Revenue = Record<string, bigint>;

/** Read with nothing of the importer's: a field splitter of its own, and whole numbers. */
async function recount(): Promise<{ revenue: Revenue; lines: number; orders: number }> {
  const revenue: Revenue = {};
  const invoices = new Set<string>();
  let lines = 0;
  for await (const texts of readLines(FILE)) {
    for (const text of texts) {
      const fields = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((match) => match[1] ?? match[2]);
      const [invoice, code, , quantity, time, price] = fields;
      if (fields.length < 8 || !/^C?\d/.test(invoice) || !/^\d{5}/.test(code)) continue;
      const units = BigInt(quantity);
      if (units < 0n && !invoice.startsWith('C')) continue;
      const [whole, fraction = ''] = price.split('.');
      const micros = BigInt(whole + fraction.padEnd(6, '0'));
      const month = time.slice(0, 7);
      revenue[month] = (revenue[month] ?? 0n) + units * micros;
      invoices.add(invoice);
      lines++;
    }
  }
  return { revenue, lines, orders: invoices.size };
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

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, console as unknown as Logger);
    const [orders, backfill] = [new OrderService(pool, outbox), new BackfillService(pool, outbox)];
    target = {
      orders: (batch) => orders.record(batch, { by: 'import', backfill: true }),
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
    const { revenue, lines, orders } = await recount();
    expect(Object.keys(revenue)).toHaveLength(13);
    const first = await load('orders');
    expect(first).toEqual({ lines: 541_909, imported: lines, rejected: 541_909 - lines, unchanged: 0 });
    const inOrders = () =>
      counted(
        `(SELECT l.placed_at AS at, quantity, unit_price, kind FROM order_lines l JOIN orders o ON o.id = order_id) t`,
        `CASE kind WHEN 'SALE' THEN 1 ELSE -1 END`,
      );
    const inLog = () =>
      counted(
        `(SELECT occurred_at AS at, quantity, unit_price, type FROM events) t`,
        `CASE type WHEN 'PURCHASE' THEN 1 ELSE -1 END`,
      );
    expect(await inOrders()).toEqual(revenue);
    expect(await inLog()).toEqual(revenue);
    const { rows } = await pool.query('SELECT count(*)::int AS orders, count(DISTINCT id)::int AS ids FROM orders');
    expect(rows).toEqual([{ orders, ids: orders }]);
    for (const kind of ['orders', 'events'] as const) {
      const again = await load(kind, invoicesOf(AGAIN));
      expect(again.unchanged).toBe(again.lines - again.rejected);
      expect(again.unchanged).toBeGreaterThan(0.9 * AGAIN);
    }
    expect(await inOrders()).toEqual(revenue);
    expect(await inLog()).toEqual(revenue);
  }, 600_000);
});
