import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { UPSERT } from '../setup/operations';
import { type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { fillTasteShop } from '../setup/taste-shop';

/** The page asks for the behaviour after 1 s, and once more 4 s later. */
const QUIET_MS = 7_000;

/** The comparison on product pages at /shop/, in a shop whose behaviour the stated rules predict. */
describeInBrowser('the comparison at /shop/', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;

  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    await fillTasteShop(shop, api.client);
    worker = startWorker(shop);
    visitor = await visit(browser, 'about:blank', undefined, [`127.0.0.1:${api.port}`]);
    ({ page } = visitor);
    page.setDefaultTimeout(60_000);
    await page.goto(`http://127.0.0.1:${api.port}/shop/`);
  });

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const comparison = () => page.getByRole('region', { name: 'Compare what you have viewed' });
  const open = async (title: string) => {
    const box = page.getByRole('combobox', { name: 'Search the shop' });
    await box.fill(title);
    await box.press('Enter');
    await page.locator('.card-link', { hasText: title }).first().click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };

  it('is not offered to a visit that has viewed two products once', async () => {
    await open('Oak lamp');
    await open('Steel lamp');
    await page.waitForTimeout(QUIET_MS);
    expect(await comparison().count()).toBe(0);
  });

  it('shows the products of the category side by side when the visit returns to one of them', async () => {
    await open('Oak lamp');
    await comparison().waitFor();
    const titles = await comparison().locator('thead th').allInnerTexts();
    expect(titles.map((title) => title.trim().split('\n').at(-1))).toEqual(['Oak lamp (this product)', 'Steel lamp']);
    const rows = await comparison().locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split(/\s+/))).toEqual([
      ['Price', '€10.50', '€11.50'],
      ['Brand', 'Oak', 'Steel'],
    ]);
    await page.getByText('A comparison of 2 products is below the product.').waitFor({ state: 'attached' });
    expect(await accessibilityFaults(page)).toEqual([]);
    if (process.env.SCREENSHOT_FOLDER) await page.screenshot({ path: `${process.env.SCREENSHOT_FOLDER}/compare.png` });
    expect(visitor.complaints).toEqual([]);
  });

  it('leads to the other product, where it shows both again, with their present prices', async () => {
    const oakLamp = { id: 'lamp-0', title: 'Oak lamp', brand: 'Oak', categories: ['lamp'] };
    const reduced = { ...oakLamp, price: { amount: '8.25', currency: 'EUR' } };
    const { upsertProducts } = await api.client.data<{ upsertProducts: object }>(UPSERT, { products: [reduced] });
    expect(upsertProducts).toMatchObject({ accepted: 1, errors: [] });
    await comparison().getByRole('link', { name: 'Steel lamp' }).click();
    await page.getByRole('heading', { level: 1, name: 'Steel lamp' }).waitFor();
    await comparison().getByText('€8.25').waitFor();
    expect(await comparison().locator('thead th').count()).toBe(2);
  });

  it('does not come again for the category once it is closed', async () => {
    await page.getByRole('button', { name: 'Close comparison' }).click();
    await comparison().waitFor({ state: 'detached' });
    await open('Oak lamp');
    await page.waitForTimeout(QUIET_MS);
    expect(await comparison().count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it('starts empty when a customer signs in, and ends with the sign-out', async () => {
    const { issued } = await api.client.data<{ issued: object }>(
      'mutation { issued: issueCustomerToken(input: { customerId: "c-1" }) { token expiresAt } }',
    );
    const json = { customers: [{ id: 'c-1', name: 'Ada' }], customerId: 'c-1', name: 'Ada', ...issued };
    await page.route('**/shop/back-end/*', (route) => route.fulfill({ json }));
    await page.route('**/shop/config.json', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ json: { ...((await response.json()) as object), backEnd: true } });
    });
    // The page is loaded again, now with sign-in.
    await page.reload();
    for (const title of ['Steel lamp', 'Oak lamp', 'Steel lamp']) await open(title);
    await page.getByRole('button', { name: 'Close comparison' }).click();
    await comparison().waitFor({ state: 'detached' });
    await page.getByRole('navigation').getByRole('link', { name: 'Sign in' }).click();
    await page.locator('.people [data-id="c-1"]').click();
    const signOut = page.getByRole('button', { name: 'Sign out' });
    await signOut.waitFor();
    for (const title of ['Oak lamp', 'Steel lamp', 'Oak lamp']) await open(title);
    await comparison().waitFor();
    await signOut.click();
    await comparison().waitFor({ state: 'detached' });
    expect(visitor.complaints).toEqual([]);
  });
});
