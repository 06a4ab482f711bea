import type { Browser, Page } from 'playwright-core';
import { seededRandom } from '../../src/learn/seeded-random';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { purchaseOf, recordAll, refreshModel } from '../setup/model-operations';
import { UPSERT } from '../setup/operations';
import { ORDERS, type Recorded } from '../setup/order-operations';
import { ADMIN_KEY, type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

const DAY_MS = 86_400_000;
/** Kinds of synthetic customers with clearly different purchases. */
const KINDS = [
  { name: 'weekly', everyDays: 7, price: 40, orders: 12, lastDaysAgo: 2 },
  { name: 'monthly', everyDays: 30, price: 200, orders: 6, lastDaysAgo: 10 },
  { name: 'lapsed', everyDays: 30, price: 15, orders: 3, lastDaysAgo: 250 },
  { name: 'once', everyDays: 1, price: 5, orders: 1, lastDaysAgo: 60 },
];
const OF_EACH_KIND = 60;
const OPT_OUT =
  'mutation { upsertCustomers(input: { customers: [{ id: "once-7", profiling: false }] }) { errors { message } } }';

const JOIN = `mutation { upsertCustomers(input: { customers: [
  { id: "weekly-1", attributes: { tier: "member" } }, { id: "weekly-2", attributes: { tier: "member" } }] }) { errors { message } } }`;

const BEHAVIOUR = '{ customer(id: "weekly-1") { behaviour { explanation } } }';

describeInBrowser('the page Customers of the console', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;

  /** Records the purchases of all synthetic customers in the past year. */
  const recordPurchases = () => {
    const random = seededRandom(3);
    const now = Date.now();
    return recordAll(
      api.client,
      KINDS.flatMap(({ name, everyDays, price, orders, lastDaysAgo }) =>
        Array.from({ length: OF_EACH_KIND }, (_, n) => `${name}-${n}`).flatMap((id) =>
          Array.from({ length: orders }, (_, order) => {
            const daysAgo = (lastDaysAgo + order * everyDays) * (0.8 + 0.4 * random());
            return purchaseOf(id, `${id}-${order}`, price * (0.7 + 0.6 * random()), now - daysAgo * DAY_MS);
          }),
        ),
      ),
    );
  };
  const accessible = async (where: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([where, colorScheme, await accessibilityFaults(page)]).toEqual([where, colorScheme, []]);
    }
  };
  const list = () => page.getByRole('region', { name: 'List of customers' });
  const rows = () => list().getByRole('row');
  /** Saves a screenshot if the environment names a folder for them. */
  const screenshot = async (name: string) => {
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  beforeAll(async () => {
    shop = await testNamespace();
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    worker = startWorker(shop);
    await api.client.data(UPSERT, {
      products: [
        { id: 'mug', title: 'Mug', price: { amount: '12', currency: 'EUR' } },
        { id: 'bowl', title: 'Bowl', price: { amount: '9', currency: 'EUR' } },
        { id: 'lamp', title: 'Lamp', price: { amount: '30', currency: 'EUR' } },
      ],
    });
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

  it('says what segments need while there are none', async () => {
    await page.getByRole('link', { name: 'Customers', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    await page.getByText('No version of SEGMENTS is active; 100 customers with an order are needed.').waitFor();
    await page.getByText('There are no customers yet').waitFor();
    await accessible('no segments');
  });

  it('shows segments as soon as a version is active, and renames one in place', async () => {
    await recordPurchases();
    await recordAll(api.client, [{ type: 'VIEW', customerId: 'once-1', productId: 'bowl' }]);
    expect(await refreshModel(api.client, 'SEGMENTS')).toMatchObject({ state: 'DONE', version: { reasons: [] } });
    const segment = page.getByRole('region', { name: /^Segment / });
    // One segment for each kind at least, and NEW.
    await segment.nth(KINDS.length).waitFor();
    const { segments } = await api.client.data<{ segments: { name: string; description: string }[] }>(
      '{ segments { name description } }',
    );
    expect(await segment.getByRole('heading').allTextContents()).toEqual(segments.map(({ name }) => name));
    const first = segment.first();
    await first.getByText(segments[0].description).waitFor();
    await first.getByRole('button', { name: /^Rename/ }).press('Enter');
    await page.keyboard.press('Escape');
    await first.getByRole('button', { name: /^Rename/ }).press('Enter');
    await first.getByLabel('Name').fill(' ');
    await page.keyboard.press('Enter');
    await first.getByText('name must have from 1 to 100 characters; got 0.').waitFor();
    await accessible('a name that is refused');
    await first.getByLabel('Name').fill('Regulars');
    await page.keyboard.press('Enter');
    const renamed = page.getByRole('region', { name: 'Segment Regulars' });
    await renamed.getByRole('heading', { name: 'Regulars' }).waitFor();
    await renamed.getByRole('button', { name: /^Rename/ }).press('Enter');
    await renamed.getByRole('button', { name: 'Use generated name' }).click();
    await first.getByRole('heading', { name: segments[0].name, exact: true }).waitFor();
  });

  it('shows the sizes of the last days of each segment, and the drift since the fit', async () => {
    const first = page.getByRole('region', { name: /^Segment / }).first();
    await first.getByRole('img', { name: /^Sizes of .* in the last 30 days$/ }).waitFor();
    await page.getByText('Drift of the shares since the fit').waitFor();
  });

  it('defines, edits and deletes audiences, with errors in place and live sizes', async () => {
    const audiences = page.getByRole('region', { name: 'Audiences', exact: true });
    await audiences.getByRole('button', { name: 'New audience' }).press('Enter');
    await audiences.getByLabel('Audience id').fill('members');
    await audiences.getByLabel('Audience name').fill('Members');
    await audiences.getByLabel('Condition').fill('customer.tier == 1.0');
    await audiences.getByRole('button', { name: 'Save' }).click();
    await audiences.getByText('condition, line 1, column 10: customer has no field tier').waitFor();
    await accessible('a condition that is refused');
    await audiences.getByLabel('Condition').fill("customer.attributes.tier == 'member'");
    await audiences.getByRole('button', { name: 'Save' }).click();
    const row = audiences.getByRole('row', { name: /^Members/ });
    await row.getByRole('cell', { name: '0', exact: true }).waitFor();
    await api.client.data(JOIN);
    await row.getByRole('cell', { name: '2', exact: true }).waitFor();
    await accessible('audiences');
    await screenshot('customers-audiences');
    await row.getByRole('button', { name: /^Edit/ }).press('Enter');
    await audiences.getByLabel('Audience name').fill('Club');
    await audiences.getByRole('button', { name: 'Save' }).click();
    await audiences
      .getByRole('row', { name: /^Club/ })
      .getByRole('button', { name: /^Delete/ })
      .press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await audiences.getByRole('row').first().waitFor({ state: 'detached' });
  });

  it('lists customers page by page, by the beginning of their ids, and by segment', async () => {
    await page.reload();
    await page.getByLabel('Admin key').fill(ADMIN_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    // Row 0 is the head. A page has 50 customers.
    await rows().nth(50).waitFor();
    expect(await rows().count()).toBe(51);
    await list().getByRole('button', { name: 'More customers' }).click();
    await rows().nth(100).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('once-1');
    const found = ['once-1', ...Array.from({ length: 10 }, (_, n) => `once-1${n}`)];
    await until(
      () => rows().getByRole('link').allTextContents(),
      (ids) => JSON.stringify(ids) === JSON.stringify(found),
    );
    await page.keyboard.type('%');
    await list().getByText('No customer’s id begins with “once-1%”').waitFor();
    const segment = page.getByRole('region', { name: /^Segment / }).first();
    const name = (await segment.getByRole('heading').textContent())!;
    await segment.getByRole('button', { name: /^Show customers/ }).press('Enter');
    await until(
      async () => [await rows().getByRole('cell', { name, exact: true }).count(), await rows().count()] as const,
      ([members, shown]) => members > 0 && members === shown - 1,
    );
    expect(await list().getByLabel('Segment').locator('option:checked').textContent()).toBe(name);
    expect(await list().getByLabel('Id begins with').inputValue()).toBe('');
    await screenshot('customers-light');
    await accessible('customers');
    await screenshot('customers-dark');
  });

  it('follows one customer: profile, timeline, orders and the personal list', async () => {
    await recordAll(api.client, [{ type: 'VIEW', customerId: 'weekly-1', productId: 'bowl' }]);
    const running = await until(
      () => api.client.data<{ customer: { behaviour: { explanation: string } | null } }>(BEHAVIOUR),
      (answer) => answer.customer.behaviour !== null,
    );
    await list().getByLabel('Id begins with').fill('weekly-1');
    await list().getByRole('link', { name: 'weekly-1', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'weekly-1' }).waitFor();
    const session = page.getByRole('region', { name: 'Running session' });
    await session.getByText(/^by stated rules, as of /).waitFor();
    // The page asks later: more seconds have passed since the event.
    const [age, tests] = running.customer.behaviour!.explanation.split(/(?<=^\d+ s) /);
    expect(age).toMatch(/^\d+ s$/);
    await session.getByText(tests).waitFor();
    const profile = page.getByRole('region', { name: 'Profile' });
    await profile.getByText(/^No predictions:/).waitFor();
    await profile.getByText(/^since /).waitFor();
    const events = page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
    const { customer } = await api.client.data<{ customer: { history: { nodes: object[] } } }>(
      '{ customer(id: "weekly-1") { history(first: 100) { nodes { id } } } }',
    );
    const recorded = customer.history.nodes.length;
    expect(recorded).toBeLessThanOrEqual(40);
    await until(
      () => events.count(),
      (count) => count === recorded,
    );
    await page.getByText(/^No orders\./).waitFor();
    // Each of the 60 lines is an event, and so is the order itself.
    const { recordOrders } = await api.client.data<Recorded>(ORDERS, {
      orders: [
        {
          id: 'browser-1',
          customerId: 'weekly-1',
          lines: Array.from({ length: 60 }, (_, line) => ({
            id: String(line),
            productId: line % 2 === 0 ? 'mug' : 'lamp',
            quantity: 1,
            unitPrice: { amount: '12.00', currency: 'EUR' },
          })),
        },
      ],
    });
    expect(recordOrders.errors).toEqual([]);
    const order = page.getByRole('region', { name: 'Orders' }).getByRole('row', { name: /browser-1/ });
    await order.getByRole('cell', { name: '€720.00' }).waitFor();
    await events.nth(49).waitFor();
    await until(
      () => events.count(),
      (count) => count === 50,
    );
    await page.getByRole('button', { name: 'More events' }).click();
    await until(
      () => events.count(),
      (count) => count === recorded + 61,
    );
    await page.getByRole('region', { name: 'Personal list' }).getByRole('listitem').first().waitFor();
    await screenshot('customer-dark');
    await accessible('one customer');
    await page.emulateMedia({ colorScheme: 'light' });
    await screenshot('customer-light');
  });

  it('says that a customer has opted out, and that a customer does not exist', async () => {
    await api.client.data(OPT_OUT);
    await page.getByRole('link', { name: 'All customers' }).click();
    await list().getByLabel('Id begins with').fill('once-7');
    await rows().getByText('opted out').waitFor();
    await list().getByRole('link', { name: 'once-7' }).click();
    await page.getByText('Opted out of profiling.').waitFor();
    await accessible('opted out');
    await page.evaluate(
      "history.pushState(null, '', '/console/customers/missing%2Fid'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    await page.getByText('Customer “missing/id” not found').waitFor();
  });

  it('fits into 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: 'All customers' }).click();
    await rows().nth(50).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await screenshot('customers-narrow');
    await list().getByLabel('Id begins with').fill('weekly-1');
    await list().getByRole('link', { name: 'weekly-1', exact: true }).click();
    await page
      .getByRole('region', { name: 'Orders' })
      .getByRole('row', { name: /browser-1/ })
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await screenshot('customer-narrow');
    await accessible('390 pixels');
  });
});
