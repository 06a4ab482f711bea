import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launchBrowser, visit, type Visit } from '../setup/browser';
import type { GraphqlClient } from '../setup/graphql-client';
import { CREATE_KEY, type CreateKeyAnswer, RECORD, type RecordAnswer } from '../setup/operations';
import { ADMIN_KEY, type ShopProcess, startApi, startWorker } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { fillTasteShop } from '../setup/taste-shop';

const PATIENCE_MS = 20_000;
/** Of a fit, on a machine that has other things to do. */
const LONG_MS = 240_000;

describeInBrowser('the console', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let browser: Browser;
  let visitor: Visit;
  let page: Page;

  const url = (place = '') => `http://localhost:${api.port}/console/${place}`;
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
    await page.getByLabel('Keep for this tab').setChecked(keep);
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
    [api, browser] = await Promise.all([startApi(shop), launchBrowser()]);
    await fillTasteShop(shop, api.client);
    worker = startWorker(shop);
    await api.client.data('mutation { refreshModel(input: { kind: BLEND }) { job { id } } }');
    visitor = await visit(browser, url());
    ({ page } = visitor);
    page.setDefaultTimeout(PATIENCE_MS);
  }, 60_000);

  afterEach(() => expect(visitor.complaints).toEqual([]));

  afterAll(async () => {
    await browser.close();
    await Promise.all([api.kill(), worker.kill()]);
    await shop.drop();
  });

  it('asks for the admin key, and keeps it nowhere but in this tab, and only on request', async () => {
    const { createApiKey } = await api.client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'SERVER', name: 'shop' },
    });
    await accessible('sign in');
    await signIn('no-such-key');
    await page.getByRole('alert').getByText('UNAUTHENTICATED').waitFor();
    visitor.forgive(/status of 401/);
    await signIn(createApiKey.secret);
    await page.getByRole('alert').getByText('The console needs an admin key').waitFor();
    await signIn(ADMIN_KEY);
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    // Text, because nothing of a browser is typed here.
    const kept = () => page.evaluate<string>('JSON.stringify([{ ...localStorage }, location.href, document.cookie])');
    expect(await kept()).not.toContain(ADMIN_KEY);
    await page.reload();
    await signIn(ADMIN_KEY, true);
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    expect(await kept()).not.toContain(ADMIN_KEY);
  });

  it('tries searches, and a rule before it is in force', async () => {
    await open('Search lab');
    await page.keyboard.press('/');
    await page.keyboard.type('ketle');
    await page.getByText('searched for kettle instead').waitFor();
    const hits = page.getByRole('region', { name: 'Hits' });
    await hits.locator('.shares').first().waitFor();
    await page.getByRole('region', { name: 'Facets' }).getByLabel('Cork').check();
    await hits.getByText('1 product ·').waitFor();
    await accessible('search lab');
    await page.getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByLabel('Id', { exact: true }).fill('kettles');
    await page.getByLabel('Queries').fill('kettle');
    const now = page.getByRole('list', { name: 'Order now' });
    await now.locator('code', { hasText: 'kettle' }).nth(7).waitFor();
    const pinned = (await now.locator('code').last().textContent())!;
    await page.getByLabel('Come first').fill(pinned);
    const after = page.getByRole('list', { name: 'Order with the rule' });
    await after.getByRole('listitem').first().filter({ hasText: pinned }).waitFor();
    expect(await now.getByRole('listitem').first().textContent()).not.toContain(pinned);
    await accessible('rule');
    await page.getByLabel('Boost').fill('product.nothing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field.invalid', { hasText: 'Boost' }).getByText('BAD_USER_INPUT').waitFor();
    visitor.forgive(/status of 400/);
    await page.getByLabel('Boost').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Rule kettles' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no rules').waitFor();
    await page.getByRole('link', { name: 'Synonyms' }).click();
    await page.getByLabel('Id', { exact: true }).fill('pots');
    await page.getByLabel('Words').fill('kettle, boiler');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'kettle, boiler' }).waitFor();
    await accessible('synonyms');
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByText('Nobody has searched').waitFor();
    await accessible('reports');
  }, 60_000);

  it(
    'fits, judges, promotes and rolls back a model',
    async () => {
      await open('Models');
      const blend = page.getByRole('region', { name: 'Blend model' });
      await blend.locator('tr.active').waitFor({ timeout: LONG_MS });
      const first = (await blend.locator('tr.active').getAttribute('data-version'))!;
      await blend.getByRole('button', { name: 'Refresh' }).click();
      // Not what the first refresh came to, which may still be there.
      const done = blend.getByText(/Done: version \d+ was promoted/).filter({ hasNotText: `version ${first} ` });
      await done.waitFor({ timeout: LONG_MS });
      const second = /version (\d+)/.exec((await done.textContent())!)![1];
      const row = (version: string) => blend.locator(`tr[data-version="${version}"]`);
      await row(second).getByText('active').waitFor();
      await row(second).locator('.verdict', { hasText: 'promoted' }).waitFor();
      await row(second).getByText('NDCG@10 new', { exact: true }).waitFor();
      await accessible('models');
      await blend.getByRole('button', { name: 'Roll back' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await row(first).getByText('pinned').waitFor();
      await row(second).getByRole('button', { name: 'Promote' }).click();
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await row(second).getByRole('button', { name: 'Promote' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Promote' }).click();
      await row(second).getByText('active').waitFor();
    },
    2 * LONG_MS,
  );

  it('shows a customer’s lists with reasons that add up, and moves them when it is clicked in their place', async () => {
    await open('Recommendation lab');
    await page.getByLabel('Customer').fill('c-1');
    await page.getByRole('button', { name: 'Show' }).click();
    const personal = page.getByRole('region', { name: 'Personal list' });
    await personal.locator('.shares').first().waitFor();
    const sums = await page
      .locator('.shares')
      .evaluateAll((all) =>
        all.map((one) =>
          [...one.querySelectorAll('[data-percent]')].reduce(
            (sum, part) => sum + Number(part.getAttribute('data-percent')),
            0,
          ),
        ),
      );
    expect(sums.length).toBeGreaterThanOrEqual(5);
    expect(new Set(sums)).toEqual(new Set([100]));
    const popular = page.getByRole('region', { name: 'Popular list' });
    const other = popular.locator('.list-item:not([data-product^="kettle"])').first();
    const product = await other.getAttribute('data-product');
    await other.getByRole('button', { name: 'Cart' }).click();
    await page.getByRole('table', { name: 'History' }).getByText('Add to cart').first().waitFor();
    const viewed = page.getByRole('region', { name: 'Recently viewed list' });
    await popular.locator(`[data-product="${product}"]`).getByRole('button', { name: 'View' }).click();
    await viewed
      .locator('.list-item')
      .first()
      .and(page.locator(`[data-product="${product}"]`))
      .waitFor();
    await personal.getByText(/changed \d+ time/).waitFor();
    await page.getByRole('region', { name: 'Basket list' }).locator('.list-item').first().waitFor();
    await accessible('recommendation lab');
    await page.getByRole('link', { name: 'Two versions' }).press('Enter');
    await page.getByRole('status').getByText('Both lists are the same.').waitFor();
    // Version 1 was fitted of the same as version 2; without any, the order is another.
    await page.getByLabel('Left', { exact: true }).selectOption('rank-fusion');
    await page.getByText(/\d+ of 10 products are in both lists, \d+ of them in another place/).waitFor();
    const right = page.getByRole('region', { name: /^Right: Version \d+, active/ });
    await right
      .locator('.badge', { hasText: /[↑↓]|only here/ })
      .first()
      .waitFor();
    await right.locator('.shares').first().waitFor();
    await page
      .getByRole('region', { name: /^Left: None/ })
      .locator('.shares')
      .first()
      .waitFor();
    await accessible('two versions');
  }, 60_000);

  it('defines a stream, says what is wrong with it in its place, and shows it moving', async () => {
    await open('Streams');
    await page.getByRole('link', { name: 'Define a stream' }).click();
    await page.getByLabel('Id', { exact: true }).fill('views');
    const filter = page.getByLabel('Filter', { exact: true });
    const fault = page.locator('.field.invalid', { hasText: 'Which events count' }).getByText('BAD_USER_INPUT');
    await filter.fill('event.nothing == 1');
    await page.getByRole('button', { name: 'Preview' }).click();
    await fault.waitFor();
    visitor.forgive(/status of 400/);
    await filter.fill("event.source == 'ORDERS'");
    await page.getByLabel('Over', { exact: true }).selectOption('the last week');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/^\d+ events in \d+ windows, from/).waitFor();
    await page.getByRole('table', { name: 'Preview' }).getByRole('cell', { name: 'final' }).first().waitFor();
    await accessible('stream preview');
    await filter.fill('event.nothing == 1');
    await page.getByText('The form has changed since').waitFor();
    await page.getByRole('button', { name: 'Define' }).click();
    await fault.waitFor();
    await accessible('stream form');
    await filter.fill("event.placement == 'test'");
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByRole('heading', { level: 1, name: 'views' }).waitFor();
    await page.getByText('No window yet').first().waitFor();
    await record({ type: 'VIEW', customerId: 'c-1', productId: 'lamp-1', placement: 'test' });
    const windows = page.getByRole('table', { name: 'Windows of views' });
    await windows.getByRole('cell', { name: 'early' }).waitFor();
    await record({ type: 'VIEW', customerId: 'c-1', productId: 'lamp-2', placement: 'test' });
    await windows.getByRole('cell', { name: '2' }).first().waitFor();
    await accessible('stream');
  }, 60_000);

  it('raises an alert by a rule that was made here, and has it acknowledged', async () => {
    await open('Alerts');
    await page.getByText('No alert is open').waitFor();
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByLabel('Id', { exact: true }).fill('runs');
    const fault = page.locator('.field.invalid', { hasText: 'Condition' }).getByText('BAD_USER_INPUT');
    await page.getByLabel('Condition').fill('system.nothing > 0.0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await fault.waitFor();
    await page.getByLabel('Condition').fill('system.workerProcesses > 0.0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/^It would have fired/).waitFor();
    await page.getByRole('list', { name: 'Alerts that there would have been' }).getByText('and still').waitFor();
    await accessible('alert preview');
    await page.getByLabel('Condition').fill('system.nothing > 0.0');
    await page.getByText('The form has changed since').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await fault.waitFor();
    await page.getByLabel('Condition').fill('system.workerProcesses > 0.0');
    await page.getByLabel('Severity').selectOption('Critical');
    await page.getByRole('button', { name: 'Save' }).click();
    const alert = page.getByRole('region', { name: 'Alert runs' });
    await alert.getByText('Firing').waitFor();
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await alert.getByLabel('Note').fill('so it should');
    await alert.getByRole('button', { name: 'Acknowledge' }).click();
    await alert.getByText('so it should').waitFor();
    await alert.getByRole('button', { name: 'History' }).click();
    await alert.getByRole('list', { name: 'History of runs' }).getByText('Acknowledged').waitFor();
    const rule = page.getByRole('region', { name: 'Rule runs' });
    await rule.getByLabel('Silence runs').selectOption('for 1 hour');
    await rule.getByRole('button', { name: 'End silence' }).waitFor();
    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByLabel('URL').fill('ftp://example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field.invalid', { hasText: 'URL' }).getByText('BAD_USER_INPUT').waitFor();
    await page.getByLabel('URL').fill('http://127.0.0.1:9/alerts');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.locator('.secret').textContent()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'Deliveries to http://127.0.0.1:9/alerts' }).click();
    await page.getByText('Nothing has been sent yet').waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('127.0.0.1 is not a public address').waitFor();
    await accessible('alerts');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Delete http://127.0.0.1:9/alerts' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nobody else is told').waitFor();
    await open('Now');
    await page.getByRole('link', { name: '1 alert fires' }).waitFor();
    await page.getByRole('table', { name: 'Processes' }).getByRole('rowheader', { name: 'Worker' }).waitFor();
    await open('Alerts');
    await rule.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no rules').waitFor();
    await alert.getByText('Resolved').waitFor();
  }, 60_000);

  it('moves with what is recorded, says that it is reconnecting, and catches up', async () => {
    await open('Now');
    await page.getByRole('button', { name: 'Make those of events' }).click();
    const events = page.getByRole('status', { name: 'Events in the last hour' });
    const shows = (count: string) => events.and(page.getByText(count, { exact: true })).waitFor();
    await shows('0');
    await record({ type: 'VIEW', customerId: 'c-2', productId: 'lamp-1' });
    await shows('1');
    await record({
      type: 'PURCHASE',
      customerId: 'c-2',
      productId: 'lamp-1',
      unitPrice: { amount: '9.25', currency: 'EUR' },
    });
    await page.getByRole('status', { name: 'Revenue in the last hour' }).getByText('9.25').waitFor();
    await accessible('now');
    const { port } = api;
    await api.kill();
    await page.getByText('Reconnecting').waitFor();
    api = await startApi(shop, { PORT: String(port) });
    await record({ type: 'VIEW', customerId: 'c-2', productId: 'lamp-2' });
    await shows('3');
    await page.getByText('Connected again').waitFor();
    await page.getByText('Reconnecting').waitFor({ state: 'detached' });
    visitor.forgive(/WebSocket|ERR_CONNECTION|ERR_EMPTY|status of 503/);
  }, 60_000);

  it('makes and revokes keys, lists what was rejected, fits a phone, and forgets the key', async () => {
    await open('Keys');
    await page.getByLabel('Name').fill('a till');
    await page.getByRole('button', { name: 'Make' }).click();
    expect(await page.locator('.secret').textContent()).toMatch(/^fk_/);
    await accessible('keys');
    await page.getByRole('button', { name: 'Revoke a till' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked').waitFor();
    await open('Rejected events');
    await page.getByText('No event has been rejected').waitFor();
    await accessible('rejected events');
    await page.setViewportSize({ width: 390, height: 844 });
    const menu = page.getByRole('button', { name: /^Menu/ });
    await menu.press('Enter');
    await accessible('menu');
    await page.keyboard.press('Escape');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    for (const title of ['Now', 'Alerts', 'Recommendation lab', 'Search lab', 'Models', 'Streams', 'Keys']) {
      await open(title);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect([title, width]).toEqual([title, 390]);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Admin key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});
