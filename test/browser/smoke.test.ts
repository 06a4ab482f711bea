import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import { ADMIN_KEY } from '../setup/processes';

describeInBrowser('the pages', () => {
  const { open, signIn, accessible, page, shopAddress } = consoleShop({ fits: false });

  it('of the console open with the admin key, and find a product', async () => {
    await signIn(ADMIN_KEY);
    await page().getByRole('heading', { level: 1, name: 'Business' }).waitFor();
    await accessible('business');
    await open('Search lab');
    await page().keyboard.press('/');
    await page().keyboard.type('kettle');
    await page().getByRole('region', { name: 'Results' }).locator('.shares').first().waitFor();
  });

  it('of the shop update their rails when the visitor looks at a product', async () => {
    await page().goto(shopAddress());
    const cards = page().locator('[data-placement=home-personal] .card');
    await cards.first().waitFor();
    await accessible('shop');
    // The list is live: another card may be the first one meanwhile.
    const title = await cards.first().locator('.card-title').innerText();
    await cards.filter({ hasText: title }).first().locator('.card-link').click();
    await page().getByRole('heading', { level: 1, name: title }).waitFor();
    await page().goto(shopAddress());
    const viewed = page().locator('[data-placement=home-recently-viewed] .card-title');
    await viewed.first().waitFor();
    expect(await viewed.allInnerTexts()).toEqual([title]);
  });
});
