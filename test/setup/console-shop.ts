/** The console in a browser, on a shop of tastes that has an API process and a worker. */
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, launchBrowser, visit, type Visit } from './browser';
import type { GraphqlClient } from './graphql-client';
import { RECORD, type RecordAnswer } from './operations';
import { type OwnProcess, startApiProcess, startWorkerProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';
import { fillTasteShop } from './taste-shop';

/** @param fits whether a model is being fitted when the first test begins */
export function consoleShop({ fits }: { readonly fits: boolean }) {
  let shop: TestNamespace;
  let api: OwnProcess & { port: number; client: GraphqlClient };
  let worker: OwnProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;

  const open = async (title: string) => {
    const menu = page.getByRole('button', { name: /^Menu/ });
    if (await menu.isVisible()) await menu.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };
  const record = async (...events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
  };
  const signIn = async (key: string, keep = false) => {
    await page.getByLabel('Admin key').fill(key);
    await page.getByLabel('Stay signed in').setChecked(keep);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const accessible = async (where: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([where, colorScheme, await accessibilityFaults(page)]).toEqual([where, colorScheme, []]);
    }
  };

  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApiProcess(shop), launchBrowser()]);
    await fillTasteShop(shop, api.client);
    worker = startWorkerProcess(shop);
    if (fits) await api.client.data('mutation { refreshModel(input: { kind: BLEND }) { job { id } } }');
    visitor = await visit(browser, `http://localhost:${api.port}/console/`);
    ({ page } = visitor);
  });

  afterEach(() => expect(visitor.complaints).toEqual([]));

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.kill(), worker.kill()]);
    await shop.drop();
  });

  return {
    open,
    record,
    signIn,
    accessible,
    page: () => page,
    shopAddress: () => `http://localhost:${api.port}/shop/`,
    client: () => api.client,
    forgive: (pattern: RegExp) => visitor.forgive(pattern),
    killApi: () => api.kill(),
    /** Restarts the API process on the same port. */
    startApi: async () => void (api = await startApiProcess(shop, { PORT: String(api.port) })),
  };
}
