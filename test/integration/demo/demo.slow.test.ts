import { randomUUID } from 'node:crypto';
import { readConfig } from '../../../src/config';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoCustomer } from '../../../src/demo/demo-customers';
import { demoHistory } from '../../../src/demo/demo-history';
import { BACKFILLED_DEMO_STREAMS, LIVE_DEMO_STREAMS } from '../../../src/demo/demo-streams';
import { fillDemo } from '../../../src/demo/fill-demo';
import { DEMO_STOREFRONT_KEY } from '../../../src/demo/demo-names';
import { DemoSearch } from '../../../src/demo/demo-search';
import { LINES } from '../../../src/demo/goods/assortment';
import { SponsoredVisits } from '../../../src/demo/sponsored-visits.service';
import { storefrontDoor } from '../../../src/demo/storefront-door';
import { removeDemo } from '../../../src/demo/remove-demo';
import { openEventLog } from '../../../src/events/event-log';
import { seededRandom } from '../../../src/learn/seeded-random';
import { parcelStreams } from '../../../src/logistics/parcel-streams';
import { orderStreams } from '../../../src/orders/order-streams';
import { connectPlatform, type Platform } from '../../../src/platform/connect';
import { SHOP } from '../../../src/shop';
import type { GraphqlClient } from '../../setup/graphql-client';
import { SEARCH, UPSERT, type SearchAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { figuresOf, type WindowsAnswer } from '../../setup/stream-operations';
import { until } from '../../setup/until';

const EXTENT = { customers: 1_000 };
const OPEN = /demo shop is open/;

/** A demo shop with fewer customers than `npm start` gives it, in a namespace of its own. */
describe('the demo shop', () => {
  let shop: TestNamespace;
  let platform: Platform;
  let api: OwnProcess & { port: number; client: GraphqlClient };
  const workers: OwnProcess[] = [];

  const one = async (text: string) => (await platform.pool.query<{ value: number }>(text)).rows[0].value;
  const fill = async () => fillDemo(platform, await openEventLog(platform, SHOP), () => undefined, EXTENT);
  const lease = () =>
    one("SELECT count(*)::int AS value FROM leases WHERE name = 'demo-traffic' AND expires_at > now()");

  beforeAll(async () => {
    shop = await testNamespace();
    const { namespace, databaseUrl, redisUrl } = shop;
    platform = connectPlatform({ ...readConfig({}), namespace, databaseUrl, redisUrl, logLevel: 'warn' }, 'demo');
    await fill();
    api = await startApiProcess(shop);
  });

  afterAll(async () => {
    for (const running of [api, ...workers]) if (running.child.exitCode === null) await running.stop();
    await platform.close();
    await shop.drop();
  });

  it('holds all events of its generated past, and is filled once, also after an interruption', async () => {
    const openedAt = await one("SELECT value::float8 AS value FROM settings WHERE name = 'demo_opened_at'");
    const { earlierPurchases, events, orders } = demoHistory(demoProducts(new Date(openedAt)), openedAt, EXTENT);
    const counts = async () => ({
      ours: await one("SELECT count(*)::int AS value FROM events WHERE source IN ('STOREFRONT', 'SEARCH')"),
      lines: await one("SELECT count(*)::int AS value FROM events WHERE type = 'PURCHASE' AND source = 'ORDERS'"),
      products: await one('SELECT count(*)::int AS value FROM products'),
      orders: await one('SELECT count(*)::int AS value FROM orders'),
      position: await one('SELECT position AS value FROM log_position'),
    });
    const filled = await counts();
    expect(filled).toMatchObject({
      ours: events.length,
      lines: earlierPurchases.length + orders.reduce((sum, { lines }) => sum + lines.length, 0),
      products: 600,
      orders: orders.length,
    });
    await platform.pool.query("DELETE FROM settings WHERE name = 'demo_filled'");
    await fill();
    expect(await counts()).toEqual(filled);
  });

  it('has orders whose amounts add up', async () => {
    const wrong = await platform.pool.query(
      `SELECT o.id, o.status, o.total, p.charged, p.refunded FROM orders o JOIN LATERAL (
         SELECT coalesce(sum(amount) FILTER (WHERE kind = 'CHARGE'), 0) AS charged,
           coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) AS refunded FROM payments WHERE order_id = o.id
       ) p ON true
       WHERE charged <> CASE WHEN o.status = 'PLACED' THEN 0 ELSE o.total END
         OR refunded <> charged AND o.status = 'REFUNDED' OR refunded > charged`,
    );
    expect(wrong.rows).toEqual([]);
    expect(await one('SELECT count(DISTINCT status)::int AS value FROM orders')).toBeGreaterThanOrEqual(4);
  });

  it("has pictures of its own products only, which may be cached and can't run scripts", async () => {
    const own = { id: 'demo-01-02', title: 'A mug of our own', attributes: {} };
    const picture = (name: string) => fetch(`http://127.0.0.1:${api.port}/shop/images/${name}`);
    const answer = await picture('demo-01-01.svg');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=86400',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(await answer.text()).toMatch(/^<svg [^]*Stovetop Espresso Maker[^]*<\/svg>$/);
    for (const name of ['demo-99-99.svg', 'demo-01-01.png', '..%2f..%2fpackage.json', 'x'.repeat(90)])
      expect((await picture(name)).status).toBe(404);
    await api.client.data(UPSERT, { products: [own] });
    await until(
      async () => (await picture('demo-01-02.svg')).status,
      (status) => status === 404,
    );
  });

  it('ranks by opposite tastes for the same query, and gives reasons', async () => {
    const buyersIn = async (line: number) => {
      const { rows } = await platform.pool.query<{ id: string }>(
        `SELECT customer_id AS id FROM events e JOIN products p ON p.id = e.product_id
         WHERE type = 'PURCHASE' AND customer_id IS NOT NULL
         GROUP BY customer_id HAVING NOT bool_or(p.title LIKE '%Blanket%')
         ORDER BY count(*) FILTER (WHERE product_id LIKE $1) DESC, customer_id LIMIT 3`,
        [`demo-${String(line + 1).padStart(2, '0')}-%`],
      );
      for (const { id } of rows) expect(demoCustomer(Number(id.split('-')[2])).mainLine).toBe(line);
      return rows.map(({ id }) => id);
    };
    const search = async (shelf: string) => {
      const customers = await buyersIn(LINES.findIndex(({ category }) => category[1] === shelf));
      return Promise.all(
        customers.map((customerId) =>
          api.client.data<SearchAnswer>(SEARCH, { input: { query: 'blanket', customerId }, first: 10 }),
        ),
      );
    };
    const [campers, owners] = [await search('Camping'), await search('Pets')];
    const [wool, pet] = ['Wool Camping Blanket', 'Pet Blanket'];
    const blanket = ({ search: { edges } }: SearchAnswer, kind: string) =>
      edges.find(({ node }) => node.title.startsWith(kind))!;
    // The absolute order depends on what the whole shop buys in these weeks, and so on the current date.
    const leaning = (answer: SearchAnswer) => blanket(answer, wool).score - blanket(answer, pet).score;
    expect(Math.min(...campers.map(leaning))).toBeGreaterThan(Math.max(...owners.map(leaning)) + 0.05);
    const theirs = [...campers.map((answer) => blanket(answer, wool)), ...owners.map((answer) => blanket(answer, pet))];
    const personal = theirs.filter(({ reasons }) => {
      expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      // The result has reasons in addition to those that an unknown customer gets.
      return reasons.some(({ source }) => !['text', 'popularity', 'product', 'clicks'].includes(source));
    });
    expect(personal.length).toBeGreaterThanOrEqual(4);
  });

  it('has one set of visitors for any number of workers, and its orders progress', async () => {
    workers.push(startWorkerProcess(shop), startWorkerProcess(shop));
    const live = "FROM events WHERE NOT backfill AND session_id LIKE 'demo-visit-%'";
    await until(
      () => one(`SELECT count(*)::int AS value ${live} AND source = 'STOREFRONT'`),
      (count) => count >= 1,
    );
    await until(
      () =>
        one(
          "SELECT count(*)::int AS value FROM order_history WHERE moved_by IN ('demo', 'payments') AND recorded_at > occurred_at - interval '1 minute' AND occurred_at > now() - interval '1 minute'",
        ),
      (count) => count >= 1,
    );
    expect(await lease()).toBe(1);
    expect(await one("SELECT token AS value FROM leases WHERE name = 'demo-traffic'")).toBe(1);
    expect(await one(`SELECT count(DISTINCT session_id)::int AS value ${live}`)).toBeLessThanOrEqual(5);
    expect(await one('SELECT count(*)::int AS value FROM rejected_events')).toBe(0);
  });

  it('has streams with past windows, which continue with live events', async () => {
    const query = 'query($input: WindowsInput!) { windows(input: $input, first: 100) { values { name decimal } } }';
    // A page has at most 100 windows.
    const daysAgo = (days: number) => new Date(86_400_000 * (Math.floor(Date.now() / 86_400_000) - days));
    const stretches = () => [
      { stream: 'demo-revenue-per-day', from: '2020-01-01T00:00:00Z', to: daysAgo(190) },
      { stream: 'demo-revenue-per-day', from: daysAgo(190), to: daysAgo(95) },
      { stream: 'demo-revenue-per-day', from: daysAgo(95), to: new Date() },
    ];
    const cents = (text: unknown) => Math.round(100 * Number(text));
    const counted = async () => {
      let sum = 0;
      for (const input of stretches()) {
        const { windows } = await api.client.data<WindowsAnswer>(query, { input });
        sum += windows.reduce((part, window) => part + cents(figuresOf(window).revenue), 0);
      }
      return sum;
    };
    await until(
      () => api.client.data<{ streams: { state: string }[] }>('{ streams { state } }'),
      ({ streams }) => streams.every(({ state }) => state === 'LIVE'),
    );
    const bought = "SELECT sum(unit_price * quantity)::float8 AS value FROM events WHERE type = 'PURCHASE'";
    await until(
      async () => [await counted(), cents(await one(bought))],
      ([inWindows, inLog]) => inWindows > 0 && inWindows === inLog,
    );
    const predefined = [...orderStreams('UTC'), ...parcelStreams('UTC')];
    const count = BACKFILLED_DEMO_STREAMS.length + LIVE_DEMO_STREAMS.length + predefined.length;
    expect(await one('SELECT count(*)::int AS value FROM streams')).toBe(count);
  });

  it('has visitors who see sponsored products and click some, which advertisers pay for', async () => {
    const products = demoProducts(new Date());
    const visits = new SponsoredVisits({
      door: storefrontDoor(`http://127.0.0.1:${api.port}/graphql`, DEMO_STOREFRONT_KEY),
      search: new DemoSearch(products),
      random: seededRandom(9),
      pause: () => Promise.resolve(),
    });
    for (let visit = 0; visit < 150; visit++) await visits.run((visit * 37) % products.length, Date.now());
    const counted = (type: string) =>
      one(`SELECT count(*)::int AS value FROM ad_ledger WHERE type = '${type}' AND outcome IN ('CHARGED', 'COUNTED')`);
    await until(
      () => counted('IMPRESSION'),
      (count) => count >= 40,
    );
    await until(
      () => counted('CLICK'),
      (count) => count >= 2,
    );
    expect(await one('SELECT sum(charged)::float8 AS value FROM ad_ledger')).toBeGreaterThan(0);
    const invalid = "outcome NOT IN ('CHARGED', 'FREE', 'COUNTED')";
    expect(await one(`SELECT count(*)::int AS value FROM ad_ledger WHERE ${invalid}`)).toBe(0);
    const placements = 'SELECT count(DISTINCT placement)::int AS value FROM ad_ledger';
    expect(await one(placements)).toBe(2);
  });

  it('is removed when no process uses it any more, and only if it is the demo', async () => {
    await expect(removeDemo(shop)).rejects.toThrow(OPEN);
    const ended = await Promise.all(workers.map(async (worker) => ({ code: await worker.stop(), log: worker.log() })));
    // The end of the log says why a process did not end properly.
    expect(ended.flatMap(({ code, log }) => (code === 0 ? [] : [code, log.slice(-1_000)]))).toEqual([]);
    // A single API process holds no lease.
    await expect(removeDemo(shop)).rejects.toThrow(OPEN);
    expect(await api.stop()).toBe(0);
    expect(await one('SELECT count(*)::int AS value FROM products')).toBe(600);

    const another = await testNamespace();
    await expect(removeDemo(another)).rejects.toThrow(/is not the demo/);
    await another.drop();
    expect(await removeDemo({ ...shop, namespace: `none_${randomUUID().slice(0, 8)}` })).toBeNull();

    const removed = await removeDemo(shop);
    expect(removed?.tables).toBeGreaterThan(30);
    expect(removed?.keys).toBeGreaterThan(0);
    expect(await removeDemo(shop)).toBeNull();
    await platform.pool.query(`CREATE SCHEMA "${shop.namespace}"`); // for the end of this file
  });
});
