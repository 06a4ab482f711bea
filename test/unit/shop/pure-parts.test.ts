import fc from 'fast-check';
import { totalOf } from '../../../shop/src/cart/total';
import { distinctRails } from '../../../shop/src/lists/distinct-rails';
import {
  isFirstImpression,
  removeListedAds,
  sponsoredOrigin,
  withoutSponsored,
} from '../../../shop/src/lists/sponsored-list';
import { selectFacetAttributes } from '../../../shop/src/search/attribute-names';
import { parseSearch, searchPath, SORTS } from '../../../shop/src/search/search-address';

const price = fc.integer({ min: 1, max: 99_999 });
const state = fc.record({
  query: fc.string({ maxLength: 40 }),
  brands: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 5 }),
  category: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  price: fc.option(
    fc.oneof(fc.record({ from: price }), fc.record({ to: price }), fc.record({ from: price, to: price })),
    {
      nil: undefined,
    },
  ),
  inStock: fc.boolean(),
  attributes: fc.uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1, maxLength: 10 }),
      values: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
  sort: fc.constantFrom(...SORTS),
});

it('the search in an address is read as it was written', () => {
  fc.assert(
    fc.property(state, (one) => {
      const { search } = new URL(searchPath(one), 'http://shop.example');
      expect(parseSearch(search)).toEqual(one);
    }),
  );
});

it('an invalid address is still a search', () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (text) => {
      const { sort, price } = parseSearch(`?${text}`);
      expect(SORTS).toContain(sort);
      for (const bound of Object.values(price ?? {})) expect(Number.isFinite(bound)).toBe(true);
    }),
  );
  expect(parseSearch('?sort=__proto__&price=x-y&stock=yes&brand=&attributes.=x&attributes.size=')).toEqual({
    query: '',
    brands: [],
    inStock: false,
    attributes: [],
    sort: 'RELEVANCE',
    category: undefined,
    price: undefined,
  });
});

it('offers attributes in which the results differ, the most common first, and those already chosen', () => {
  const products = [
    { synthetic: true, colour: 'red', size: 'M', litres: 1 },
    { synthetic: true, colour: ['red', 'blue'], size: 'L', litres: 2 },
    { synthetic: true, colour: 'red', vegan: true },
    { synthetic: true, vegan: false, notes: { any: 'thing' } },
  ].map((attributes) => ({ attributes }));
  expect(selectFacetAttributes(products, [])).toEqual(['colour', 'size', 'vegan']);
  expect(selectFacetAttributes(products, ['grade', 'vegan'])).toEqual(['grade', 'vegan', 'colour', 'size']);
  expect(selectFacetAttributes([], ['grade'])).toEqual(['grade']);
});

it('no product is in two rails, each product stays in its first rail, and the order stays', () => {
  const rails = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 12 }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(rails, fc.integer({ min: 1, max: 12 }), (ids, most) => {
      const shown = distinctRails(
        ids.map((rail) => ({ edges: rail.map((id) => ({ node: { id } })) })),
        most,
      ).map(({ edges }) => edges.map(({ node }) => node.id));
      expect(new Set(shown.flat()).size).toBe(shown.flat().length);
      shown.forEach((rail, index) => {
        const earlier = new Set(shown.slice(0, index).flat());
        expect(rail).toEqual(ids[index].filter((id) => !earlier.has(id)).slice(0, most));
      });
    }),
  );
});

it('a rail that is held shows the same products, and the others leave them out', () => {
  const rail = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 12 });
  const listOf = (ids: readonly string[]) => ({ edges: ids.map((id) => ({ node: { id } })) });
  const idsOf = (list: ReturnType<typeof listOf>) => list.edges.map(({ node }) => node.id);
  const pair = fc.array(fc.record({ before: rail, now: rail, isHeld: fc.boolean() }), { maxLength: 5 });
  fc.assert(
    fc.property(pair, fc.integer({ min: 1, max: 12 }), (rails, most) => {
      const before = distinctRails(
        rails.map((each) => listOf(each.before)),
        most,
      );
      const held = new Map(rails.flatMap(({ isHeld }, place) => (isHeld ? [[place, before[place]] as const] : [])));
      const shown = distinctRails(
        rails.map((each) => listOf(each.now)),
        most,
        held,
      ).map(idsOf);
      expect(new Set(shown.flat()).size).toBe(shown.flat().length);
      const keptIds = new Set([...held.values()].flatMap(idsOf));
      shown.forEach((ids, place) => {
        const earlier = new Set(shown.slice(0, place).flat());
        const free = rails[place].now.filter((id) => !earlier.has(id) && !keptIds.has(id)).slice(0, most);
        expect(ids).toEqual(held.has(place) ? idsOf(before[place]) : free);
      });
    }),
  );
});

it('a cart’s total is exact, for prices with any decimals', () => {
  const line = fc.record({
    units: fc.integer({ min: 0, max: 10_000_000 }),
    decimals: fc.integer({ min: 0, max: 4 }),
    quantity: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
      const written = (units: number, decimals: number) => {
        const digits = String(units).padStart(decimals + 1, '0');
        return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
      };
      const products = new Map(
        lines.map(({ units, decimals }, index) => [
          String(index),
          { price: { amount: written(units, decimals), currency: 'EUR' } },
        ]),
      );
      const total = totalOf(
        lines.map(({ quantity }, index) => ({ productId: String(index), quantity })),
        products,
      );
      // In ten-thousandths.
      const expected = lines.reduce(
        (sum, { units, decimals, quantity }) => sum + BigInt(units) * 10n ** BigInt(4 - decimals) * BigInt(quantity),
        0n,
      );
      const [whole, fraction] = total!.amount.split('.');
      expect(BigInt(whole + fraction.padEnd(4, '0'))).toBe(expected);
    }),
  );
  const euro = { price: { amount: '1.00', currency: 'EUR' } };
  const both = [
    { productId: 'a', quantity: 1 },
    { productId: 'b', quantity: 1 },
  ];
  expect(totalOf(both, new Map([['a', euro]]))).toBeUndefined();
  expect(
    totalOf(
      both,
      new Map([
        ['a', euro],
        ['b', { price: { amount: '1', currency: 'USD' } }],
      ]),
    ),
  ).toBeUndefined();
});

describe('sponsored products', () => {
  const product = (id: string) => ({
    ...{ id, title: id, brand: null, imageUrls: [], rating: null, price: null, listPrice: null },
    availability: 'IN_STOCK' as const,
  });
  const list = {
    placement: 'search',
    products: [{ slot: 2, advertiserName: 'Falke', token: 'a-token', product: product('b') }],
  };
  const edges = ['a', 'b', 'c'].map((id) => ({ node: { id } }));

  it('are not repeated in the list below them', () => {
    expect(withoutSponsored(edges, list).map(({ node }) => node.id)).toEqual(['a', 'c']);
    expect(withoutSponsored(edges, null)).toEqual(edges);
  });

  it('are not repeated in rails, but do not replace what was viewed or what must not change', () => {
    const listOf = (...ids: readonly string[]) => ({ edges: ids.map((id) => ({ node: { id } })) });
    const viewed = [listOf('a'), listOf('a', 'b', 'c'), listOf('b', 'c', 'd', 'e')];
    const idsOf = (rails: typeof viewed) => rails.map((rail) => rail.edges.map(({ node }) => node.id).join(''));
    const ads = { ids: ['a', 'b', 'd'], precedingLists: 1 };
    const adsOf = (rails: typeof viewed) =>
      removeListedAds(
        { ...list, products: ads.ids.map((id) => ({ ...list.products[0], product: { id } })) } as never,
        rails,
      )
        .products.map(({ product }) => product.id)
        .join('');
    const rails = distinctRails(viewed, 5, new Map<number, (typeof viewed)[number]>(), ads);
    expect([...idsOf(rails), adsOf(rails)]).toEqual(['a', 'c', 'e', 'bd']);
    const held = distinctRails(viewed, 5, new Map([[2, listOf('d', 'f')]]), ads);
    expect([...idsOf(held), adsOf(held)]).toEqual(['a', 'c', 'df', 'b']);
    // The ads of a rail that is held.
    const heldAds = distinctRails(viewed, 5, new Map([[1, listOf('c')]]), { ...ads, precedingLists: 0 });
    expect([...idsOf(heldAds), adsOf(heldAds)]).toEqual(['', 'c', 'e', 'abd']);
  });

  it('are named in events by their token, slot and placement, and seen once', () => {
    expect(sponsoredOrigin(list, list.products[0])).toEqual({
      ...{ requestId: 'a-token', position: 2, placement: 'search' },
    });
    expect(['a-token', 'another', 'a-token'].map(isFirstImpression)).toEqual([true, true, false]);
  });
});
