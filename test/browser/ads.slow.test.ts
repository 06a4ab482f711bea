import type { Page, Request } from 'playwright-core';
import { defineAds, eur } from '../setup/ad-operations';
import { describeInBrowser } from '../setup/browser';
import { consoleShop } from '../setup/console-shop';
import { LIST } from '../setup/operations';
import { ADMIN_KEY } from '../setup/processes';
import { until } from '../setup/until';

/** Sponsored products on the shop page, and the page Ads of the console. */
describeInBrowser('ads', () => {
  const shop = consoleShop({ fits: false });
  const { open, signIn, accessible } = shop;
  let page: Page;
  let storefront: Page;

  const cards = () => storefront.locator('.results .card');
  const sponsored = () => storefront.locator('.card:has(.card-sponsored)');
  const isAddToCart = (request: Request) =>
    request.url().endsWith('/events') && request.postData()?.includes('"ADD_TO_CART"') === true;
  const titles = () => cards().locator('.card-title').allInnerTexts();
  const search = async (query: string) => {
    const box = storefront.getByRole('combobox', { name: 'Search the shop' });
    await box.fill(query);
    await box.press('Enter');
    await storefront.getByRole('heading', { level: 1, name: query }).waitFor();
    await cards().first().waitFor();
  };

  beforeAll(async () => {
    page = shop.page();
    await signIn(ADMIN_KEY, true);
    storefront = await page.context().newPage();
    await storefront.goto(shop.shopAddress());
  });

  it('are absent in a shop without placements, whose lists are as before', async () => {
    const errors: string[] = [];
    storefront.on('pageerror', ({ message }) => errors.push(message));
    storefront.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await storefront
      .locator('[data-placement=home-popular] .card, [data-placement=home-trending] .card')
      .first()
      .waitFor();
    await search('lamp');
    expect(await titles()).toHaveLength(8);
    expect(await sponsored().count()).toBe(0);
    expect(await storefront.getByRole('alert').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('have a page in the console that says how to begin', async () => {
    await open('Ads');
    await page.getByText('No campaigns yet').waitFor();
    for (const name of ['upsertAdPlacement', 'upsertAdvertiser', 'createCampaign', 'upsertLineItem'])
      await page.getByText(name, { exact: true }).waitFor();
    await accessible('ads without campaigns');
  });

  it('are the first products of a search and of a list at home, labelled with their advertisers', async () => {
    const lineItem = (id: string, productId: string, bid: string) =>
      ({ id, campaignId: id, placements: ['search', 'home'], bid: eur(bid), productIds: [productId] }) as const;
    const campaign = (id: string) => ({ id, advertiserId: id, name: `Spring of ${id}`, totalBudget: eur('20.00') });
    const receipt = await defineAds(shop.client(), [
      ['upsertAdPlacement', { id: 'search', slots: 1, currency: 'EUR', reserveCpc: eur('0.05') }],
      ['upsertAdPlacement', { id: 'home', slots: 2, currency: 'EUR' }],
      ['upsertAdvertiser', { id: 'falke', name: 'Falke' }],
      ['upsertAdvertiser', { id: 'bolt', name: 'Bolt & Co' }],
      ['createCampaign', campaign('falke')],
      ['createCampaign', { ...campaign('bolt'), dailyBudget: eur('10.00') }],
      ['upsertLineItem', lineItem('falke', 'lamp-3', '0.90')],
      ['upsertLineItem', { ...lineItem('bolt', 'lamp-4', '0.20'), phraseKeywords: ['lamp'] }],
      ['upsertLineItem', { ...lineItem('bolt', 'lamp-5', '0.20'), id: 'bolt-home', placements: ['home'] }],
    ]);
    await shop.client().data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
    await search('lamps');
    await sponsored().first().waitFor();
    expect(await sponsored().locator('.card-sponsored').allInnerTexts()).toEqual([
      expect.stringMatching(/^Sponsored\s+Falke$/),
    ]);
    const shown = await titles();
    expect(shown[0]).toBe('Glass lamp');
    expect([...new Set(shown)]).toHaveLength(8);
    await storefront.getByText('8 products', { exact: true }).waitFor();
    await storefront.goto(shop.shopAddress());
    await storefront.locator('[data-placement=home-trending] .card-sponsored', { hasText: 'Falke' }).waitFor();
    const ids = await storefront
      .locator('[data-placement^=home-] .card')
      .evaluateAll((all) => all.map((card) => card.getAttribute('data-id')));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are counted once they were visible, and charged when they are clicked', async () => {
    await search('lamp');
    const card = sponsored().first();
    await card.waitFor();
    const impression = storefront.waitForRequest(
      (request) =>
        request.url().endsWith('/events') && /"IMPRESSION".*"placement":"search"/.test(request.postData() ?? ''),
    );
    await impression;
    await card.locator('.card-link').click();
    await storefront.getByRole('heading', { level: 1, name: 'Glass lamp' }).waitFor();
    await open('Ads');
    const row = page.getByRole('row', { name: /Spring of falke/ });
    // About the bid of the next advertiser, whose product fits the search as well.
    await row
      .getByText(/^€0\.[12]\d+$/)
      .first()
      .waitFor();
    await accessible('campaigns');
    await page.getByRole('link', { name: 'Spring of falke' }).press('Enter');
    await page.getByRole('region', { name: 'Clicks' }).getByText('1', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Products', exact: true }).getByText('Glass lamp').waitFor();
    await page.getByRole('region', { name: 'Line items' }).getByText('€0.90 per click').waitFor();
    await page
      .getByRole('region', { name: 'Auctions won' })
      .getByText(/^[\d,]+ of [\d,]+\./)
      .waitFor();
    await page
      .getByRole('region', { name: 'Sales' })
      .getByText('No orders of advertised products after a click.')
      .waitFor();
    await accessible('a campaign');
  });

  it('are not shown for what the visitor has viewed, which stays in the history', async () => {
    const decided = storefront.waitForResponse((response) => /query HomeAds/.test(response.request().postData() ?? ''));
    await storefront.goto(shop.shopAddress());
    const { data } = (await (await decided).json()) as {
      data: { ads: { products: { product: { title: string } }[] } };
    };
    expect(data.ads.products.map(({ product }) => product.title)).toContain('Glass lamp');
    await sponsored().getByText('Bolt & Co').waitFor();
    await storefront.locator('[data-placement=home-recently-viewed]').getByText('Glass lamp').waitFor();
    expect(await sponsored().count()).toBe(1);
  });

  it('are added to the cart while the server does not answer, which is recorded once it does', async () => {
    await search('lamp');
    let failures = 0;
    await storefront.route('**/events', (route) => {
      if (isAddToCart(route.request())) failures++;
      return route.abort('connectionrefused');
    });
    await sponsored().first().locator('.add').click();
    await storefront.getByRole('link', { name: 'Cart, 1 item' }).waitFor();
    await until(() => failures, Boolean);
    const recorded = storefront.waitForResponse((response) => isAddToCart(response.request()));
    await storefront.unroute('**/events');
    const { events } = (await recorded).request().postDataJSON() as { events: { type: string; requestId: string }[] };
    expect(await (await recorded).json()).toMatchObject({ accepted: events.length });
    // The token of the ad.
    expect(events.find(({ type }) => type === 'ADD_TO_CART')?.requestId).toMatch(/^o[\w-]{96,}$/);
  });

  it('have decisions that the console explains: price, competitors and exclusions', async () => {
    await page.getByRole('link', { name: 'All campaigns' }).press('Enter');
    await page.getByRole('link', { name: 'Explain a decision' }).press('Enter');
    await page.getByLabel('Query').fill('lamp');
    await page.getByRole('button', { name: 'Show its ads' }).click();
    const slot = page.getByRole('region', { name: 'Slot 1' });
    await slot.getByText('Slot 1: Glass lamp').waitFor();
    await slot
      .getByText(
        /^The next advertiser, Bolt & Co, has a score of €[\d.]+\. To stay ahead of it, €[\d.]+ per click is enough\.$/,
      )
      .waitFor();
    await page.getByRole('region', { name: 'Competed without a slot' }).getByText('Cork lamp').waitFor();
    await accessible('a decision');
    const address = page.url();
    await page.getByLabel('Query').fill('glass');
    await page.getByRole('button', { name: 'Show its ads' }).click();
    await page.getByText('No other advertiser wanted the slot').waitFor();
    await page.getByLabel('Id of the decision').fill(address.split('/').at(-1)!);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'Ads for “lamp” in search' }).waitFor();
    await page.getByLabel('Query').fill('kettle');
    await page.getByRole('button', { name: 'Show its ads' }).click();
    await page.getByText('There was no auction').waitFor();
  });
});
