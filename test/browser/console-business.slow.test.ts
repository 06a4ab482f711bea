import type { Page } from 'playwright-core';
import { CREATE_RULE } from '../setup/alert-operations';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import type { GraphqlClient } from '../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  LIST,
  type ListAnswer,
  RECORD,
  SEARCH,
  type SearchAnswer,
} from '../setup/operations';
import { ORDERS, PAY, type Recorded } from '../setup/order-operations';
import { ADMIN_KEY } from '../setup/processes';
import { until } from '../setup/until';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const MONEY = '{ value { amount currency } before { amount currency } }';
const REPORT = `query($from: DateTime!, $to: DateTime!) {
  businessReport(from: $from, to: $to) {
    visits { value } conversion { value low high }
    currencies {
      currency orders { value before }
      revenue ${MONEY} averageOrder ${MONEY} recommendations ${MONEY} search ${MONEY} viewThrough ${MONEY}
    }
  }
}`;
const SELLERS = `query($input: BestSellersInput!) { bestSellers(first: 1, input: $input) { productId units revenue } }`;
const SUGGESTIONS = '{ synonymSuggestions { nodes { id } } }';
const STARTERS = '{ starterSynonyms { language enabled } }';
const SYNONYMS = '{ synonyms(first: 10) { nodes { kind words finds } } }';

interface Money {
  readonly value: { readonly amount: string; readonly currency: string };
}
interface Report {
  readonly visits: { readonly value: number };
  readonly conversion: { readonly value: number; readonly low: number; readonly high: number };
  readonly currencies: readonly ({ readonly currency: string; readonly orders: { readonly value: number } } & Readonly<
    Record<'revenue' | 'averageOrder' | 'recommendations' | 'search' | 'viewThrough', Money>
  >)[];
}

interface Sellers {
  readonly bestSellers: readonly { readonly productId: string; readonly units: number; readonly revenue: string }[];
}

const euros = (amount: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(Number(amount));

describeInBrowser('the page Business of the console', () => {
  const shop = consoleShop({ fits: false });
  const { open, record, signIn, accessible } = shop;
  // Noon of yesterday: the shop's days are in UTC.
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
  const at = (minutes: number) => new Date(noon + minutes * MINUTE_MS).toISOString();
  let server: GraphqlClient;
  let page: Page;
  let list: ListAnswer['recommendations'];

  const card = (name: string) => page.getByRole('region', { name, exact: true });
  const shows = (name: string, text: string) => card(name).getByText(text, { exact: true }).waitFor();
  const order = async (id: string, lines: readonly object[], more: object = {}) => {
    const { recordOrders } = await shop.client().data<Recorded>(ORDERS, {
      orders: [{ id, customerId: 'c-1', placedAt: at(10), lines, ...more }],
    });
    expect(recordOrders.errors).toEqual([]);
  };
  const line = (productId: string, amount: string, currency = 'EUR') => ({
    ...{ id: productId, productId, quantity: 1, unitPrice: { amount, currency } },
  });
  const event = (type: string, productId: string, more: object) => ({
    ...{ type, productId, customerId: 'c-1', source: 'STOREFRONT', occurredAt: at(0), ...more },
  });
  const report = async () => {
    const answer = await shop.client().data<{ businessReport: Report }>(REPORT, { from: at(0), to: at(0) });
    return answer.businessReport;
  };

  beforeAll(async () => {
    page = shop.page();
    const key = await shop.client().data<CreateKeyAnswer>(CREATE_KEY, { input: { scope: 'SERVER', name: 'shop' } });
    server = shop.client().as({ apiKey: key.createApiKey.secret });
    await signIn(ADMIN_KEY, true);
  });

  it('is the entry page, says what to send while there are no orders, and counts visits', async () => {
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
    await page.getByText('No orders in the last 60 days').waitFor();
    await page.getByText('recordOrders').waitFor();
    await page.getByRole('link', { name: '30 days', exact: true }).press('Enter');
    const visits = page.locator('.empty b');
    await visits.waitFor();
    const before = Number((await visits.textContent())!.split(' ')[0]);
    await record(...['c-1', 'c-2', 'c-3'].map((customerId) => ({ ...event('VIEW', 'lamp-7', {}), customerId })));
    await visits.and(page.getByText(`${before + 3} visits`, { exact: true })).waitFor();
    await accessible('business without orders');
  });

  it('shows the figures of businessReport, of yesterday and by currency', async () => {
    ({ recommendations: list } = await server.data<ListAnswer>(LIST, {
      input: { intent: 'POPULAR', placement: 'home', customerId: 'c-1' },
    }));
    const { search: found } = await server.data<SearchAnswer>(SEARCH, {
      input: { query: 'kettle', placement: 'results', customerId: 'c-1' },
    });
    const [clicked, seen] = list.edges.map(({ node }) => node.id);
    const via = { requestId: list.requestId, placement: 'home' };
    await record(
      event('IMPRESSION', clicked, via),
      event('IMPRESSION', seen, via),
      event('CLICK', clicked, via),
      event('VIEW', 'kettle-5', { requestId: found.requestId, placement: 'results' }),
    );
    await order('o-1', [line(clicked, '1200.50'), line('kettle-5', '30'), line(seen, '12.25')]);
    const paid = { orderId: 'o-1', occurredAt: at(20) };
    await shop.client().data(PAY, {
      payments: [
        { ...paid, id: 'charge', kind: 'CHARGE', amount: { amount: '1242.75', currency: 'EUR' } },
        { ...paid, id: 'refund', kind: 'REFUND', amount: { amount: '12.25', currency: 'EUR' } },
      ],
    });
    await order('o-2', [line('chair-3', '50', 'USD')], { customerId: 'c-2' });
    // The order may be counted before the click is in the log, and then again with it.
    await until(
      report,
      ({ currencies }) => currencies.length === 2 && currencies.some((one) => one.recommendations.value.amount !== '0'),
    );
    await page.getByRole('link', { name: 'Yesterday', exact: true }).press('Enter');
    const { visits, conversion, currencies } = await report();
    const figures = currencies.find(({ currency }) => currency === 'EUR')!;
    expect(figures).toMatchObject({ recommendations: { value: { amount: '1200.50' } }, orders: { value: 1 } });
    await page.getByLabel('Currency').selectOption('EUR');
    await shows('Revenue', '€1,242.75');
    await shows('Revenue', euros(figures.revenue.value.amount));
    await shows('Revenue', 'Refunded: €12.25');
    await shows('Average order', euros(figures.averageOrder.value.amount));
    await shows('From recommendations', euros(figures.recommendations.value.amount));
    await shows('From recommendations', `View-through, not counted: ${euros(figures.viewThrough.value.amount)}`);
    await shows('From search', euros(figures.search.value.amount));
    await shows('Orders', String(figures.orders.value));
    const percent = (share: number) => (100 * share).toFixed(1);
    await shows('Conversion', `${percent(conversion.value)} %`);
    await shows('Conversion', `${percent(conversion.low)}–${percent(conversion.high)} % · ${visits.value} visits`);
    await page
      .getByText(
        /^Yesterday the shop earned €1,242\.75 with 1 order: €1,200\.50 \(97 %\) through recommendations, €30\.00 \(2 %\) through search\.$/,
      )
      .waitFor();
    await accessible('business');
    await page.getByLabel('Currency').selectOption('USD');
    await shows('Revenue', '$50.00');
    await page.getByLabel('Currency').selectOption('EUR');
    await shows('Revenue', '€1,242.75');
  });

  it('shows a new order without a reload, against the whole day before', async () => {
    await page.getByRole('link', { name: 'Today', exact: true }).press('Enter');
    await shows('Orders', '0');
    await order('o-3', [line('lamp-7', '20')], { placedAt: new Date().toISOString() });
    await shows('Revenue', '€20.00');
    await shows('Orders', '1');
    await card('Revenue').getByText('from €1,242.75').waitFor();
    // An arrow for eyes, and words for screen readers.
    await card('Revenue').getByText('down by').waitFor();
    await page.getByText(/today is still running, and is compared with the whole of/).waitFor();
    await page.getByText('As a table').press('Enter');
    const days = page.getByRole('region', { name: 'Revenue by day' }).getByRole('row');
    await days.nth(1).getByRole('cell', { name: '€20.00' }).waitFor();
    await days.nth(2).getByRole('cell', { name: '€1,200.50' }).waitFor();
    expect(await days.count()).toBe(31);
  });

  it('opens the order lines of a placement', async () => {
    await page.getByRole('link', { name: '7 days', exact: true }).press('Enter');
    const home = page.getByRole('row', { name: /^home Recommendations/ });
    await home.getByRole('cell', { name: '€1,200.50' }).waitFor();
    await home.getByRole('button', { name: 'home' }).press('Enter');
    const lines = page.getByRole('dialog', { name: 'Order lines of home' });
    const row = lines.getByRole('row', { name: /o-1/ });
    await row.filter({ hasText: 'clicked' }).getByRole('cell', { name: '€1,200.50' }).waitFor();
    await row.filter({ hasText: 'only seen: not counted' }).getByRole('cell', { name: '€12.25' }).waitFor();
    await accessible('order lines');
    await page.keyboard.press('Escape');
    await lines.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('home');
  });

  it('makes the order streams that best sellers need', async () => {
    const sellers = page.getByRole('region', { name: 'Best sellers', exact: true });
    await sellers.getByRole('button', { name: 'Create order streams' }).press('Enter');
    await sellers.getByRole('row').nth(1).waitFor();
    const input = { from: at(-6 * DAY_MINUTES), to: at(2 * DAY_MINUTES), currency: 'EUR', by: 'REVENUE' };
    const { bestSellers } = await shop.client().data<Sellers>(SELLERS, { input });
    const [best] = bestSellers;
    expect(best.productId).toBe(list.edges[0].node.id);
    expect(Number(best.revenue)).toBeGreaterThan(1_200);
    await sellers
      .getByRole('row', { name: `${list.edges[0].node.title} ${best.units} ${euros(best.revenue)}` })
      .waitFor();
  });

  it('makes a synonym of a search without results, and says what needs attention', async () => {
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await attention.waitFor();
    await attention.getByRole('status').waitFor({ state: 'detached' });
    expect(await attention.textContent()).not.toMatch(/zorble|runs/);
    for (let n = 0; n < 6; n++) {
      const { search } = await server.data<SearchAnswer>(SEARCH, { input: { query: 'zorble', customerId: `c-${n}` } });
      expect(search.totalCount).toBe(0);
    }
    await shop.client().data(CREATE_RULE, {
      rule: { id: 'runs', source: 'SYSTEM', condition: 'system.workerProcesses > 0.0' },
    });
    await attention.getByText('The alert runs is firing.').waitFor();
    await attention.getByText('“zorble” was searched for 6 times in 7 days, and nothing was found.').waitFor();
    await accessible('attention');
    const button = page.getByRole('button', { name: 'Make a synonym for zorble' });
    await button.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Make a synonym for “zorble”' });
    await dialog.getByLabel('Also find').fill('kettle');
    const found = dialog.getByRole('list', { name: 'Found with the synonym' });
    await found.getByRole('listitem').filter({ hasText: 'new' }).nth(4).waitFor();
    await dialog.getByText('8 products', { exact: true }).waitFor();
    await dialog.getByText('0 products', { exact: true }).waitFor();
    await accessible('synonym');
    await page.keyboard.press('Enter');
    await page.getByText('has a synonym').waitFor();
    expect(await shop.client().data(SYNONYMS)).toEqual({
      synonyms: { nodes: [{ kind: 'ONE_WAY', words: ['zorble'], finds: ['kettle'] }] },
    });
    await attention.getByText(/zorble/).waitFor({ state: 'detached' });
    await open('Search reports');
    await page.getByRole('region', { name: 'Without results', exact: true }).getByText('has a synonym').waitFor();
    await accessible('search reports');
  });

  it('accepts and dismisses synonyms that customers suggest', async () => {
    const search = async (query: string, customerId: string) =>
      (await server.data<SearchAnswer>(SEARCH, { input: { query, customerId } })).search;
    for (const [from, to] of [
      ['quibber', 'kettle'],
      ['wommle', 'chair'],
    ])
      for (let n = 0; n < 6; n++) {
        const customerId = `${from}-${n}`;
        await search(from, customerId);
        const { edges, requestId } = await search(to, customerId);
        const productId = edges[0].node.id;
        await server.data(RECORD, { events: [{ type: 'CLICK', customerId, productId, requestId, position: 1 }] });
      }
    const suggested = () => shop.client().data<{ synonymSuggestions: { nodes: object[] } }>(SUGGESTIONS);
    await until(suggested, ({ synonymSuggestions }) => synonymSuggestions.nodes.length === 2);
    await open('System');
    await open('Search reports');
    const table = page.getByRole('region', { name: 'Suggested synonyms', exact: true });
    await table.getByRole('row', { name: /^quibber → kettle 6 0 0 / }).waitFor();
    await accessible('suggested synonyms');
    await table.getByRole('button', { name: 'Accept quibber → kettle' }).press('Enter');
    await table.getByRole('row', { name: /^quibber/ }).waitFor({ state: 'detached' });
    await table.getByRole('button', { name: 'Dismiss wommle → chair' }).press('Enter');
    await table.getByText('None.').waitFor();
    expect((await shop.client().data<{ synonyms: { nodes: object[] } }>(SYNONYMS)).synonyms.nodes).toContainEqual({
      ...{ kind: 'ONE_WAY', words: ['quibber'], finds: ['kettle'] },
    });
    expect((await suggested()).synonymSuggestions.nodes).toEqual([]);
  });

  it('switches starter synonyms on and off', async () => {
    const toggle = page.getByRole('switch', { name: 'English' });
    expect(await toggle.isChecked()).toBe(false);
    const enabled = () => shop.client().data(STARTERS);
    await toggle.press('Space');
    await until(enabled, (answer) => JSON.stringify(answer).includes('"language":"en","enabled":true'));
    await page.getByText(/^\d+ groups in English$/).press('Enter');
    await page.getByText('trousers → pants').waitFor();
    await accessible('starter synonyms');
    await toggle.press('Space');
    await until(enabled, (answer) => !JSON.stringify(answer).includes('true'));
  });

  it('leads from the earlier address of the system figures to their page', async () => {
    await page.goto(page.url().replace(/\/console\/.*/, '/console/now'));
    await page.getByRole('heading', { level: 1, name: 'System' }).waitFor();
    expect(page.url()).toMatch(/\/console\/system$/);
  });

  it('fits into 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const title of ['Business', 'Search reports', 'System']) {
      await open(title);
      if (title === 'Business') {
        await page.getByRole('link', { name: '7 days', exact: true }).press('Enter');
        await page.getByRole('row', { name: /^home Recommendations/ }).waitFor();
      }
      await accessible(`${title}, 390 pixels`);
      expect([title, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([title, 390]);
    }
  });
});
