import type { Pool } from 'pg';
import { Attribution, type AttributionOptions } from '../../../src/attribution/attribution.service';
import { encodeRequestId, REQUEST_KINDS } from '../../../src/auth/request-id';
import { ProductService } from '../../../src/catalog/product.service';
import { MergeService } from '../../../src/customers/merge.service';
import { ErasureService } from '../../../src/erasure/erasure.service';
import type { EventLog } from '../../../src/events/event-log';
import { Outbox } from '../../../src/events/outbox.service';
import type { StoredEvent } from '../../../src/events/stored-event';
import { seededRandom } from '../../../src/learn/seeded-random';
import { OrderService } from '../../../src/orders/order.service';
import { createLog } from '../../../src/platform/log';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { eventLogOf } from '../../setup/event-log';
import { recountAttribution, type IssuedList, type RecountedLine } from '../../setup/recount-attribution';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 4, 20, 12);
const ROUNDS = 40;
const SETTINGS = { timeZone: 'America/New_York', windowDays: 3 };
const SECRET = Buffer.alloc(32, 7);

describe('attribution', () => {
  const log = createLog({ logLevel: 'silent' });
  const random = seededRandom(45);
  const pick = (count: number) => Math.floor(random() * count);
  const oneOf = <T>(some: readonly T[]): T => some[pick(some.length)];
  const issued = new Map<string, IssuedList>();
  const searches: { readonly id: string; readonly who: object }[] = [];
  const erasedLines: RecountedLine[] = [];
  let shop: TestNamespace;
  let pool: Pool;
  let killed: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let eventLog: EventLog;
  let orders: OrderService;
  let made = 0;
  /** Visits are due soon after their events. */
  let clock = NOW + DAY;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    killed = connectPostgres(`${shop.databaseUrl}?application_name=${shop.namespace}`, shop.namespace, { max: 2 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    eventLog = eventLogOf(pool, outbox);
    orders = new OrderService(eventLog, () => NOW);
    await pool.query('INSERT INTO settings (name, value) VALUES ($1, $2)', [
      'request_id_secret',
      SECRET.toString('base64'),
    ]);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await Promise.all([pool.end(), killed.end()]);
    await shop.drop();
  });

  const attributionOn = (on: Pool, options: Partial<AttributionOptions> = {}) =>
    new Attribution(on, {
      ...SETTINGS,
      isImporting: () => Promise.resolve(false),
      now: () => (clock += 20_000),
      ...options,
    });

  const who = () => (random() < 0.5 ? { customerId: `c${pick(5)}` } : { sessionId: `s${pick(7)}` });
  const time = () => NOW - pick(6) * DAY - pick(4) * 3_600_000 - pick(3);

  /** An id that this shop issued, one that another shop issued, or one from elsewhere. */
  const requestId = () => {
    if (issued.size > 0 && random() < 0.6) return oneOf([...issued.keys()]);
    if (searches.length > 0 && random() < 0.3) return oneOf(searches).id;
    if (random() < 0.2) return `foreign ${pick(10)}`;
    const kind = oneOf(REQUEST_KINDS);
    const list = {
      kind,
      placement: oneOf(['home', 'basket', null]),
      intent: kind === 'RECOMMENDATION' ? oneOf(['PERSONAL', 'BASKET']) : null,
      modelVersion: oneOf(['rank-fusion', '0190f0a0-0000-7000-8000-000000000001']),
    };
    const isForged = random() < 0.2;
    const id = encodeRequestId(isForged ? Buffer.alloc(32, 1) : SECRET, { ...list, at: NOW }, {});
    if (!isForged) issued.set(id, list);
    return id;
  };
  const event = (): StoredEvent => {
    const type = oneOf([
      'IMPRESSION',
      'IMPRESSION',
      'CLICK',
      'VIEW',
      'ADD_TO_CART',
      'REMOVE_FROM_CART',
      'SEARCH',
      'PURCHASE',
    ] as const);
    const shared = { id: `e${made++}`, occurredAt: time(), quantity: 1, ...who() };
    if (type !== 'SEARCH')
      return {
        ...shared,
        type,
        source: random() < 0.9 ? 'STOREFRONT' : 'ORDERS',
        productId: `p${pick(8)}`,
        ...(random() < 0.8 ? { requestId: requestId() } : {}),
        ...(random() < 0.3 ? { placement: oneOf(['email', 'home']) } : {}),
        ...(random() < 0.1 ? { query: 'Lamp' } : {}),
      };
    const id = random() < 0.5 ? `search ${pick(20)}` : requestId();
    searches.push({ id, who: shared });
    return {
      ...shared,
      id,
      type,
      source: 'SEARCH',
      query: oneOf(['Lamp', 'RUG']),
      properties: { total: 3, shown: [] },
    };
  };
  const recordOrder = async () => {
    const currency = oneOf(['EUR', 'USD']);
    const money = (amount: string) => ({ amount, currency });
    const price = () => money(`${pick(30)}.${oneOf(['99', '5', '333', '0'])}`);
    const lines = Array.from({ length: 1 + pick(3) }, (_, n) => ({
      id: `l${n}`,
      productId: `p${pick(8)}`,
      quantity: 1 + pick(3),
      unitPrice: price(),
      ...(random() < 0.25 ? { requestId: requestId(), placement: 'checkout' } : {}),
    }));
    const isReturn = random() < 0.1;
    const id = `o${made++}`;
    const total = lines.reduce((sum, { unitPrice, quantity }) => sum + Number(unitPrice.amount) * quantity, 0);
    const { errors } = await orders.record(
      [
        {
          id,
          ...who(),
          kind: isReturn ? 'RETURN' : 'SALE',
          placedAt: new Date(time()),
          lines,
          shipping: money('4.9'),
          ...(random() < 0.5 && total > 5 ? { discount: money(oneOf(['1.25', '3', '0.01'])) } : {}),
          ...(random() < 0.1 ? { requestId: requestId(), placement: 'order' } : {}),
        },
      ],
      { by: 'test', backfill: random() < 0.3 },
    );
    expect(errors.filter(({ message }) => !message.includes('was erased'))).toEqual([]);
    return isReturn || errors.length > 0
      ? []
      : lines.map((line) => ({ orderId: id, lineId: line.id, quantity: line.quantity }));
  };
  const sold: { orderId: string; lineId: string; quantity: number }[] = [];
  const changeOrder = async () => {
    const { orderId, lineId, quantity } = oneOf(sold);
    const lines = [{ lineId, quantity: 1 + pick(quantity) }];
    const occurredAt = new Date(NOW - pick(100_000));
    // Some of these are not possible any more, and then nothing changes.
    for (const status of oneOf([['CANCELLED'], ['SHIPPED', 'RETURNED'], ['SHIPPED']] as const))
      await orders.move({ orderId, status, lines, occurredAt }, { by: 'test' });
  };

  const rowsOf = async (text: string) => (await pool.query<Record<string, unknown>>(text)).rows;
  const sorted = <T extends object>(rows: readonly T[]) =>
    rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
  const storedLines = () =>
    rowsOf(`SELECT order_id AS "orderId", sequence, subject, day::text, currency, units, revenue::text, touch, kind,
              placement, intent, query, request_id AS "requestId", model_version AS "modelVersion"
            FROM attributed_lines ORDER BY 1, 2`);

  /** Everything that is stored equals a recount; sums equal those over the recount. */
  const expectRecounted = async (settings = SETTINGS) => {
    const recount = await recountAttribution(pool, issued, settings);
    const lines = await storedLines();
    expect(lines.filter(({ subject }) => subject !== null)).toEqual(sortedLines(recount.lines));
    expect(sorted(await rowsOf('SELECT subject, day::text, events, orders FROM visits'))).toEqual(
      sorted(recount.visits),
    );
    const placements = await rowsOf(
      'SELECT subject, day::text, kind, placement, shown, viewed, clicked_views AS "clickedViews", clicks, carts FROM visit_placements',
    );
    expect(sorted(placements)).toEqual(sorted(recount.placements));
    const sums = {
      visit_days: `SELECT day, (count(*) FILTER (WHERE events > 0))::int AS visits,
          (count(*) FILTER (WHERE events > 0 AND orders > 0))::int AS conversions
        FROM visits GROUP BY day HAVING count(*) FILTER (WHERE events > 0) > 0 ORDER BY day`,
      business_days: `SELECT day, currency, sum(orders)::int AS orders, trim_scale(sum(revenue)) AS revenue,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE kind = 'RECOMMENDATION' AND touch <> 'IMPRESSION'), 0)) AS recommendations,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE kind = 'SEARCH' AND touch <> 'IMPRESSION'), 0)) AS search,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch = 'IMPRESSION'), 0)) AS view_through
        FROM attributed_lines GROUP BY day, currency HAVING sum(orders) > 0 OR sum(abs(revenue)) > 0 ORDER BY day, currency`,
      placement_revenue: `SELECT day, kind, placement, currency,
          (count(DISTINCT order_id) FILTER (WHERE touch <> 'IMPRESSION' AND counts))::int AS orders,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch <> 'IMPRESSION'), 0)) AS revenue,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch = 'IMPRESSION'), 0)) AS view_through
        FROM attributed_lines JOIN (SELECT order_id, sum(orders) > 0 AS counts FROM attributed_lines GROUP BY 1) o USING (order_id)
        WHERE kind IS NOT NULL GROUP BY day, kind, placement, currency
        HAVING count(*) FILTER (WHERE touch <> 'IMPRESSION' AND counts) > 0 OR sum(abs(revenue)) > 0 ORDER BY 1, 2, 3, 4`,
      placement_days: `SELECT day, kind, placement, count(*)::int AS visits, sum(shown)::bigint AS shown,
          sum(viewed)::bigint AS viewed, sum(clicked_views)::bigint AS clicked_views, sum(clicks)::bigint AS clicks,
          sum(carts)::bigint AS carts, sum(viewed * viewed)::bigint AS viewed_squares,
          sum(clicked_views * clicked_views)::bigint AS clicked_squares, sum(viewed * clicked_views)::bigint AS cross_products
        FROM visit_placements GROUP BY day, kind, placement ORDER BY 1, 2, 3`,
    };
    for (const [table, text] of Object.entries(sums)) {
      const recounted = await rowsOf(text);
      const columns = Object.keys(recounted[0] ?? {}).map((name) =>
        /revenue|recomm|search|view_through/.test(name) ? `trim_scale(${name}) AS ${name}` : name,
      );
      const stored = await rowsOf(
        `SELECT ${columns.join(', ') || '*'} FROM ${table} ORDER BY 1, 2, 3, 4`.replace(
          '3, 4',
          columns.length < 4 ? '3' : '3, 4',
        ),
      );
      expect({ [table]: stored }).toEqual({ [table]: recounted });
    }
    const before = await rowsOf(
      `SELECT subject, day, lag(day) OVER (PARTITION BY subject ORDER BY day) AS before FROM visits WHERE orders > 0 ORDER BY 1, 2`,
    );
    expect(
      await rowsOf('SELECT subject, day, previous_order_day AS before FROM visits WHERE orders > 0 ORDER BY 1, 2'),
    ).toEqual(before);
    return recount;
  };
  const sortedLines = (lines: readonly RecountedLine[]) =>
    [...lines].sort((a, b) => (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : a.sequence - b.sequence));

  const anonymous = ({
    day,
    currency,
    units,
    revenue,
    touch,
    kind,
    placement,
    intent,
    modelVersion,
  }: Record<string, unknown>) => ({ day, currency, units, revenue, touch, kind, placement, intent, modelVersion });

  it('equals a recount of the log: late, merged, cancelled, returned, erased, forged, and with workers killed', async () => {
    const merges = new MergeService(pool, outbox);
    const erasures = new ErasureService(eventLog, log, 0);
    const products = new ProductService(outbox, () => NOW + made++);
    const upsert = async (id: string, groupId: string | null) => {
      const { errors } = await products.upsert([{ id, title: id, groupId, price: { amount: '5', currency: 'EUR' } }]);
      expect(errors).toEqual([]);
    };
    for (let n = 0; n < 6; n++) await upsert(`p${n}`, n < 2 ? 'g0' : null);
    let struck = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const fresh = Array.from({ length: 20 }, event);
      await eventLog.commit(async ({ append }) => {
        await append(fresh, { receivedAt: () => new Date(NOW), backfill: random() < 0.4 });
        return { change: {} };
      });
      sold.push(...(await recordOrder()), ...(await recordOrder()));
      if (round % 2 === 0) await changeOrder();
      if (round % 5 === 2) {
        const from = random() < 0.5 ? { fromCustomerId: `c${pick(5)}` } : { fromSessionId: `s${pick(7)}` };
        await merges.merge({ ...from, intoCustomerId: `c${pick(5)}` }).catch((error: Error) => {
          if (!error.message.includes('erased')) throw error;
        });
      }
      if (round % 7 === 3) await upsert(`p${pick(8)}`, oneOf(['g0', 'g1', null]));
      if (round === 22 || round === 31) await erase(erasures, round === 22 ? 'c1' : 'c2');
      if (round % 4 === 3) continue; // Several batches together.
      const stepping = attributionOn(killed)
        .run()
        .catch((error: Error) => {
          if (!/terminat|connection/i.test(error.message)) throw error;
          struck++;
        });
      await new Promise((resolve) => setTimeout(resolve, random() * 12));
      await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
        shop.namespace,
      ]);
      await stepping;
      if (round % 5 === 0) {
        await Promise.all([attributionOn(pool).run(), attributionOn(pool).run()]);
        await expectRecounted();
      }
    }
    expect(struck).toBeGreaterThan(3);
    await attributionOn(pool).run();
    const { lines } = await expectRecounted();
    for (const touch of ['CLICK', 'VIEW', 'ADD_TO_CART', 'LINE', 'IMPRESSION', null])
      expect(lines.some((line) => line.touch === touch)).toBe(true);
    for (const kind of [...REQUEST_KINDS, null]) expect(lines.some((line) => line.kind === kind)).toBe(true);
    const kept = (await storedLines()).filter(({ subject }) => subject === null);
    expect(erasedLines.length).toBeGreaterThan(3);
    expect(sorted(kept.map(anonymous))).toEqual(sorted(erasedLines.map((line) => anonymous({ ...line }))));
    expect(kept.every(({ query, requestId }) => query === null && requestId === null)).toBe(true);
  });

  /** Erases a customer, and remembers what earned the lines of their orders until then. */
  const erase = async (erasures: ErasureService, customerId: string) => {
    const { lines } = await recountAttribution(pool, issued, SETTINGS);
    await erasures.eraseCustomer(customerId);
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM orders');
    const named = new Set(rows.map(({ id }) => id));
    erasedLines.push(...lines.filter(({ orderId }) => !named.has(orderId)));
  };

  it('is computed again with another time zone and window, and keeps the lines of erased people', async () => {
    const kept = (await storedLines()).filter(({ subject }) => subject === null);
    const other = { timeZone: 'Asia/Tokyo', windowDays: 6 };
    await attributionOn(pool, other).run();
    await expectRecounted(other);
    const anonymised = (rows: Record<string, unknown>[]) => sorted(rows.map((row) => ({ ...row, day: null })));
    expect(anonymised((await storedLines()).filter(({ subject }) => subject === null))).toEqual(anonymised(kept));
    await attributionOn(pool).run();
    await expectRecounted();
  });

  it('leaves imported events until the import has ended, and visits until they are due', async () => {
    const unimported = attributionOn(pool, { isImporting: () => Promise.resolve(true) });
    const before = await storedLines();
    const visits = await rowsOf('SELECT * FROM visits ORDER BY subject, day');
    const own = { source: 'STOREFRONT', type: 'VIEW', quantity: 1, productId: 'p1', occurredAt: NOW } as const;
    for (const backfill of [true, false])
      await eventLog.commit(async ({ append }) => {
        await append([{ ...own, id: `own ${backfill}`, sessionId: `own ${backfill}` }], {
          receivedAt: () => new Date(NOW),
          backfill,
        });
        return { change: {} };
      });
    await attributionOn(pool, { isImporting: () => Promise.resolve(true), now: () => NOW }).run();
    expect(await rowsOf('SELECT * FROM visits ORDER BY subject, day')).toEqual(visits);
    await unimported.run();
    expect(await rowsOf(`SELECT subject, events FROM visits WHERE subject LIKE 's:own%'`)).toEqual([
      { subject: 's:own false', events: 1 },
    ]);
    await attributionOn(pool).run();
    expect(await rowsOf(`SELECT subject FROM visits WHERE subject LIKE 's:own%' ORDER BY 1`)).toHaveLength(2);
    expect(await storedLines()).toEqual(before);
    await expectRecounted();
  });
});
