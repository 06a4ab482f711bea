import type { Pool } from 'pg';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import type { Logger } from '../../../src/platform/log';
import { orderStreams } from '../../../src/orders/order-streams';
import { connectPostgres } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { WindowTotals } from '../../../src/streams/window-totals.service';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { CREATE_STREAM, STREAM, type StreamAnswer, type StreamWritten } from '../../setup/stream-operations';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

const BEST = `query($from: DateTime!, $to: DateTime!, $by: BestSellerOrder) {
  bestSellers(input: { from: $from, to: $to, by: $by }, first: 100) { productId currency units revenue }
}`;
/** The stream of orders that best sellers are read from. */
const SALES = orderStreams('Europe/Berlin').find(({ id }) => id === 'product-sales-by-day');
const DAY = 86_400_000;
const START = Date.parse('2025-01-01T00:00:00+01:00');
const DAYS = 365;
const DAYS_AT_ONCE = 3;
/** More windows than one query for windows may read. */
const PRODUCTS = 290;

interface Seller {
  readonly productId: string;
  readonly currency: string;
  readonly units: number;
  readonly revenue: string;
}

describe('best sellers of a year', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let backfill: BackfillService;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    api = await startApi(shop);
    worker = startWorker(shop);
    const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, console as unknown as Logger);
    backfill = new BackfillService(eventLogOf(pool, outbox));
    // In small parts: PostgreSQL ends a transaction that pauses for seconds, as on a busy machine.
    for (let day = 0; day < DAYS; day += DAYS_AT_ONCE) {
      const days = Array.from({ length: Math.min(DAYS_AT_ONCE, DAYS - day) }, (_, n) => day + n);
      await backfill.append(days.flatMap((each) => Array.from({ length: PRODUCTS }, (_, n) => line(each, n))));
    }
    const { written } = await api.client.data<StreamWritten>(CREATE_STREAM, { stream: SALES });
    expect(written.errors).toEqual([]);
    await until(
      () => api.client.data<StreamAnswer>(STREAM, { id: 'product-sales-by-day' }),
      ({ stream }) => stream?.state === 'LIVE' && stream.progress === 1 && stream.windowCount > 100_000,
    );
  });

  afterAll(async () => {
    await api.client.close();
    await Promise.all([api.stop(), worker.stop()]);
    await pool.end();
    await shop.drop();
  });

  const line = (day: number, product: number, more: object = {}) =>
    ({
      ...{ source: 'ORDERS', id: `o-${day}-${product}:1`, type: (day + product) % 11 === 0 ? 'RETURN' : 'PURCHASE' },
      ...{ occurredAt: START + day * DAY + product * 60_000, customerId: `c${product}`, productId: `p${product}` },
      ...{ quantity: 1 + ((day * 7 + product * 13) % 5), unitPrice: `${1 + (product % 9)}.${10 + (day % 90)}` },
      currency: product % 4 === 0 ? 'USD' : 'EUR',
      ...more,
    }) as StoredEvent;
  const best = async (from: number, to: number, by = 'UNITS') =>
    (
      await api.client.data<{ bestSellers: Seller[] }>(BEST, {
        ...{ from: new Date(START + from * DAY), to: new Date(START + to * DAY), by },
      })
    ).bestSellers;
  /** A recount by SQL of the lines in the log. */
  const recount = async (from: number, to: number) => {
    const { rows } = await pool.query<Seller>(
      `SELECT product_id AS "productId", currency, sum(sign * quantity)::int AS units,
         trim_scale(sum(sign * quantity * unit_price))::text AS revenue
       FROM (SELECT *, CASE type WHEN 'RETURN' THEN -1 ELSE 1 END AS sign FROM events) e
       WHERE source = 'ORDERS' AND type IN ('PURCHASE', 'RETURN') AND occurred_at >= $1 AND occurred_at < $2
       GROUP BY product_id, currency ORDER BY units DESC, sum(sign * quantity * unit_price) DESC, product_id LIMIT 100`,
      [new Date(START + from * DAY), new Date(START + to * DAY)],
    );
    return rows;
  };
  const months = async () => {
    const { rows } = await pool.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM stream_months WHERE stream = 'product-sales-by-day'",
    );
    return rows[0].count;
  };

  it('equal a recount of the lines, before and after a worker merges the months, and after late changes', async () => {
    expect(await best(0, DAYS)).toEqual(await recount(0, DAYS));
    await until(months, (count) => count === 12);
    for (const [from, to] of [
      [0, DAYS],
      [0, 31],
      [14, 60],
      [31, 32],
      [300, DAYS],
    ])
      // prettier-ignore
      expect([from, to, await best(from, to)]).toEqual([from, to, await recount(from, to)]);
    const byRevenue = (await best(0, DAYS, 'REVENUE')).map(({ revenue }) => Number(revenue));
    expect(byRevenue).toEqual([...byRevenue].sort((a, b) => b - a));
    // An import of past events changes March and nothing else.
    const late = line(70, 5, { id: 'late:1', quantity: 5_000 });
    await backfill.append([late]);
    expect(await best(0, DAYS)).toEqual(await recount(0, DAYS));
    await until(months, (count) => count === 11);
    expect((await best(0, DAYS))[0]).toMatchObject({ productId: 'p5' });
    await until(months, (count) => count === 12);
    expect(await best(0, DAYS)).toEqual(await recount(0, DAYS));
  });

  it('are refused if too many windows are not merged by month', async () => {
    const [from, to] = [START + 14 * DAY, START + 61 * DAY];
    const totals = (maxWindows: number) =>
      new WindowTotals(pool, maxWindows).totals('product-sales-by-day', from, to, []);
    await until(months, (count) => count === 12);
    // 17 days of January and 2 of March: February is merged.
    const days = 19;
    await expect(totals(days * PRODUCTS - 1)).rejects.toMatchObject({ code: 'TOO_COMPLEX' });
    expect(await totals(days * PRODUCTS)).toHaveLength(PRODUCTS);
  });
});
