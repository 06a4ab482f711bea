import { Attribution } from '../../../src/attribution/attribution.service';
import { RequestIds } from '../../../src/auth/request-id.service';
import { readConfig } from '../../../src/config';
import { demoCustomer } from '../../../src/demo/demo-customers';
import { readPersonas } from '../../../src/demo/demo-persona.store';
import { DemoTraffic, demoOpenedAt } from '../../../src/demo/demo-traffic.service';
import { fillDemo } from '../../../src/demo/fill-demo';
import { LINES } from '../../../src/demo/goods/assortment';
import { removeOutdatedDemo } from '../../../src/demo/remove-demo';
import { openEventLog } from '../../../src/events/event-log';
import { seededRandom } from '../../../src/learn/seeded-random';
import { parcelStreams } from '../../../src/logistics/parcel-streams';
import { orderStreams } from '../../../src/orders/order-streams';
import { connectPlatform, type Platform } from '../../../src/platform/connect';
import { readStarterLanguages } from '../../../src/search/synonyms/starter/starter-synonym.store';
import { SHOP } from '../../../src/shop';
import { sorted as inAnyOrder } from '../../setup/random-attribution-shop';
import { recountAttribution } from '../../setup/recount-attribution';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const EXTENT = { customers: 300, days: 90 };
/** For how long live visitors are simulated. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An hour of the day (UTC) in which many visitors come. */
const BUSY_HOUR = 20;
const TIME_ZONE = 'America/New_York';
const LISTS = [
  ['BROWSE', 'search'],
  ['RECOMMENDATION', 'cart-basket'],
  ['RECOMMENDATION', 'home-buy-again'],
  ['RECOMMENDATION', 'home-personal'],
  ['RECOMMENDATION', 'product-similar'],
  ['SEARCH', 'search'],
];

describe('a filled demo shop', () => {
  let shop: TestNamespace;
  let platform: Platform;

  const rowsOf = async <Row extends object>(text: string) => (await platform.pool.query<Row>(text)).rows;
  const position = async () => (await rowsOf<{ position: string }>('SELECT position FROM log_position'))[0].position;
  const fill = async () => fillDemo(platform, await openEventLog(platform, SHOP), () => undefined, EXTENT);

  beforeAll(async () => {
    shop = await testNamespace();
    const { namespace, databaseUrl, redisUrl } = shop;
    const config = { ...readConfig({}), namespace, databaseUrl, redisUrl, timeZone: TIME_ZONE };
    platform = connectPlatform({ ...config, logLevel: 'warn' }, 'demo');
    await fill();
  });

  afterAll(async () => {
    await platform.close();
    await shop.drop();
  });

  it('is filled again with the same content, so nothing is written', async () => {
    const before = await position();
    await platform.pool.query("DELETE FROM settings WHERE name = 'demo_filled'");
    await fill();
    expect(await position()).toBe(before);
  });

  it('has conversations, one of which waits for a person and one of which a person has closed', async () => {
    const conversations = await rowsOf<{ status: string; operator: string | null; said: string[] }>(
      `SELECT status, operator_name AS operator, (SELECT array_agg(
           CASE author WHEN 'CUSTOMER' THEN understood->>'intent' WHEN 'AUTOMATIC' THEN content->>'outcome' ELSE author END
           ORDER BY ordinal) FROM conversation_messages WHERE conversation_id = c.id) AS said
       FROM conversations c ORDER BY started_at`,
    );
    expect(conversations).toMatchObject([
      {
        status: 'AUTOMATIC',
        said: ['greeting', 'ANSWERED', 'order-status', expect.stringMatching(/^A/) as string, 'thanks', 'ANSWERED'],
      },
      { status: 'AUTOMATIC', said: ['return-item', expect.stringMatching(/^A/) as string] },
      { status: 'AUTOMATIC', said: ['delivery-options', 'ANSWERED'] },
      { status: 'AUTOMATIC', said: ['product-availability', 'ANSWERED'] },
      {
        ...{ status: 'CLOSED', operator: 'Ann (synthetic)' },
        said: ['complaint', 'HANDED_OFF', 'OPERATOR', null, 'OPERATOR'],
      },
      { status: 'AUTOMATIC', said: ['order-status', expect.stringMatching(/^A/) as string] },
      { status: 'WAITING', said: ['change-order', expect.any(String) as string, 'speak-to-person', 'HANDED_OFF'] },
    ]);
    const chinese = await rowsOf(`SELECT FROM conversation_messages WHERE content->>'language' = 'zh'`);
    expect(chinese).toHaveLength(1);
  });

  it('has advertisers with campaigns, and the placements of the shop page', async () => {
    const objects = await rowsOf<{ kind: string; count: number }>(
      'SELECT kind, count(*)::int AS count FROM ad_objects GROUP BY kind ORDER BY kind',
    );
    expect(Object.fromEntries(objects.map(({ kind, count }) => [kind, count]))).toEqual({
      ...{ ADVERTISER: 3, CAMPAIGN: 4, LINE_ITEM: 5, PLACEMENT: 2 },
    });
    const names = await rowsOf<{ name: string }>(
      `SELECT record->>'name' AS name FROM ad_objects WHERE kind = 'CAMPAIGN'`,
    );
    for (const { name } of names) expect(name).toMatch(/\(synthetic\)$/);
    const known = await rowsOf(
      `SELECT FROM ad_objects o, jsonb_array_elements_text(o.record::jsonb->'productIds') p(id)
       WHERE o.kind = 'LINE_ITEM' AND NOT EXISTS (SELECT FROM products WHERE products.id = p.id)`,
    );
    expect(known).toEqual([]);
  });

  it('uses the starter synonyms of its language', async () => {
    expect(await readStarterLanguages(platform.pool)).toEqual(['en']);
  });

  it('names only lists and searches that the shop has signed', async () => {
    const requestIds = new RequestIds(platform.pool);
    await requestIds.start();
    const named = await rowsOf<{ id: string; placement: string | null }>(
      `SELECT request_id AS id, placement FROM events WHERE request_id IS NOT NULL
       UNION SELECT id, placement FROM events WHERE type = 'SEARCH'
       UNION SELECT request_id, placement FROM order_lines WHERE request_id IS NOT NULL`,
    );
    expect(named.length).toBeGreaterThan(1_000);
    expect(named.filter(({ id, placement }) => requestIds.read(id)?.placement !== placement)).toEqual([]);
  });

  it('has revenue of recommendations, of searches and of neither, and uses of each placement', async () => {
    const attribution = new Attribution(platform.pool, {
      timeZone: TIME_ZONE,
      windowDays: 7,
      isImporting: () => Promise.resolve(false),
    });
    await attribution.run();
    const [days] = await rowsOf<{ currencies: number; revenue: number; recommended: number; searched: number }>(
      `SELECT count(DISTINCT currency)::int AS currencies, sum(revenue)::float8 AS revenue,
         sum(recommendations)::float8 AS recommended, sum(search)::float8 AS searched
       FROM business_days WHERE currency = 'EUR'`,
    );
    const { revenue, recommended, searched } = days;
    // About a third and a fifth. The weekdays of a small shop's 90 days change the shares by some points.
    expect(recommended / revenue).toBeGreaterThan(0.2);
    expect(recommended / revenue).toBeLessThan(0.45);
    expect(searched / revenue).toBeGreaterThan(0.12);
    expect(searched / revenue).toBeLessThan(0.3);
    const placements = await rowsOf<{ kind: string; placement: string; viewed: number; clicks: number }>(
      `SELECT kind, placement, sum(viewed)::int AS viewed, sum(clicks)::int AS clicks FROM placement_days
       GROUP BY kind, placement ORDER BY kind, placement`,
    );
    expect(placements.map(({ kind, placement }) => [kind, placement])).toEqual(LISTS);
    for (const { viewed, clicks } of placements) {
      expect(clicks).toBeGreaterThan(10);
      expect(viewed).toBeGreaterThan(clicks);
    }
    const earners = await rowsOf<{ kind: string; placement: string }>(
      'SELECT kind, placement FROM placement_revenue GROUP BY kind, placement HAVING sum(revenue) > 0 ORDER BY 1, 2',
    );
    expect(earners.map(({ kind, placement }) => [kind, placement])).toEqual(LISTS);
  });

  it('is attributed as a recount of its log and orders says', async () => {
    const requestIds = new RequestIds(platform.pool);
    await requestIds.start();
    const named = await rowsOf<{ id: string }>(
      `SELECT request_id AS id FROM events WHERE request_id IS NOT NULL
       UNION SELECT request_id FROM order_lines WHERE request_id IS NOT NULL`,
    );
    const issued = new Map(
      named.flatMap(({ id }) => (requestIds.read(id) ? [[id, requestIds.read(id)!] as const] : [])),
    );
    const recount = await recountAttribution(platform.pool, issued, { timeZone: TIME_ZONE, windowDays: 7 });
    const lines = await rowsOf(
      `SELECT order_id AS "orderId", sequence, subject, day::text, currency, units, revenue::text, touch, kind, placement,
         intent, query, request_id AS "requestId", model_version AS "modelVersion"
       FROM attributed_lines`,
    );
    expect(lines.length).toBeGreaterThan(500);
    expect(inAnyOrder(lines)).toEqual(inAnyOrder(recount.lines));
    expect(inAnyOrder(await rowsOf('SELECT subject, day::text, events, orders FROM visits'))).toEqual(
      inAnyOrder(recount.visits),
    );
  });

  it('has the streams of orders and parcels in the time zone of the shop, and two alert rules', async () => {
    const streams = await rowsOf<{ id: string; timeZone: string }>(
      `SELECT id, spec -> 'window' ->> 'timeZone' AS "timeZone" FROM streams WHERE id NOT LIKE 'demo-%' ORDER BY id`,
    );
    const expected = [...orderStreams(TIME_ZONE), ...parcelStreams(TIME_ZONE)].map(({ id }) => ({
      id,
      timeZone: TIME_ZONE,
    }));
    expect(streams).toEqual(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(await rowsOf('SELECT id, fault FROM alert_rules ORDER BY id')).toEqual([
      { id: 'low-revenue', fault: null },
      { id: 'no-orders', fault: null },
    ]);
  });

  it('has customers with a name and a habit, and offers the best one of each shelf', async () => {
    const customers = await rowsOf<{ id: string; name: string; habit: string }>(
      `SELECT id, attributes ->> 'name' AS name, attributes ->> 'habit' AS habit FROM customers`,
    );
    expect(customers).toHaveLength(EXTENT.customers);
    const habitOf = (id: string) => LINES[demoCustomer(Number(id.split('-')[2])).mainLine].habit;
    for (const { id, name, habit } of customers)
      expect([id, habit, name]).toEqual([id, habitOf(id), expect.any(String)]);
    const personas = await readPersonas(platform.pool);
    expect(new Set(personas.map(({ habit }) => habit)).size).toBe(12);
    expect(new Set(personas.map(({ name }) => name)).size).toBe(12);
    expect(personas).toEqual([...personas].sort((a, b) => b.orders - a.orders || (a.id < b.id ? -1 : 1)));
    expect(personas.at(-1)!.orders).toBeGreaterThan(0);
  });

  it('has live visitors, whose orders name the list or the place that each product was put into the cart from', async () => {
    const openedAt = (await demoOpenedAt(platform))!;
    const requestIds = new RequestIds(platform.pool);
    await requestIds.start();
    const eventLog = await openEventLog(platform, SHOP);
    const traffic = new DemoTraffic(platform, eventLog, { openedAt, requestIds }, seededRandom(45));
    // The last whole busy hour, so that the number of visitors does not depend on the time of the test.
    const end = Math.floor((Date.now() - (BUSY_HOUR + 1) * HOUR_MS) / DAY_MS) * DAY_MS + (BUSY_HOUR + 1) * HOUR_MS;
    for (let at = end - HOUR_MS; at < end; at += 4_000) await traffic.tick(at);
    await traffic.close();
    const lines = await rowsOf<{ id: string | null; placement: string; customerId: string | null; sessionId: string }>(
      `SELECT l.request_id AS id, l.placement, customer_id AS "customerId", session_id AS "sessionId"
       FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE session_id LIKE 'demo-visit-%-%'`,
    );
    const listed = lines.filter(({ id }) => id !== null);
    expect(listed.length).toBeGreaterThan(5);
    expect(lines.length).toBeGreaterThan(listed.length);
    for (const { id, placement, customerId, sessionId } of lines) {
      if (id === null) expect(['product', 'order']).toContain(placement);
      else {
        expect(requestIds.isIssuedTo(id, { customerId: customerId ?? undefined, sessionId })).toBe(true);
        expect(requestIds.read(id)!.placement).toBe(placement);
      }
    }
  });

  it('is removed if another release has filled it, and only then', async () => {
    expect(await removeOutdatedDemo(shop)).toBe(false);
    const own = await testNamespace();
    expect(await removeOutdatedDemo(own)).toBe(false);
    await own.drop();
    await platform.pool.query("UPDATE settings SET value = '2' WHERE name = 'demo_edition'");
    expect(await removeOutdatedDemo(shop)).toBe(true);
    expect(await rowsOf(`SELECT FROM pg_tables WHERE schemaname = '${shop.namespace}'`)).toEqual([]);
    await platform.pool.query(`CREATE SCHEMA "${shop.namespace}"`); // for the end of this file
  });
});
