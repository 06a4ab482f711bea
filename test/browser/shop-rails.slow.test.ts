import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { RECORD, type RecordAnswer } from '../setup/operations';
import { type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { fillTasteShop } from '../setup/taste-shop';
import { until } from '../setup/until';

const VIEWED = 'home-recently-viewed';
const PERSONAL = 'home-personal';

/** The rails of the shop page, updated by events of its visitor that are recorded elsewhere. */
describeInBrowser('the rails at /shop/', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;
  let products: readonly string[];
  /** A client with the session of the page visitor. */
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    await fillTasteShop(shop, api.client);
    worker = startWorker(shop);
    visitor = await visit(browser, 'about:blank', undefined, [`127.0.0.1:${api.port}`]);
    ({ page } = visitor);
    page.setDefaultTimeout(60_000);
    const asked = page.waitForRequest(
      (request) => request.url().endsWith('/graphql') && 'authorization' in request.headers(),
    );
    await page.goto(`http://127.0.0.1:${api.port}/shop/`);
    const headers = (await asked).headers();
    client = api.client.as({ apiKey: headers['x-api-key'], authorization: headers.authorization });
    await page.locator(`[data-placement=${PERSONAL}] .card`).first().waitFor();
    const { products: all } = await api.client.data<{ products: { nodes: { id: string }[] } }>(
      '{ products(first: 100) { nodes { id } } }',
    );
    products = all.nodes.map(({ id }) => id);
  });

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const view = async (...ids: string[]) => {
    const events = ids.map((productId) => ({ type: 'VIEW', productId }));
    expect((await client.data<RecordAnswer>(RECORD, { events })).recordEvents.errors).toEqual([]);
  };
  /** Returns the products of all rails at one moment. */
  const rails = async () =>
    new Map(
      await page
        .locator('.rail[data-placement]')
        .evaluateAll((all) =>
          all.map(
            (rail) =>
              [
                rail.getAttribute('data-placement')!,
                [...rail.querySelectorAll('.card')].map((card) => card.getAttribute('data-id')!),
              ] as const,
          ),
        ),
    );
  const twice = (shown: ReadonlyMap<string, readonly string[]>) => {
    const all = [...shown.values()].flat();
    return all.filter((id, index) => all.indexOf(id) !== index);
  };
  const firstViewed = (id: string) =>
    until(
      async () => (await rails()).get(VIEWED)?.[0],
      (first) => first === id,
    );

  it('keep their scroll position when their products move', async () => {
    await view(...products.slice(0, 13));
    await until(
      async () => (await rails()).get(VIEWED)?.length,
      (count) => count === 12,
    );
    const row = page.locator(`[data-placement=${VIEWED}] .row`);
    await page.mouse.move(0, 0);
    const left = await row.evaluate((element) => (element.scrollLeft = 430));
    expect(left).toBe(430);
    // The product at the left edge moves to the right, and then to the front.
    const atEdge = (await rails()).get(VIEWED)![2];
    for (const id of [products[13], products[14], atEdge]) {
      await view(id);
      await firstViewed(id);
      await page.evaluate(
        'Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => undefined)',
      );
      expect(await row.evaluate((element) => element.scrollLeft)).toBe(430);
    }
    expect(visitor.complaints).toEqual([]);
  });

  it('never share a product, even while one of them is under the pointer or has the focus', async () => {
    expect(twice(await rails())).toEqual([]);
    const personal = page.locator(`[data-placement=${PERSONAL}] .card-link`);
    for (const hold of [
      () => personal.first().hover(),
      () =>
        personal
          .nth(1)
          .focus()
          .then(() => page.keyboard.press('Tab')),
    ]) {
      await page.mouse.move(0, 0);
      await page.evaluate('document.activeElement.blur()');
      await hold();
      const before = await rails();
      const held = before.get(PERSONAL)!;
      const [inHeld, alsoInHeld] = held.slice(-2);
      const elsewhere = products.find((id) => !held.includes(id) && before.get(VIEWED)![0] !== id)!;
      // These products would go to the rail of viewed products, which chooses first.
      await view(inHeld, alsoInHeld);
      await view(elsewhere);
      await firstViewed(elsewhere);
      const during = await rails();
      expect(during.get(PERSONAL)).toEqual(held);
      expect(twice(during)).toEqual([]);
      expect(during.get(VIEWED)).not.toContain(inHeld);
      await page.mouse.move(0, 0);
      await page.evaluate('document.activeElement.blur()');
      await until(
        async () => (await rails()).get(VIEWED)!.slice(0, 3),
        (shown) => shown.includes(inHeld) && shown.includes(alsoInHeld),
      );
      expect(twice(await rails())).toEqual([]);
    }
    expect(visitor.complaints).toEqual([]);
  });

  it('on a product page share no product either', async () => {
    await page.locator(`[data-placement=${PERSONAL}] .card-link`).first().click();
    await page.locator('[data-placement=product-complementary] .card').first().waitFor();
    await page.locator('[data-placement=product-similar] .card').first().waitFor();
    expect(twice(await rails())).toEqual([]);
  });
});
