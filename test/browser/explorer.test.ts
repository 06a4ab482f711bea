import type { Browser } from 'playwright-core';
import { demoProducts } from '../../src/demo/demo-catalogue';
import { describeInBrowser, launchBrowser, visit } from '../setup/browser';
import { UPSERT, type UpsertAnswer } from '../setup/operations';
import { ADMIN_KEY, startApi } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

jest.setTimeout(60_000);

describeInBrowser('/explorer/', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let browser: Browser;

  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    const products = demoProducts(new Date()).filter(({ title }) => title?.includes('Lamp'));
    await api.client.data<UpsertAnswer>(UPSERT, {
      products: products.map((each) => ({ ...each, updatedAt: undefined })),
    });
  });

  afterAll(async () => {
    await browser.close();
    expect(await api.stop()).toBe(0);
    await shop.drop();
  });

  it('answers ready-made queries and a subscription with the key from its headers, which it forgets', async () => {
    const { page, complaints } = await visit(browser, `http://127.0.0.1:${api.port}/explorer/`);
    const answer = page.locator('.result-window');
    const headers = page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror');
    const run = async (tab: string) => {
      await page.getByRole('tab', { name: tab }).click();
      const query = page.locator('.graphiql-query-editor');
      await until(
        () => query.innerText(),
        (text) => text.includes(` ${tab}`),
      );
      await headers.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(JSON.stringify({ 'x-api-key': ADMIN_KEY }));
      await headers.getByText(ADMIN_KEY).waitFor();
      await page.getByRole('button', { name: /execute query/i }).click();
    };
    // Until it has asked for the schema it goes back to the first tab.
    await page.waitForLoadState('networkidle');
    await run('Search');
    await until(
      () => answer.innerText(),
      (text) => text.includes('"correctedQuery": "lamp"'),
    );
    await run('Live');
    await until(
      () => answer.innerText(),
      (text) => text.includes('"revision"'),
    );
    expect(complaints).toEqual([]);
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])');
    expect(kept).not.toContain(ADMIN_KEY);
  });
});
