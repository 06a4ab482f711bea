import { LIST_KINDS } from '../../../src/attribution/list-reference';
import { anonymousLines, RandomAttributionShop, SHOP_NOW, sorted } from '../../setup/random-attribution-shop';

const ROUNDS = 40;

describe('attribution', () => {
  let shop: RandomAttributionShop;

  beforeAll(async () => {
    shop = await RandomAttributionShop.open({ seed: 45, customers: 5, sessions: 7, products: 8 });
  });

  afterAll(() => shop.close());

  const erasedOf = async () => (await shop.storedLines()).filter(({ subject }) => subject === null);

  it('equals a recount of the log: late, merged, cancelled, returned, erased, forged, and with workers killed', async () => {
    for (let product = 0; product < 6; product++) await shop.upsertProduct(product, product < 2 ? 'g0' : null);
    for (let round = 0; round < ROUNDS; round++) {
      await shop.addEvents(20);
      await shop.addOrders(2);
      if (round % 2 === 0) await shop.changeOrder();
      if (round % 5 === 2) await shop.merge();
      if (round % 7 === 3) await shop.upsertProduct();
      if (round === 22 || round === 31) await shop.erase(round === 22 ? 'c1' : 'c2');
      if (round % 4 === 3) continue; // Several batches together.
      await shop.runAndKill();
      if (round % 5 !== 0) continue;
      await Promise.all([shop.attribution().run(), shop.attribution().run()]);
      await shop.expectRecounted();
    }
    expect(shop.struck).toBeGreaterThan(3);
    await shop.attribution().run();
    const { lines } = await shop.expectRecounted();
    for (const touch of ['CLICK', 'VIEW', 'ADD_TO_CART', 'LINE', 'IMPRESSION', null])
      expect(lines.some((line) => line.touch === touch)).toBe(true);
    for (const kind of [...LIST_KINDS, null]) expect(lines.some((line) => line.kind === kind)).toBe(true);
    const erased = await erasedOf();
    expect(shop.erasedLines.length).toBeGreaterThan(3);
    expect(anonymousLines(erased)).toEqual(anonymousLines(shop.erasedLines));
    expect(erased.every(({ query, requestId }) => query === null && requestId === null)).toBe(true);
  });

  it('is computed again with another time zone and window, and keeps the lines of erased people', async () => {
    const withoutDays = (rows: readonly object[]) => sorted(rows.map((row) => ({ ...row, day: null })));
    const erased = withoutDays(await erasedOf());
    const other = { timeZone: 'Asia/Tokyo', windowDays: 6 };
    await shop.attribution(other).run();
    await shop.expectRecounted(other);
    expect(withoutDays(await erasedOf())).toEqual(erased);
    await shop.attribution().run();
    await shop.expectRecounted();
  });

  it('leaves imported events until the import has ended, and visits until they are due', async () => {
    const isImporting = () => Promise.resolve(true);
    const before = await shop.storedLines();
    const visits = await shop.rows('SELECT * FROM visits ORDER BY subject, day');
    const own = { source: 'STOREFRONT', type: 'VIEW', quantity: 1, productId: 'p1', occurredAt: SHOP_NOW } as const;
    for (const imported of [true, false])
      await shop.appendEvents([{ ...own, id: `own ${imported}`, sessionId: `own ${imported}` }], imported);
    await shop.attribution({ isImporting, now: () => SHOP_NOW }).run();
    expect(await shop.rows('SELECT * FROM visits ORDER BY subject, day')).toEqual(visits);
    await shop.attribution({ isImporting }).run();
    const ownVisits = `SELECT subject, events FROM visits WHERE subject LIKE 's:own%' ORDER BY subject`;
    expect(await shop.rows(ownVisits)).toEqual([{ subject: 's:own false', events: 1 }]);
    await shop.attribution().run();
    expect(await shop.rows(ownVisits)).toHaveLength(2);
    expect(await shop.storedLines()).toEqual(before);
    await shop.expectRecounted();
  });

  it('assigns events and orders to days where clocks go back across midnight', async () => {
    // On 25 October 2026, 01:00 in the Azores becomes 00:00: the first hour of the day is there twice.
    const settings = { timeZone: 'Atlantic/Azores', windowDays: 3 };
    const begin = Date.UTC(2026, 9, 25);
    const view = { source: 'STOREFRONT', type: 'VIEW', quantity: 1, productId: 'p1', sessionId: 'azores' } as const;
    for (const minutes of [-90, 30, -30, 90, 150, 24 * 60 + 90]) {
      const occurredAt = begin + minutes * 60_000;
      await shop.appendEvents([{ ...view, id: `azores ${minutes}`, occurredAt }], false);
      await shop.attribution(settings).run();
    }
    await shop.expectRecounted(settings);
    const days = `SELECT day::text, events FROM visits WHERE subject = 's:azores' ORDER BY day`;
    expect(await shop.rows(days)).toEqual([
      { day: '2026-10-24', events: 2 },
      { day: '2026-10-25', events: 3 },
      { day: '2026-10-26', events: 1 },
    ]);
  });

  it('continues with other visitors if the figures of one can not be computed', async () => {
    await shop.rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.subject = 's:wrong' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$`);
    await shop.rows('CREATE TRIGGER refuse BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION refuse()');
    const view = { source: 'STOREFRONT', type: 'VIEW', quantity: 1, productId: 'p1', occurredAt: SHOP_NOW } as const;
    const visits = ['wrong', 'right 1', 'right 2'].map((sessionId) => ({ ...view, id: `of ${sessionId}`, sessionId }));
    await shop.appendEvents(visits, false);
    const failures: string[] = [];
    const now = Date.now() + 86_400_000;
    const onFailure = ({ message }: Error) => void failures.push(message);
    const attribution = shop.attribution({ now: () => now, onFailure });
    await attribution.run();
    await shop.attribution({ now: () => now + 60_000, onFailure }).run();
    expect(await shop.rows(`SELECT subject FROM visits WHERE subject LIKE 's:right%'`)).toHaveLength(2);
    expect(await shop.rows(`SELECT subject FROM outdated_visitors WHERE due_at > now()`)).toEqual([
      { subject: 's:wrong' },
    ]);
    expect(failures).toEqual(['refused']);
    await shop.rows('DROP TRIGGER refuse ON visits');
    await shop.attribution({ now: () => now + 3_600_000 }).run();
    await shop.expectRecounted();
  });

  it('counts at most 500 products of a list and 1,000 lists of a visit', async () => {
    const seen = { source: 'STOREFRONT', type: 'IMPRESSION', quantity: 1, occurredAt: SHOP_NOW } as const;
    const products = Array.from({ length: 501 }, (_, n) => ({ productId: `q${n}`, requestId: 'long list' }));
    const lists = Array.from({ length: 1_001 }, (_, n) => ({ productId: 'q1', requestId: `list ${n}` }));
    const named = [
      ...products.map((one) => ({ ...one, sessionId: 'long' })),
      ...lists.map((one) => ({ ...one, sessionId: 'many' })),
    ];
    await shop.appendEvents(
      named.map((one, n) => ({ ...seen, ...one, id: `limited ${n}` })),
      false,
    );
    let clock = Date.now() + 30 * 86_400_000;
    await shop.attribution({ now: () => (clock += 20_000) }).run();
    expect(
      await shop.rows(
        `SELECT subject, shown, viewed FROM visit_placements WHERE subject IN ('s:long', 's:many') ORDER BY 1`,
      ),
    ).toEqual([
      { subject: 's:long', shown: 1, viewed: 500 },
      { subject: 's:many', shown: 1_000, viewed: 1_000 },
    ]);
  });
});
