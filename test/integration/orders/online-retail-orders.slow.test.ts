import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import type { StoredEvent } from '../../../src/events/stored-event';
import { exactSum } from '../../../src/learn/exact-decimal';
import { groupBy } from '../../../src/learn/group-by';
import { OrderAnalytics } from '../../../src/orders/order-analytics.service';
import { orderStreams } from '../../../src/orders/order-streams';
import { OrderService } from '../../../src/orders/order.service';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import { importFile } from '../../../src/imports/import-file';
import type { ImportTarget } from '../../../src/imports/import-target';
import { createLineReader } from '../../../src/imports/formats';
import { readLines } from '../../../src/imports/lines';
import type { RejectsFile } from '../../../src/imports/rejects-file';
import type { Logger } from '../../../src/platform/log';
import { connectPostgres } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { textOfDecimal } from '../../../src/learn/exact-decimal';
import { compileStream } from '../../../src/streams/compile-stream';
import { decodeKey } from '../../../src/streams/key-encoding';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';
import type { KeyTotal } from '../../../src/streams/window-totals.service';
import type { Window } from '../../../src/streams/window.type';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { eventLogOf } from '../../setup/event-log';

const FILE = path.resolve(__dirname, '../../../../shared/data/online-retail.csv.gz');
const HERE = existsSync(FILE);
if (!HERE) console.error(`NOT RUN: the revenue of Online Retail is not recounted, because ${FILE} is not there`);

/** The number of lines that are sent again. */
const AGAIN = 15_000;

/** Yields the lines of every third invoice, and the header: a recount of all lines takes three times as long. */
async function* sampledLines(): AsyncGenerator<string[]> {
  for await (const texts of readLines(FILE))
    yield texts.filter((text) => Number(/\d+/.exec(text.split(',')[0]) ?? 0) % 3 === 0);
}

/** Revenue by month, in units of 10⁻⁶. */
type Revenue = Record<string, bigint>;

function microsOf(amount: string): bigint {
  const [whole, fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

/** Shares no code with the importer: it has its own field splitter, and counts in whole numbers. */
async function recount() {
  const revenue: Revenue = {};
  const invoices = new Set<string>();
  /** Units sold in November 2011 (2011-11). */
  const units = new Map<string, number>();
  let read = 0;
  let lines = 0;
  for await (const texts of sampledLines()) {
    read += texts.length;
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
  const sales = [...invoices].filter((id) => !id.startsWith('C')).length;
  return { revenue, read, lines, orders: invoices.size, sales, units };
}

/** Adds up the values of each key. */
function totalsOf(windows: readonly Window[]): KeyTotal[] {
  return [...groupBy(windows, ({ key }) => key)].map(([key, own]) => {
    const sum = (name: string) =>
      exactSum(own.map(({ values }) => [values.find((value) => value.name === name)?.decimal ?? '0', 1]));
    const values = ['units', 'revenue'].map((name) => ({ name, decimal: sum(name) }));
    return { key, keys: own[0].keys, isOther: false, values: values as unknown as KeyTotal['values'] };
  });
}

/** Yields the first `most` sampled lines, or a few more: up to the end of an invoice. */
async function* invoicesOf(most: number): AsyncGenerator<string[]> {
  let told = 0;
  let last: string | undefined;
  for await (const texts of sampledLines()) {
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
    const [orders, backfill] = [
      new OrderService(eventLogOf(pool, outbox)),
      new BackfillService(eventLogOf(pool, outbox)),
    ];
    target = {
      orders: (batch) => orders.record(batch, { by: 'import', backfill: true }),
      events: async (batch) => {
        const { inserted, unchanged, conflicts } = await backfill.append(batch);
        expect(conflicts).toEqual([]);
        return { imported: inserted.length, unchanged, rejected: [] };
      },
      shipments: () => Promise.reject(new Error('unused')),
      products: (batch) => Promise.resolve({ imported: batch.length, unchanged: 0, rejected: [] }),
      missingProducts: () => Promise.resolve([]),
      waitUntilApplied: () => Promise.resolve(),
    };
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  const load = async (kind: 'orders' | 'events', lines: AsyncIterable<string[]> = sampledLines()) => {
    const rejects = { add: () => Promise.resolve(), close: () => Promise.resolve(null) } as unknown as RejectsFile;
    const reader = createLineReader(kind, 'online-retail');
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

  /**
   * Returns the windows that the ready-made streams compute from the log, by the code that counts in the ingest
   * transaction.
   */
  const windowsOfLog = async (ids: readonly string[]): Promise<Record<string, Window[]>> => {
    const streams = orderStreams('UTC')
      .filter(({ id }) => ids.includes(id))
      .map((input) => ({ id: input.id, compiled: compileStream(parseStreamInput(input)) }));
    const counted = streams.map((stream) => ({ ...stream, into: stream.compiled.empty() }));
    const { rows: batches } = await pool.query<{ batch: number }>('SELECT batch FROM log_batches ORDER BY batch');
    for (const { batch } of batches) {
      const { rows } = await pool.query<StoredEvent>(
        `SELECT source, id, type, (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt", product_id AS "productId",
           quantity, unit_price::text AS "unitPrice", currency, name, properties FROM events WHERE batch = $1`,
        [batch],
      );
      const arrival = { receivedAt: Date.now(), backfill: true };
      for (const { compiled, into } of counted) for (const event of rows) compiled.add(event, arrival, into, 0);
    }
    return Object.fromEntries(
      counted.map(({ id, compiled, into }) => [
        id,
        into.all().map(({ key, start, state }) => ({
          key,
          keys: decodeKey(key, compiled.spec.keys.length),
          start: new Date(start),
          values: compiled.spec.aggregates.map(({ name }, at) => {
            const { decimal } = state.aggregates[at].result();
            return { name, decimal: decimal === undefined ? null : textOfDecimal(decimal) };
          }),
        })) as unknown as Window[],
      ]),
    );
  };

  it("add up, month by month, to the file's revenue, in orders and in the log, also when lines are repeated", async () => {
    const { revenue, read, lines, orders, sales, units } = await recount();
    expect(Object.keys(revenue)).toHaveLength(13);
    const first = await load('orders');
    expect(lines).toBeGreaterThan(150_000);
    expect(first).toEqual({ lines: read - 1, imported: lines, rejected: read - 1 - lines, unchanged: 0 });
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
    const days = await windowsOfLog(['sales-by-day', 'orders-by-day', 'product-sales-by-day']);
    const inStream: Revenue = {};
    for (const { start, values } of days['sales-by-day']) {
      const month = start.toISOString().slice(0, 7);
      inStream[month] = (inStream[month] ?? 0n) + microsOf(values.find(({ name }) => name === 'revenue')!.decimal!);
    }
    expect(inStream).toEqual(revenue);
    const placed = days['orders-by-day'].map(({ values }) =>
      Number(values.find(({ name }) => name === 'orders')!.decimal),
    );
    expect(placed.reduce((sum, count) => sum + count, 0)).toBe(sales);
    const november = { from: new Date('2011-11-01'), to: new Date('2011-12-01') };
    const inNovember = days['product-sales-by-day'].filter(
      ({ start }) => start >= november.from && start < november.to,
    );
    const analytics = new OrderAnalytics({} as never, { totals: () => Promise.resolve(totalsOf(inNovember)) });
    const best = await analytics.bestSellers(november, 50);
    expect(best.map((seller) => seller.units)).toEqual([...units.values()].sort((a, b) => b - a).slice(0, 50));
    for (const { productId, units: n } of best) expect(units.get(productId)).toBe(n);
    for (const kind of ['orders', 'events'] as const) {
      const again = await load(kind, invoicesOf(AGAIN));
      expect(again.unchanged).toBe(again.lines - again.rejected);
      expect(again.unchanged).toBeGreaterThan(0.9 * AGAIN);
    }
    expect(await inOrders()).toEqual(revenue);
    expect(await inLog()).toEqual(revenue);
  });
});
