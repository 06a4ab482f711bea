import { Client } from 'pg';
import { readConfig } from '../../../src/config';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoHistory } from '../../../src/demo/demo-history';
import { fillDemo } from '../../../src/demo/fill-demo';
import { openEventLog } from '../../../src/events/event-log';
import { connectPlatform } from '../../../src/platform/connect';
import { SHOP } from '../../../src/shop';
import { testNamespace } from '../../setup/shop';

const EXTENT = { customers: 150 };
const CUTS = 8;

interface Backend {
  readonly pid: number;
}

it('the demo shop is filled completely although PostgreSQL cuts its connections', async () => {
  const shop = await testNamespace();
  const { namespace, databaseUrl, redisUrl } = shop;
  const client = new Client({ connectionString: databaseUrl, options: `-c search_path=${namespace}` });
  await client.connect();
  const platform = connectPlatform({ ...readConfig({}), namespace, databaseUrl, redisUrl, logLevel: 'error' }, 'demo');
  const one = async (text: string) => (await client.query<{ value: number }>(text)).rows[0].value;
  /** Counts connections in a transaction that has locked or written rows of the shop. */
  const writing = async () =>
    (
      await client.query<Backend>(
        `SELECT DISTINCT pid FROM pg_locks JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = $1 AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()`,
        [namespace],
      )
    ).rows;

  let isOver = false;
  const eventLog = await openEventLog(platform, SHOP);
  const filling = fillDemo(platform, eventLog, () => undefined, EXTENT).finally(() => (isOver = true));
  filling.catch(() => undefined);
  const cut = new Set<number>();
  while (!isOver && cut.size < CUTS) {
    const backend = (await writing()).find(({ pid }) => !cut.has(pid));
    if (!backend) continue;
    await client.query('SELECT pg_terminate_backend($1)', [backend.pid]);
    cut.add(backend.pid);
  }
  await filling;
  expect(cut.size).toBe(CUTS);

  const openedAt = await one("SELECT value::float8 AS value FROM settings WHERE name = 'demo_opened_at'");
  const { earlierPurchases, events, orders } = demoHistory(demoProducts(new Date(openedAt)), openedAt, EXTENT);
  expect({
    events: await one("SELECT count(*)::int AS value FROM events WHERE source IN ('STOREFRONT', 'SEARCH')"),
    lines: await one("SELECT count(*)::int AS value FROM events WHERE type = 'PURCHASE' AND source = 'ORDERS'"),
    products: await one('SELECT count(*)::int AS value FROM products'),
    orders: await one('SELECT count(*)::int AS value FROM orders'),
    unpaid: await one(
      `SELECT count(*)::int AS value FROM orders o WHERE status <> 'PLACED' AND kind = 'ORDER'
         AND total <> (SELECT coalesce(sum(amount), 0) FROM payments WHERE order_id = o.id AND kind = 'CHARGE')`,
    ),
    filled: await one("SELECT count(*)::int AS value FROM settings WHERE name = 'demo_filled'"),
  }).toEqual({
    events: events.length,
    lines: earlierPurchases.length + orders.reduce((sum, { lines }) => sum + lines.length, 0),
    products: 600,
    orders: orders.length,
    unpaid: 0,
    filled: 1,
  });
  await platform.close();
  await client.end();
  await shop.drop();
});
