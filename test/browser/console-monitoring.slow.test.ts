import type { Page } from 'playwright-core';
import { PREVIEW_RULE, type PreviewAnswer } from '../setup/alert-operations';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import { ADMIN_KEY } from '../setup/processes';
import { until } from '../setup/until';

describeInBrowser('the console pages for monitoring', () => {
  const shop = consoleShop({ fits: false });
  const { open, record, signIn, accessible, forgive } = shop;
  let page: Page;

  beforeAll(async () => {
    page = shop.page();
    await signIn(ADMIN_KEY, true);
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
  });

  it('defines a stream, shows errors next to their fields, and shows live updates', async () => {
    await open('Streams');
    await page.getByRole('link', { name: 'Define a stream' }).click();
    await page.getByLabel('Id', { exact: true }).fill('views');
    const filter = page.getByLabel('Filter', { exact: true });
    const fault = page.locator('.field.invalid', { hasText: 'Which events count' }).getByText('BAD_USER_INPUT');
    await filter.fill('event.nothing == 1');
    await page.getByRole('button', { name: 'Preview' }).click();
    await fault.waitFor();
    forgive(/status of 400/);
    await filter.fill("event.source == 'ORDERS'");
    await page.getByLabel('Period', { exact: true }).selectOption('the last week');
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
  });

  it('raises an alert by a rule that was created here, and acknowledges it', async () => {
    // A preview uses samples of the past. The first sample is taken some seconds after the worker has started.
    const rule = { id: 'runs', source: 'SYSTEM', condition: 'system.workerProcesses > 0.0' };
    await until(
      () => shop.client().data<PreviewAnswer>(PREVIEW_RULE, { rule }),
      ({ preview }) => preview.fired > 0,
    );
    await open('Alerts');
    await page.getByText('No alert is open').waitFor();
    await page.getByRole('button', { name: 'New rule' }).click();
    // A preview needs no id; the rule does.
    await page.getByLabel('Condition').fill('system.workerProcesses > 0.0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/^It would have fired/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The id is missing.').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('runs');
    const fault = page.locator('.field.invalid', { hasText: 'Condition' }).getByText('BAD_USER_INPUT');
    await page.getByLabel('Condition').fill('system.nothing > 0.0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await fault.waitFor();
    await page.getByLabel('Condition').fill('system.workerProcesses > 0.0');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/^It would have fired/).waitFor();
    await page.getByRole('list', { name: 'Previewed alerts' }).getByText('still open').waitFor();
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
    const shown = page.getByRole('region', { name: 'Rule runs' });
    await shown.getByLabel('Silence runs').selectOption('for 1 hour');
    await shown.getByRole('button', { name: 'End silence' }).waitFor();
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
    await page.getByText('No webhooks').waitFor();
    await open('System');
    await page.getByRole('link', { name: '1 alert firing' }).waitFor();
    await page.getByRole('table', { name: 'Processes' }).getByRole('rowheader', { name: 'Worker' }).waitFor();
    await open('Alerts');
    await shown.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no rules').waitFor();
    await alert.locator('.badge', { hasText: 'Resolved' }).waitFor();
  });

  it('updates with recorded events, shows that it is reconnecting, and catches up', async () => {
    await open('System');
    await page.getByRole('button', { name: 'Create event streams' }).click();
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
    await page.getByRole('status', { name: 'Revenue in the last hour' }).getByText('€9.25').waitFor();
    await accessible('system');
    await shop.killApi();
    await page.getByText('Reconnecting').waitFor();
    // The message is shown for some seconds.
    const connected = page.getByText('Connected again').waitFor();
    await shop.startApi();
    await record({ type: 'VIEW', customerId: 'c-2', productId: 'lamp-2' });
    await shows('3');
    await connected;
    await page.getByText('Reconnecting').waitFor({ state: 'detached' });
    forgive(/WebSocket|ERR_CONNECTION|ERR_EMPTY|status of 503/);
  });

  it('creates and revokes keys, lists rejected events, fits a phone screen, and deletes the key on sign-out', async () => {
    await open('Keys');
    await page.getByLabel('Name').fill('a till');
    await page.getByRole('button', { name: 'Create' }).click();
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
    for (const title of [
      'Business',
      'System',
      'Alerts',
      'Recommendation lab',
      'Search lab',
      'Models',
      'Streams',
      'Keys',
    ]) {
      await open(title);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect([title, width]).toEqual([title, 390]);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Admin key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});
