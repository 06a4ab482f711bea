import { Attribution } from '../../src/attribution/attribution.service';
import { BusinessReportService } from '../../src/attribution/report/business-report.service';
import { encodeRequestId } from '../../src/auth/request-id';
import { readStoredSecret } from '../../src/platform/stored-secret';
import { openEventLog } from '../../src/events/event-log';
import type { StoredEvent } from '../../src/events/stored-event';
import { seededRandom } from '../../src/learn/seeded-random';
import { OrderService } from '../../src/orders/order.service';
import { SHOP } from '../../src/shop';
import { percentile } from '../row';
import { benchShop, type BenchShop } from '../shop';
import type { GuardRow } from './guard-row';
import { ReferenceBeside } from './reference-beside';

const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const VISITS = 10_000;
const EVENTS_PER_VISIT = 20;
const PRODUCTS = 2_000;
/** One of this many visits places an order of two lines. */
const VISITS_PER_ORDER = 20;
const BATCH = 500;
const SAMPLES = 3;
/** What a year of 3 million events leaves behind: a visit has about eight events, and one of 20 visits an order. */
const YEAR = { visits: 375_000, orders: 20_000, placements: 12 };
const REPORTS = 200;
const SETTINGS = { timeZone: 'Europe/Berlin', windowDays: 7, isImporting: () => Promise.resolve(false) };

/**
 * Measures attribution: its cost per event, and a report over a year. The events, orders and figures are synthetic.
 * @param print called with the 99th percentile of the time of a report, in milliseconds
 */
export async function measureAttribution(print: (line: string) => void): Promise<GuardRow[]> {
  const reference = await ReferenceBeside.start();
  const shop = await benchShop();
  try {
    const rows: GuardRow[] = [];
    const fill = await visitWriter(shop);
    // With each look at the clock, all visits become due.
    let clock = Date.now();
    const attribution = new Attribution(shop.platform.pool, { ...SETTINGS, now: () => (clock += 60_000) });
    await fill(200);
    await attribution.run();
    for (let sample = 0; sample < SAMPLES; sample++) {
      await fill(VISITS);
      const ratio = await reference.unitsPerPass(async () =>
        cpuOf(shop, VISITS * EVENTS_PER_VISIT, () => attribution.run()),
      );
      rows.push({ name: 'attribution', what: WHAT_ATTRIBUTION, ratio });
    }
    await fillYear(shop);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const times: number[] = [];
      const ratio = await reference.unitsPerPass(async () => cpuOf(shop, REPORTS, () => readReports(shop, times)));
      rows.push({ name: 'business-report', what: WHAT_REPORT, ratio });
      print(`a business report over a year: p99 ${percentile(times, 0.99).toFixed(0)} ms of ${REPORTS}`);
    }
    return rows;
  } finally {
    reference.stop();
    await shop.close();
  }
}

const WHAT_ATTRIBUTION = `one event of a visit of ${EVENTS_PER_VISIT} events, one of ${VISITS_PER_ORDER} visits with an order, until it is in the figures: CPU time of the follower and PostgreSQL`;
const WHAT_REPORT =
  'one business report over a year of 3,000,000 events with the year before: CPU time of the API and PostgreSQL';

/** CPU time of one unit, in milliseconds: of this process and of PostgreSQL. */
async function cpuOf(shop: BenchShop, units: number, work: () => Promise<unknown>): Promise<number> {
  const database = async () => (await shop.databaseUsage()).cpuSeconds;
  const [own, postgres] = [process.cpuUsage(), await database()];
  await work();
  const { user, system } = process.cpuUsage(own);
  return (1_000 * ((user + system) / 1e6 + (await database()) - postgres)) / units;
}

async function readReports({ platform: { pool, pubSub, log } }: BenchShop, times: number[]): Promise<void> {
  const reports = new BusinessReportService(pool, SETTINGS.timeZone, { pubSub, log });
  const range = { from: new Date(TODAY - 364 * DAY_MS), to: new Date(TODAY + DAY_MS) };
  for (let n = 0; n < REPORTS; n++) {
    const begun = performance.now();
    await reports.report(range, 'YEAR_BEFORE');
    times.push(performance.now() - begun);
  }
}

/** Returns a function that writes visits to the log: impressions, clicks and carts of lists, and orders. */
async function visitWriter({ platform }: BenchShop): Promise<(visits: number) => Promise<void>> {
  const eventLog = await openEventLog(platform, SHOP);
  const orders = new OrderService(eventLog);
  const secret = await readStoredSecret(platform.pool, 'request_id_secret');
  const random = seededRandom(45);
  let written = 0;
  const visit = (): StoredEvent[] => {
    const sessionId = `s${written++}`;
    const begun = TODAY - Math.floor(2 * DAY_MS * random());
    const list = {
      kind: 'RECOMMENDATION',
      intent: 'PERSONAL',
      placement: 'home',
      modelVersion: 'rank-fusion',
    } as const;
    const requestId = encodeRequestId(secret, { ...list, at: begun }, { sessionId });
    return Array.from({ length: EVENTS_PER_VISIT }, (_, n): StoredEvent => ({
      source: 'STOREFRONT',
      id: `e${written}-${n}`,
      type: n < 12 ? 'IMPRESSION' : n < 18 ? 'VIEW' : n < 19 ? 'CLICK' : 'ADD_TO_CART',
      occurredAt: begun + n * 5_000,
      sessionId,
      productId: `p${Math.floor(PRODUCTS * random())}`,
      quantity: 1,
      ...(n < 12 || n >= 18 ? { requestId } : {}),
    }));
  };
  const order = (events: readonly StoredEvent[]) => ({
    id: `o${written}`,
    sessionId: events[0].sessionId,
    placedAt: new Date(events[0].occurredAt + 200_000),
    lines: events.slice(18).map(({ productId = '' }, n) => ({
      id: `${n}`,
      productId,
      quantity: 1,
      unitPrice: { amount: '19.90', currency: 'EUR' },
    })),
  });
  return async (visits) => {
    const all = Array.from({ length: visits }, visit);
    // Visitors take turns, as in a shop.
    const events = all.flat().sort((a, b) => a.occurredAt - b.occurredAt);
    for (let at = 0; at < events.length; at += BATCH)
      await eventLog.commit(async ({ append }) => {
        await append(events.slice(at, at + BATCH), { receivedAt: () => new Date(), backfill: false });
        return { change: {} };
      });
    await orders.record(all.filter((_, n) => n % VISITS_PER_ORDER === 0).map(order), { by: 'bench' });
  };
}

/** Writes the figures that two years of visits and orders leave behind. */
async function fillYear({ platform: { pool } }: BenchShop): Promise<void> {
  const days = `(date '1970-01-01' + ${TODAY / DAY_MS} - (n % 730)::int)`;
  await pool.query(
    `INSERT INTO visits (subject, day, events, orders, previous_order_day)
     SELECT 'c:year ' || n, ${days}, 8, (n % 19 = 0)::int, CASE WHEN n % 3 = 0 AND n % 19 = 0 THEN ${days} - (n % 90)::int - 1 END
     FROM generate_series(1, ${2 * YEAR.visits}) AS n`,
  );
  await pool.query(
    `INSERT INTO visit_days SELECT day, count(*), count(*) FILTER (WHERE orders > 0) FROM visits
     WHERE subject LIKE 'c:year %' GROUP BY day ON CONFLICT DO NOTHING`,
  );
  await pool.query(
    `INSERT INTO business_days (day, currency, orders, kept_orders, revenue, kept_revenue, recommendations, search, view_through)
     SELECT ${days}, currency, ${YEAR.orders} / 365, ${YEAR.orders} / 365, 2000, 2000, 600, 400, 50
     FROM generate_series(0, 729) AS n CROSS JOIN unnest(ARRAY['EUR', 'USD']) AS currency ON CONFLICT DO NOTHING`,
  );
  await pool.query('VACUUM ANALYZE visits, visit_days, business_days');
}
