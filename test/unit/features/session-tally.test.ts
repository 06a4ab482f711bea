import fc from 'fast-check';
import { compareSessionEvents, toSessionEvent, type SessionEvent } from '../../../src/features/session-event';
import { fillSessionFeatures, SESSION_FEATURES } from '../../../src/features/session-features';
import { MAX_SESSION_PRODUCTS, SessionTally } from '../../../src/features/session-tally';

const START = Date.UTC(2026, 0, 5, 12);
const VISITOR = { isCustomer: true, earlierOrders: 2, lastOrderAt: START - 86_400_000 };
const PRODUCTS = [
  { id: 'a', category: 'mugs', price: 5, isDiscounted: false },
  { id: 'b', category: 'mugs', price: 7.5, isDiscounted: true },
  { id: 'c', category: 'lamps', price: null, isDiscounted: false },
  { id: 'd', category: null, price: 3, isDiscounted: true },
];

const event = fc.record<SessionEvent>({
  type: fc.constantFrom(
    'VIEW',
    'VIEW',
    'CLICK',
    'ADD_TO_CART',
    'REMOVE_FROM_CART',
    'PURCHASE',
    'SEARCH',
    'IMPRESSION',
    'LIKE',
    'CUSTOM',
  ),
  at: fc.integer({ min: START, max: START + 20 }).map((at) => START + (at - START) * 10_000),
  product: fc.constantFrom(...PRODUCTS, null),
  quantity: fc.integer({ min: 1, max: 3 }),
  requestId: fc.constantFrom('search', 'list', null),
  isSortedByPrice: fc.boolean(),
  isWithoutResults: fc.boolean(),
  orderKey: fc.constantFrom('o:1', 'o:2'),
});
const session = fc.array(event, { minLength: 1, maxLength: 25 }).map((events) => events.sort(compareSessionEvents));

function featuresOf(events: readonly SessionEvent[], now: number): Record<string, number> {
  const tally = new SessionTally();
  for (const each of events) tally.apply(each);
  const values = new Float64Array(SESSION_FEATURES.length);
  fillSessionFeatures(tally, now, VISITOR, values);
  return Object.fromEntries(SESSION_FEATURES.map(({ name }, index) => [name, values[index]]));
}

/** Counts each feature again from the raw events, without any running state but the contents of the cart. */
function recount(events: readonly SessionEvent[], now: number): Record<string, number> {
  const of = (...types: string[]) => events.filter(({ type }) => types.includes(type));
  const actions = events.filter(({ type }) => type !== 'IMPRESSION');
  const views = of('VIEW').filter(({ product }) => product !== null);
  const opened = of('VIEW', 'CLICK', 'ADD_TO_CART').flatMap(({ product }) => product ?? []);
  const distinct = (values: readonly unknown[]) => new Set(values).size;
  const productsIn = (category: string) =>
    distinct(views.flatMap(({ product }) => (product!.category === category ? product!.id : [])));
  const isKnownSearch = (index: number) =>
    events.slice(0, index).some(({ type, requestId }) => type === 'SEARCH' && requestId === events[index].requestId);
  const firstClicks = events.flatMap(({ type, product, requestId }, index) => {
    const isClick = (type === 'VIEW' || type === 'CLICK') && product !== null && requestId !== null;
    const isFirst = !events
      .slice(0, index)
      .some(
        (each) =>
          (each.type === 'VIEW' || each.type === 'CLICK') &&
          each.product?.id === product?.id &&
          each.requestId === requestId,
      );
    return isClick && isFirst ? [index] : [];
  });
  const cart = new Map<string, number>();
  for (const { type, product, quantity } of events) {
    if (product === null) continue;
    if (type === 'ADD_TO_CART') cart.set(product.id, (cart.get(product.id) ?? 0) + quantity);
    if (type === 'REMOVE_FROM_CART' && cart.has(product.id)) cart.set(product.id, cart.get(product.id)! - quantity);
    if (type === 'PURCHASE' || (cart.get(product.id) ?? 0) <= 0) cart.delete(product.id);
  }
  const adds = of('ADD_TO_CART').filter(({ product }) => product !== null);
  const lastAdd = actions.findLastIndex(({ type, product }) => type === 'ADD_TO_CART' && product !== null);
  const discounted = distinct(opened.filter(({ isDiscounted }) => isDiscounted).map(({ id }) => id));
  const lastAction = actions.at(-1)?.at ?? events[0].at;
  return {
    secondsSinceStart: (now - events[0].at) / 1_000,
    secondsSinceLastEvent: (now - events.at(-1)!.at) / 1_000,
    secondsPerAction: actions.length > 1 ? (lastAction - events[0].at) / 1_000 / (actions.length - 1) : 0,
    actions: actions.length,
    productPages: views.length,
    products: distinct(views.map(({ product }) => product!.id)),
    categories: distinct(views.flatMap(({ product }) => product!.category ?? [])),
    productsOfOneCategory: Math.max(productsIn('mugs'), productsIn('lamps')),
    revisits: views.filter(
      ({ product }, index) =>
        views.slice(0, index).some((each) => each.product!.id === product!.id) &&
        views[index - 1].product!.id !== product!.id,
    ).length,
    searches: of('SEARCH').length,
    searchesWithoutResults: of('SEARCH').filter(({ isWithoutResults }) => isWithoutResults).length,
    isSortedByPrice: of('SEARCH').some(({ isSortedByPrice }) => isSortedByPrice) ? 1 : 0,
    discountedProducts: discounted,
    discountedShare: opened.length > 0 ? discounted / distinct(opened.map(({ id }) => id)) : 0,
    impressions: of('IMPRESSION').length,
    searchClicks: firstClicks.filter(isKnownSearch).length,
    recommendationClicks: firstClicks.filter((index) => !isKnownSearch(index)).length,
    likes: of('LIKE', 'RATE').length,
    cartAdds: adds.length,
    cartRemoves: of('REMOVE_FROM_CART').length,
    cartProducts: cart.size,
    cartValue: [...cart].reduce((sum, [id, units]) => sum + units * (PRODUCTS.find((p) => p.id === id)!.price ?? 0), 0),
    actionsSinceCartAdd: actions.length - 1 - lastAdd,
    ordersInSession: distinct(of('PURCHASE').map(({ orderKey }) => orderKey)),
    hour: 12 + Math.floor((now - START) / 3_600_000),
    weekday: 1,
    isCustomer: 1,
    earlierOrders: 2,
    daysSinceLastOrder: 1 + (now - START) / 86_400_000,
  };
}

it('session features equal a recount from the raw events', () => {
  fc.assert(
    fc.property(session, fc.integer({ min: 0, max: 600_000 }), (events, delay) => {
      const now = events.at(-1)!.at + delay;
      const expected = recount(events, now);
      const found = featuresOf(events, now);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, value] of Object.entries(expected))
        expect([name, found[name]]).toEqual([name, expect.closeTo(value, 9)]);
    }),
    { numRuns: 500 },
  );
});

it('a session of a crawler has a bounded size', () => {
  const tally = new SessionTally();
  for (let page = 0; page < 3 * MAX_SESSION_PRODUCTS; page++) {
    const product = { id: `p${page}`, category: `c${page}`, price: 1, isDiscounted: true };
    for (const type of ['VIEW', 'ADD_TO_CART', 'SEARCH'] as const)
      tally.apply({
        type,
        at: page,
        product,
        quantity: 1,
        requestId: `r${page}`,
        isSortedByPrice: false,
        isWithoutResults: false,
        orderKey: null,
      });
  }
  expect(tally).toMatchObject({
    productPages: 3 * MAX_SESSION_PRODUCTS,
    products: MAX_SESSION_PRODUCTS,
    openedProducts: MAX_SESSION_PRODUCTS,
    categories: MAX_SESSION_PRODUCTS,
    cartProducts: MAX_SESSION_PRODUCTS,
  });
});

it('the sort and the number of results of a search are read from its properties; other sorts seek no low price', () => {
  const search = (properties: Record<string, unknown> | null) =>
    toSessionEvent({ source: 'SEARCH', id: 'r', type: 'SEARCH', occurredAt: 1, quantity: 1, properties }, null, null);
  expect(search({ sort: 'PRICE_ASC', total: 0 })).toMatchObject({
    isSortedByPrice: true,
    isWithoutResults: true,
    requestId: 'r',
  });
  expect(search({ sort: 'DISCOUNT', total: 3 })).toMatchObject({ isSortedByPrice: true, isWithoutResults: false });
  for (const properties of [{ sort: 'PRICE_DESC' }, { sort: 'NEWEST' }, {}, null])
    expect(search(properties)).toMatchObject({ isSortedByPrice: false, isWithoutResults: false });
});

it('an event has only what its type needs, and a long id of a list is represented by its hash', () => {
  const product = PRODUCTS[0];
  const made = (type: SessionEvent['type'], requestId: string) =>
    toSessionEvent({ source: 'STOREFRONT', id: 'i', type, occurredAt: 1, quantity: 1, requestId }, product, null);
  expect(made('VIEW', 'list')).toMatchObject({ product, requestId: 'list' });
  expect(made('ADD_TO_CART', 'list')).toMatchObject({ product, requestId: null });
  for (const type of ['IMPRESSION', 'LIKE', 'CUSTOM'] as const)
    expect(made(type, 'list')).toMatchObject({ product: null, requestId: null });
  const [one, other] = ['x'.repeat(200), `${'x'.repeat(199)}y`].map((id) => made('VIEW', id).requestId!);
  expect(one.length).toBeLessThanOrEqual(36);
  expect(one).not.toBe(other);
  expect(made('VIEW', 'x'.repeat(200)).requestId).toBe(one);
});
