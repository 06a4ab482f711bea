import { anonymousLines, RandomAttributionShop } from '../../setup/random-attribution-shop';

/** `ATTRIBUTION_ORDERS=100000` makes a shop of that many orders; events, customers and products grow with it. */
const ORDERS = Number(process.env['ATTRIBUTION_ORDERS'] ?? 4_000);
const ROUNDS = 20;

describe('attribution of a larger shop', () => {
  let shop: RandomAttributionShop;

  beforeAll(async () => {
    const size = { customers: ORDERS / 10, sessions: ORDERS / 8, products: ORDERS / 100 };
    shop = await RandomAttributionShop.open({ seed: 46, ...size });
  });

  afterAll(() => shop.close());

  it('equals a recount of the log, with workers killed in every round', async () => {
    await shop.attribution().run();
    for (let round = 0; round < ROUNDS; round++) {
      for (let batch = 0; batch < 4; batch++) await shop.addEvents(ORDERS / ROUNDS);
      await shop.addOrders(ORDERS / ROUNDS);
      for (let n = 0; n < 10; n++) {
        await shop.changeOrder();
        await shop.merge();
      }
      await shop.upsertProduct();
      if (round % 7 === 6) await shop.erase(`c${round}`);
      await shop.runAndKill();
    }
    expect(shop.struck).toBeGreaterThan(ROUNDS / 4);
    await shop.attribution().run();
    const { lines } = await shop.expectRecounted();
    expect(lines.length).toBeGreaterThan(ORDERS);
    const erased = (await shop.storedLines()).filter(({ subject }) => subject === null);
    expect(anonymousLines(erased)).toEqual(anonymousLines(shop.erasedLines));
    await shop.attribution().reset();
    await shop.attribution().run();
    await shop.expectRecounted();
  }, 3_600_000);
});
