import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { RECORD, type RecordAnswer } from '../setup/operations';
import { ADMIN_KEY, type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { fillTasteShop } from '../setup/taste-shop';
import { until } from '../setup/until';

describeInBrowser('the charts and tables of the console', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;

  const open = async (title: string) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };
  const record = async (...events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
  };
  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    await fillTasteShop(shop, api.client);
    worker = startWorker(shop);
    visitor = await visit(browser, `http://localhost:${api.port}/console/`);
    ({ page } = visitor);
    await page.getByLabel('Admin key').fill(ADMIN_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
  });

  afterEach(() => expect(visitor.complaints).toEqual([]));

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('shows the last hour of a stream with keys, equal to a recount, and drops minutes that leave it', async () => {
    const types = ['VIEW', 'CLICK', 'ADD_TO_CART', 'LIKE'];
    const minute = () => Math.floor(Date.now() / 60_000) * 60_000;
    const { createStream } = await api.client.data<{ createStream: { errors: unknown[] } }>(
      'mutation($stream: StreamInput!) { createStream(input: { stream: $stream }) { errors { message } } }',
      {
        stream: {
          id: 'demo-events-per-minute',
          keys: [{ name: 'type', expression: 'event.type' }],
          window: { kind: 'TUMBLING', size: 'PT1M' },
          aggregates: [{ name: 'events', kind: 'COUNT' }],
          lateness: 'P1D',
          backfill: false,
        },
      },
    );
    expect(createStream.errors).toEqual([]);
    // Seventy minutes of four types: more windows than a subscription starts with.
    const begun = minute();
    const minutes = Array.from({ length: 70 }, (_, ago) => begun - ago * 60_000);
    await record(
      ...minutes.flatMap((at, ago) =>
        types.map((type) => ({
          ...{ id: `hour-${ago}-${type}`, occurredAt: new Date(at).toISOString(), type },
          ...{ customerId: 'c-3', productId: 'lamp-1', source: 'STOREFRONT' },
        })),
      ),
    );
    await open('Streams');
    await open('System');
    const events = page.getByRole('status', { name: 'Events in the last hour' });
    const expected = () => types.length * minutes.filter((at) => at > minute() - 3_600_000).length;
    await until(
      async () => Number(await events.textContent()) - expected(),
      (difference) => difference === 0,
    );
    const before = expected();
    // The chart names the day that it shows, or both days around midnight.
    const caption = page.getByRole('region', { name: 'Events' }).locator('figcaption');
    expect(await caption.textContent()).toMatch(
      /\d{1,2} \w{3} \d{4}, \d\d:\d\d(–|\s–\s\d{1,2} \w{3} \d{4}, )\d\d:\d\d/,
    );
    await until(
      async () => (expected() < before ? Number(await events.textContent()) - expected() : NaN),
      (difference) => difference === 0,
    );
    await api.client.data('mutation { deleteStream(input: { id: "demo-events-per-minute" }) { errors { message } } }');
  });

  it('shows amounts by day in their currency, next to top lists', async () => {
    const { createStream } = await api.client.data<{ createStream: { errors: unknown[] } }>(
      'mutation($stream: StreamInput!) { createStream(input: { stream: $stream }) { errors { message } } }',
      {
        stream: {
          id: 'sold',
          from: ['PURCHASE'],
          keys: [{ name: 'currency', expression: "has(event.currency) ? event.currency : '-'" }],
          derive: [{ name: 'worth', expression: 'event.amount' }],
          window: { kind: 'TUMBLING', size: 'P1D' },
          aggregates: [
            { name: 'worth', kind: 'SUM', expression: 'event.worth' },
            { name: 'products', kind: 'TOP', expression: 'event.productId', most: 10 },
            { name: 'buyers', kind: 'DISTINCT', expression: 'event.customerId' },
            ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
              name: `average_${name}`,
              kind: 'AVERAGE',
              expression: 'event.amount',
            })),
          ],
        },
      },
    );
    expect(createStream.errors).toEqual([]);
    await open('Streams');
    await page.getByRole('link', { name: 'sold', exact: true }).click();
    const table = page.getByRole('table', { name: 'Windows of sold' });
    await table
      .getByRole('cell', { name: /^\w+-\w+ \(\d+\), / })
      .nth(3)
      .waitFor();
    await page.locator('figcaption', { hasText: /^\d{1,2} \w{3} \d{4} · €[\d,.]+ · / }).waitFor();
    // Head and rows have the same columns, one line high, and no column overlaps the next.
    const faults = await table.evaluate((element) => {
      const head = [...element.querySelectorAll('.rows-head > *')].map((cell) => cell.getBoundingClientRect());
      return [...element.querySelectorAll('.rows-row')].flatMap((row) =>
        [...row.children].filter((cell, column) => {
          const { left, right, height } = cell.getBoundingClientRect();
          const next = row.children[column + 1]?.getBoundingClientRect().left ?? Infinity;
          return Math.abs(left - head[column].left) > 1 || right > next || height > 38;
        }),
      ).length;
    });
    expect(faults).toBe(0);
  });
});
