import type { Browser, Page } from 'playwright-core';
import { readConfig } from '../../src/config';
import { demoProducts } from '../../src/demo/demo-catalogue';
import { DEMO_STOREFRONT_KEY } from '../../src/demo/demo-names';
import { fillDemo } from '../../src/demo/fill-demo';
import { openEventLog } from '../../src/events/event-log';
import { connectPlatform } from '../../src/platform/connect';
import { SHOP } from '../../src/shop';
import { describeInBrowser, launchBrowser, visit } from '../setup/browser';
import { UPSERT, type UpsertAnswer } from '../setup/operations';
import { ADMIN_KEY, startApi } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

/** Runs in the page: the first request has ended, and GraphiQL has processed the response. */
const SCHEMA_IS_LOADED = `
  performance.getEntriesByName(location.origin + '/graphql').length > 0 &&
  document.querySelector('[aria-label="Re-fetch GraphQL schema"]')?.disabled === false`;

type Api = Awaited<ReturnType<typeof startApi>>;

interface EditorElement {
  readonly CodeMirror: { getValue(): string; readonly operationName: string | null };
}

/** The parts of GraphiQL, as a user finds them. */
function partsOf(page: Page) {
  const answer = page.locator('.result-window');
  const headers = page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror');
  const textOf = () => headers.evaluate((element) => (element as unknown as EditorElement).CodeMirror.getValue());
  const operationName = () =>
    page
      .locator('.graphiql-query-editor .CodeMirror')
      .evaluate((element) => (element as unknown as EditorElement).CodeMirror.operationName);
  return {
    open: async (tab: string) => {
      // GraphiQL parses a query a moment after showing it. If the previous tab is parsed after the click, it goes back to it.
      await until(
        async () => {
          if ((await operationName()) !== tab) await page.getByRole('tab', { name: tab }).click();
          return operationName();
        },
        (name) => name === tab,
      );
    },
    headers: textOf,
    write: async (value: object) => {
      await headers.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(JSON.stringify(value));
      await until(textOf, (text) => text === JSON.stringify(value));
    },
    run: () => page.getByRole('button', { name: /execute query/i }).click(),
    answers: (pattern: RegExp) =>
      until(
        () => answer.innerText(),
        (text) => pattern.test(text),
      ),
  };
}

describeInBrowser('/explorer/', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  const explore = async (api: Api) => {
    const { page, complaints } = await visit(browser, `http://127.0.0.1:${api.port}/explorer/`);
    // Until GraphiQL has loaded the schema, it returns to the first tab.
    await until(() => page.evaluate<boolean>(SCHEMA_IS_LOADED), Boolean);
    return { page, complaints, ...partsOf(page) };
  };

  describe('of a shop', () => {
    let shop: TestNamespace;
    let api: Api;

    beforeAll(async () => {
      shop = await testNamespace();
      api = await startApi(shop);
      const products = demoProducts(new Date()).filter(({ title }) => title?.includes('Lamp'));
      await api.client.data<UpsertAnswer>(UPSERT, {
        products: products.map((each) => ({ ...each, updatedAt: undefined })),
      });
    });

    afterAll(async () => {
      expect(await api.stop()).toBe(0);
      await shop.drop();
    });

    it('runs the queries of every tab with headers that are entered once, and does not store the headers', async () => {
      const { page, complaints, open, write, headers, run, answers } = await explore(api);
      await open('Search');
      await write({ 'x-api-key': ADMIN_KEY });
      await run();
      await answers(/"correctedQuery": "lamp"/);
      for (const tab of ['Trending', 'Live', 'ForOneCustomer', 'View', 'Search', 'Live']) {
        await open(tab);
        expect([tab, await headers()]).toEqual([tab, JSON.stringify({ 'x-api-key': ADMIN_KEY })]);
      }
      await run();
      await answers(/"revision"/);
      // Reformatted headers still count as the same; headers edited in this tab apply to all tabs.
      await page.getByRole('button', { name: /Prettify query/ }).click();
      await until(headers, (text) => text === JSON.stringify({ 'x-api-key': ADMIN_KEY }, null, 2));
      await write({ 'x-api-key': 'another' });
      await page.getByRole('button', { name: 'Add tab' }).click();
      await until(headers, (text) => text === JSON.stringify({ 'x-api-key': 'another' }));
      expect(complaints).toEqual([]);
      const stored = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])');
      expect(stored).not.toContain(ADMIN_KEY);
    });

    it('receives no key', async () => {
      const { page, headers } = await explore(api);
      expect(await headers()).toBe(JSON.stringify({ 'x-api-key': '' }, null, 2));
      const sources = await page.evaluate<string[]>(
        'performance.getEntriesByType("resource").map(({ name }) => name).concat(location.href)',
      );
      expect(sources).toContain(`http://127.0.0.1:${api.port}/explorer/config.json`);
      for (const source of sources.filter((each) => each.includes('/explorer/')))
        expect(await (await fetch(source)).text()).not.toMatch(/demo-storefront-key|test-admin-key|fk_[sva]_/);
    });
  });

  describe('of the demo shop', () => {
    let shop: TestNamespace;
    let api: Api;

    beforeAll(async () => {
      shop = await testNamespace();
      const { namespace, databaseUrl, redisUrl } = shop;
      const settings = { ...readConfig({}), namespace, databaseUrl, redisUrl, logLevel: 'warn' as const };
      const platform = connectPlatform(settings, 'demo');
      await fillDemo(platform, await openEventLog(platform, SHOP), () => undefined, { customers: 50 });
      await platform.close();
      api = await startApi(shop);
    });

    afterAll(async () => {
      expect(await api.stop()).toBe(0);
      await shop.drop();
    });

    it('runs its first query immediately, with the public key and a session that the key starts', async () => {
      const { complaints, headers, run, answers, open, write } = await explore(api);
      expect(JSON.parse(await headers())).toEqual({ 'x-api-key': DEMO_STOREFRONT_KEY });
      await run();
      await answers(/"nodes": \[\s*\{\s*"id": "demo-/);
      await open('Visit');
      await run();
      await answers(/"token": "/);
      const token = (await api.client.data<{ startSession: { token: string } }>('mutation { startSession { token } }'))
        .startSession.token;
      await write({ 'x-api-key': DEMO_STOREFRONT_KEY, authorization: `Bearer ${token}` });
      await open('View');
      await run();
      await answers(/"accepted": 1/);
      await open('Live');
      await run();
      await answers(/"revision"/);
      expect(complaints).toEqual([]);
    });
  });
});
