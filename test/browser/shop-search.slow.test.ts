import type { Browser, Page, Request, Route } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { UPSERT } from '../setup/operations';
import { UPSERT_ARTICLES } from '../setup/support-operations';
import { type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

const product = (id: string, title: string, amount: string) => ({
  ...{ id, title, stock: 5, price: { amount, currency: 'EUR' }, categories: ['Home > Lighting'] },
});
const PRODUCTS = [
  product('reading', 'Reading lamp', '29.00'),
  product('floor', 'Floor lamp', '129.00'),
  product('tent', 'Dome tent', '79.00'),
  product('mug', 'Enamel mug', '9.00'),
];

const ARTICLES = [
  {
    ...{ id: 'returns', title: 'Returns', url: 'https://shop.example/returns', intents: ['return-item'] },
    body: 'You can return everything within 30 days.',
  },
  { id: 'hours', title: 'Opening hours', body: 'We are open on working days from 9 to 18.' },
];

interface Sent {
  readonly query: string;
  readonly typing: boolean;
}

/** A query of the search page; undefined for other requests. */
function searchOf(request: Request): Sent | undefined {
  const body = request.postData();
  if (body?.includes('query Search(') !== true) return undefined;
  return (JSON.parse(body) as { variables: { input: Sent } }).variables.input;
}

describeInBrowser('the search page at /shop/', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;
  let origin: string;
  const sent: Sent[] = [];
  const refusals: string[] = [];

  beforeAll(async () => {
    shop = await testNamespace();
    // Ten times the default: a busy machine takes longer for each operation, and that time is charged.
    const limits = { RATE_LIMIT: '200000' };
    [api, browser] = await Promise.all([startApi(shop, limits), launchBrowser()]);
    worker = startWorker(shop);
    await api.client.data(UPSERT, { products: PRODUCTS });
    await api.client.data(UPSERT_ARTICLES, { articles: ARTICLES });
    origin = `http://127.0.0.1:${api.port}`;
    visitor = await visit(browser, `${origin}/shop/search`);
    ({ page } = visitor);
    page.on('request', (request) => {
      const search = searchOf(request);
      if (search) sent.push({ query: search.query, typing: search.typing });
    });
    page.on('response', (response) => {
      if (response.status() === 429) refusals.push(response.url());
    });
    await titles((shown) => shown.length === PRODUCTS.length);
  });
  beforeEach(() => {
    sent.length = 0;
  });
  afterEach(() => expect([visitor.complaints, refusals]).toEqual([[], []]));

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const titles = (isExpected: (shown: readonly string[]) => boolean) =>
    until(() => page.locator('.grid .card-title').allInnerTexts(), isExpected);
  const shows = (...expected: string[]) => titles((shown) => [...shown].sort().join() === [...expected].sort().join());
  const box = () => page.getByRole('combobox', { name: 'Search the shop' });
  const heading = () => page.getByRole('heading', { level: 1 }).innerText();
  const sentQueries = () => sent.map(({ query, typing }) => `${query} ${typing ? 'typed' : 'entered'}`);
  const queryOfAddress = () => new URL(page.url()).searchParams.get('q');

  it('sends what is typed after a pause, and again as entered at Enter: then its price words are read', async () => {
    await box().pressSequentially('lamp under 50');
    await until(
      () => sentQueries().at(-1),
      (last) => last === 'lamp under 50 typed',
    );
    await box().press('Enter');
    await until(
      () => sentQueries().at(-1),
      (last) => last === 'lamp under 50 entered',
    );
    await page.getByText('Filtered: under 50').waitFor();
    await shows('Reading lamp');
    // The second search of a visit is no different.
    await box().fill('lamp under 200');
    await until(
      () => sentQueries().at(-1),
      (last) => last === 'lamp under 200 typed',
    );
    await box().press('Enter');
    await page.getByText('Filtered: under 200').waitFor();
    await shows('Reading lamp', 'Floor lamp');
    expect(await heading()).toBe('“lamp under 200”');
  });

  it('searches for what is entered by Enter, the button or a link', async () => {
    await box().fill('tent');
    await box().press('Enter');
    await shows('Dome tent');
    await box().fill('mug');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await shows('Enamel mug');
    await page.goto(`${origin}/shop/search?q=lamp`);
    await shows('Reading lamp', 'Floor lamp');
    // On a busy machine, the pause after the last letter ends before the button is pressed.
    const entered = sentQueries().filter((query) => query.endsWith('entered'));
    expect(entered).toEqual(['tent entered', 'mug entered', 'lamp entered']);
  });

  it('answers questions to the shop with articles, also if it has no such product', async () => {
    const articles = page.locator('.articles');
    const link = articles.getByRole('link', { name: 'Returns' });
    await box().fill('return policy');
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('https://shop.example/returns');
    await articles.getByText('within 30 days').waitFor();
    await page.getByText('No product matches “return policy”').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await box().fill('opening hours');
    await box().press('Enter');
    await articles.getByText('from 9 to 18').waitFor();
    expect(await articles.getByRole('article').count()).toBe(1);
    await box().fill('lamp');
    await box().press('Enter');
    await shows('Reading lamp', 'Floor lamp');
    expect(await articles.count()).toBe(0);
  });

  it('is not refused while a visitor types query after query', async () => {
    for (const query of ['reading lamp for me', 'floor lamp and more', 'dome tent for two', 'enamel mug in blue']) {
      await box().fill('');
      for (const letter of query) {
        await box().press(letter === ' ' ? 'Space' : letter);
        // A visitor needs about this long for a letter.
        await page.waitForTimeout(110);
      }
      await until(
        () => sentQueries().at(-1),
        (last) => last === `${query} typed`,
      );
      await page.getByRole('heading', { level: 1, name: `“${query}”` }).waitFor();
    }
  });

  it('goes back to the search before, and not to what was typed in between', async () => {
    await box().fill('tent');
    await box().press('Enter');
    await shows('Dome tent');
    for (const typed of ['enam', 'enamel']) {
      await box().fill(typed);
      await until(
        () => sentQueries().at(-1),
        (last) => last === `${typed} typed`,
      );
      await until(queryOfAddress, (query) => query === typed);
    }
    await box().press('Enter');
    await shows('Enamel mug');
    await until(
      () => sentQueries().at(-1),
      (last) => last === 'enamel entered',
    );
    await page.goBack();
    await shows('Dome tent');
    expect([queryOfAddress(), await box().inputValue()]).toEqual(['tent', 'tent']);
  });

  it('shows an error with a retry in the place of other products if a search fails', async () => {
    const answers: string[] = ['INTERNAL', 'RATE_LIMITED'];
    const refuse = (route: Route) => {
      const code = searchOf(route.request()) && answers[0];
      return code === undefined
        ? route.fallback()
        : route.fulfill({ json: { errors: [{ message: 'Out of luck', extensions: { code } }] } });
    };
    await page.route('**/graphql', refuse);
    await box().fill('mug');
    await box().press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('Out of luck').waitFor();
    expect([await heading(), await page.locator('.card').count()]).toEqual(['“mug”', 0]);
    answers.shift();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.getByText('Too many requests').waitFor();
    expect([await heading(), await page.locator('.card').count()]).toEqual(['“mug”', 0]);
    answers.shift();
    // The same query, entered again, is requested again.
    await box().press('Enter');
    await shows('Enamel mug');
    expect(await alert.count()).toBe(0);
    await page.unroute('**/graphql', refuse);
  });

  it('shows a title and its products together, in any order of the answers', async () => {
    const held: Route[] = [];
    const hold = (route: Route) =>
      searchOf(route.request())?.query === 'tent' ? void held.push(route) : route.fallback();
    await page.route('**/graphql', hold);
    await box().fill('tent');
    await box().press('Enter');
    await until(
      () => held.length,
      (count) => count === 1,
    );
    expect([await heading(), await page.locator('.grid .card-title').allInnerTexts()]).toEqual([
      '“mug”',
      ['Enamel mug'],
    ]);
    const aborted = page.waitForEvent('requestfailed', (request) => searchOf(request)?.query === 'tent');
    await box().fill('lamp');
    await box().press('Enter');
    await shows('Reading lamp', 'Floor lamp');
    await aborted;
    await Promise.all(held.map((route) => route.continue().catch(() => {})));
    await page.unroute('**/graphql', hold);
    await box().fill('reading');
    await box().press('Enter');
    await shows('Reading lamp');
    expect(await heading()).toBe('“reading”');
  });
});
