import type { Page } from 'playwright-core';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import { CREATE_KEY, type CreateKeyAnswer } from '../setup/operations';
import { ADMIN_KEY } from '../setup/processes';

describeInBrowser('the console', () => {
  const shop = consoleShop({ fits: true });
  const { open, signIn, accessible, client, forgive } = shop;
  let page: Page;

  beforeAll(() => {
    page = shop.page();
  });

  it('asks for the admin key, and stores it in this tab only, and only on request', async () => {
    const { createApiKey } = await client().data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'SERVER', name: 'shop' },
    });
    await accessible('sign in');
    await signIn('no-such-key');
    await page.getByRole('alert').getByText('UNAUTHENTICATED').waitFor();
    forgive(/status of 401/);
    await signIn(createApiKey.secret);
    await page.getByRole('alert').getByText('The console needs an admin key').waitFor();
    await signIn(ADMIN_KEY);
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
    // The test sets the text directly, because it does not simulate typing.
    const kept = () => page.evaluate<string>('JSON.stringify([{ ...localStorage }, location.href, document.cookie])');
    expect(await kept()).not.toContain(ADMIN_KEY);
    await page.reload();
    await signIn(ADMIN_KEY, true);
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
    expect(await kept()).not.toContain(ADMIN_KEY);
  });

  it('tries searches, and previews a rule before it takes effect', async () => {
    await open('Search lab');
    await page.keyboard.press('/');
    await page.keyboard.type('ketle');
    await page.getByText('searched for kettle instead').waitFor();
    const hits = page.getByRole('region', { name: 'Results' });
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
    await page.getByLabel('Pin to the top').fill(pinned);
    const after = page.getByRole('list', { name: 'Order with the rule' });
    await after.getByRole('listitem').first().filter({ hasText: pinned }).waitFor();
    expect(await now.getByRole('listitem').first().textContent()).not.toContain(pinned);
    await page.getByLabel('Pin to the top').fill(`${pinned}, no-such-product`);
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText('There is no product "no-such-product".').waitFor();
    await accessible('rule');
    await page.getByLabel('Boost').fill('product.nothing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field.invalid', { hasText: 'Boost' }).getByText('BAD_USER_INPUT').waitFor();
    forgive(/status of 400/);
    await page.getByLabel('Boost').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await preview.waitFor({ state: 'detached' });
    await page.getByText('There is no product "no-such-product".').waitFor();
    await page.getByRole('region', { name: 'Rule kettles' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no rules').waitFor();
    await page.getByRole('link', { name: 'Synonyms' }).click();
    await page.getByLabel('Id', { exact: true }).fill('pots');
    await page.getByLabel('Words').fill('boiler, kettle');
    await page.getByRole('list', { name: 'Found with the synonym' }).getByRole('listitem').nth(4).waitFor();
    expect(await page.getByRole('list', { name: 'Found now' }).getByRole('listitem').count()).toBe(0);
    await accessible('synonym');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'boiler, kettle' }).waitFor();
    await accessible('synonyms');
    await open('Search reports');
    await page.getByText('No searches in this period').waitFor();
    await accessible('search reports');
  });

  it('fits, evaluates, promotes and rolls back a model', async () => {
    await open('Models');
    const blend = page.getByRole('region', { name: 'Blend model' });
    await blend.locator('tr.active').waitFor();
    const first = (await blend.locator('tr.active').getAttribute('data-version'))!;
    await blend.getByRole('button', { name: 'Refresh' }).click();
    // Not the result of the first refresh, which may still be shown.
    const done = blend.getByText(/Done: version \d+ was promoted/).filter({ hasNotText: `version ${first} ` });
    await done.waitFor();
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
  });

  it('shows a customer’s lists with reasons that add up, and updates them after clicks on the page', async () => {
    await open('Recommendation lab');
    await page.getByLabel('Customer', { exact: true }).fill('c-1');
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
    // Version 1 was fitted on the same data as version 2; without any data, the order differs.
    await page.getByLabel('Left', { exact: true }).selectOption('rank-fusion');
    await page.getByText(/\d+ of 10 products are in both lists, \d+ of them in another position/).waitFor();
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
  });
});
