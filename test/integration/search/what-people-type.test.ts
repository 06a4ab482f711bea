import { found, foundPartially, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';

const NOTHING_FOUND = `query($input: SearchInput!, $first: Int) {
  search(input: $input, first: $first) {
    totalCount
    nothingFound { totalWithoutFacetFilters categories bestSellers { id } }
    edges { isPartialMatch node { id } }
  }
}`;
interface NothingFoundAnswer {
  readonly search: {
    readonly totalCount: number;
    readonly nothingFound: {
      readonly totalWithoutFacetFilters: number;
      readonly categories: readonly string[];
      readonly bestSellers: readonly { readonly id: string }[];
    } | null;
    readonly edges: readonly object[];
  };
}

describe('what people type', () => {
  const shop = runningShop();
  const search = (input: object, more: object = {}) => shop.client.data<SearchAnswer>(SEARCH, { input, ...more });
  const money = (amount: number) => ({ amount: amount.toFixed(2), currency: 'EUR' });
  const wool = Array.from({ length: 30 }, (_, n) => ({
    id: `wool-${n}`,
    title: `Wool ${['hat', 'scarf', 'glove'][n % 3]} ${n}`,
    categories: ['Clothing > Hats'],
    price: money(10 + ((n * 7) % 30)),
    rating: 1 + (n % 5),
  }));
  const products = [
    ...wool,
    ...[1, 2, 3].map((n) => ({
      id: `rug-${n}`,
      title: `Wool rug no${n}`,
      categories: ['Home > Rugs'],
      price: money(100 * n),
    })),
    { id: 'tent', title: 'Family tent', categories: ['Outdoors > Tents'], price: money(200) },
    { id: 'mount', title: 'Wall mount -black', categories: ['Home > Mounts'], price: money(20) },
    { id: 'mount-white', title: 'Wall mount white', categories: ['Home > Mounts'], price: money(20) },
    { id: 'head-torch', title: 'Rechargeable head torch', categories: ['Outdoors > Lights'] },
    { id: 'torch-holder', title: 'Holder', description: 'Holds a torch.', categories: ['Outdoors > Lights'] },
    ...['mug', 'vase', 'bowl'].map((name) => ({ id: name, title: `Blue ${name}`, categories: ['Home > Pottery'] })),
    { id: 'bell-20', title: 'Kettlebell 20 kg', categories: ['Sports > Weights'] },
    { id: 'bell-8', title: 'Kettlebell 8 kg', categories: ['Sports > Weights'] },
    { id: 'adapter-10v', title: 'Adapter 10 V', categories: ['Electronics > Adapters'] },
    { id: 'adapter-10a', title: 'Adapter 10A', categories: ['Electronics > Adapters'] },
    { id: 'boot-105', title: 'Boot', attributes: { size: 10.5 }, categories: ['Shoes > Boots'] },
    { id: 'boot-10', title: 'Boot', attributes: { size: 10 }, categories: ['Shoes > Boots'] },
    { id: 'cpp', title: 'C++ primer', categories: ['Books'] },
    { id: 'csharp', title: 'C# primer', categories: ['Books'] },
    { id: 'c', title: 'C primer', categories: ['Books'] },
    { id: 'cpp17', title: 'C++17 in detail', categories: ['Books'] },
    { id: 'dotnet', title: '.NET guide', categories: ['Books'] },
    { id: 'net', title: 'Fishing net guide', categories: ['Books'] },
    { id: 'fridge-1', title: 'Fridge A+', categories: ['Kitchen > Fridges'] },
    { id: 'fridge-3', title: 'Fridge A+++', categories: ['Kitchen > Fridges'] },
    { id: 'steak', title: '1/2 lb steak', categories: ['Food'] },
    { id: 'plank', title: 'Plank 2 1/4', categories: ['Timber'] },
    { id: 'planks', title: 'Plank 1/2 1/4', categories: ['Timber'] },
    { id: 'puzzle', title: 'Puzzle 6-8 ans', categories: ['Toys'], language: 'fr' },
    { id: 'suitcase', title: 'حقيبة سفر', language: 'ar' },
    { id: 'phone', title: 'Phone S20+', categories: ['Electronics > Phones'] },
    { id: 'muesli', title: 'Müsli', language: 'de' },
    { id: 'muesli-text', title: 'Müsli', description: 'Mit weniger Zucker als früher.', language: 'de' },
    { id: 'muesli-mit', title: 'Müsli mit Zucker', language: 'de' },
    { id: 'muesli-zutat', title: 'Müsli Nuss', attributes: { Zutaten: 'Nuss, Zucker' }, language: 'de' },
    { id: 'muesli-ohne', title: 'Knusper Müsli ganz ohne Zucker', language: 'de' },
    { id: 'dog-chicken', title: 'Dog food chicken', categories: ['Pets > Food'] },
    { id: 'dog-beef', title: 'Dog food beef', categories: ['Pets > Food'] },
    { id: 'dog-grain', title: 'Dog food grain', categories: ['Pets > Food'] },
    { id: 'dog-free', title: 'Grain free dog food, chicken', categories: ['Pets > Food'] },
    { id: 'dog-without', title: 'Dog food lamb without chicken', categories: ['Pets > Food'] },
    { id: 'vitamin-a', title: 'Vitamin A capsules', categories: ['Health'] },
    { id: 'vitamin-c', title: 'Vitamin C capsules', description: 'A capsule a day.', categories: ['Health'] },
    { id: 'usb-a', title: 'USB A cable', categories: ['Electronics > Cables'] },
    { id: 'usb-c', title: 'USB C cable', description: 'A cable for charging.', categories: ['Electronics > Cables'] },
    { id: 'it-novel', title: 'It', attributes: { kind: 'It novel' }, categories: ['Books > Novels'] },
    { id: 'other-novel', title: 'Crime novel', description: 'It was night.', categories: ['Books > Novels'] },
    { id: 'lunchbox', title: 'Steel lunchbox', categories: ['Kitchen > Boxes'] },
    { id: 'carpet', title: 'Round carpet', categories: ['Home > Carpets'] },
    { id: 'brush', title: 'Dish brush', categories: ['Kitchen > Brushes'] },
    { id: 'cloth-1', title: 'Cloth', categories: ['Fabric'] },
    { id: 'cloth-2', title: 'Clothing', rating: 5, categories: ['Wardrobe'] },
    { id: 'cloth-3', title: 'Cloths', categories: ['Fabric'] },
    { id: 'cloth-4', title: 'Bolt', description: 'Good for clothing.', categories: ['Fabric'] },
    { id: 'sport-bag', title: 'Waterproof cable, 1 m', categories: ['Electronics > Cables'] },
    { id: 'rain-jacket', title: 'Rain jacket, packable', categories: ['Wardrobe > Outerwear'] },
    { id: 'pet-brush', title: 'Pet hair brush', description: 'For the car, too.', categories: ['Pets'] },
  ];

  beforeAll(async () => {
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    await search({ awaitReceipt: upsertProducts.receipt });
  });

  it('products with some of the words follow those with all of them, and are not counted', async () => {
    const answer = await search({ query: 'wool rug', facets: [{ field: 'categories' }] }, { first: 50 });
    expect(answer.search).toMatchObject({ totalCount: 3, ignoredWords: [], correctedQuery: null });
    expect(found(answer).sort()).toEqual(['rug-1', 'rug-2', 'rug-3']);
    expect(foundPartially(answer).sort()).toEqual(wool.map(({ id }) => id).sort());
    expect(answer.search.facets[0].values.map(({ value, count }) => [value, count])).toEqual([
      ['Home', 3],
      ['Home > Rugs', 3],
    ]);
    expect(answer.search.edges.map(({ rank }) => rank)).toEqual(Array.from({ length: 33 }, (_, at) => at + 1));
  });

  it('each mode returns the products that it names', async () => {
    const all = await search({ query: 'wool rug', matching: 'ALL_WORDS' }, { first: 50 });
    expect([found(all).length, foundPartially(all).length, all.search.totalCount]).toEqual([3, 0, 3]);
    const any = await search({ query: 'wool rug', matching: 'ANY_WORD' }, { first: 50 });
    expect([found(any).length, foundPartially(any).length, any.search.totalCount]).toEqual([33, 0, 33]);
    expect(found(any).slice(0, 3).sort()).toEqual(['rug-1', 'rug-2', 'rug-3']);
    const none = await search({ query: 'blue tent', matching: 'ALL_WORDS' });
    expect(none.search).toMatchObject({ totalCount: 0, ignoredWords: [], edges: [] });
  });

  it('pages continue from the products that match to the others, without repeating one', async () => {
    const ids: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 10; page++) {
      const answer: SearchAnswer = await search({ query: 'wool rug' }, { first: 5, after });
      ids.push(...answer.search.edges.map(({ node }) => node.id));
      if (page === 0) expect([found(answer).length, foundPartially(answer).length]).toEqual([3, 2]);
      else expect(found(answer)).toEqual([]);
      after = answer.search.pageInfo.endCursor;
      if (!answer.search.pageInfo.hasNextPage) break;
    }
    expect([ids.length, new Set(ids).size]).toEqual([33, 33]);
  });

  it('a sort orders each part by itself', async () => {
    const priceOf = new Map(
      products.map((product) => [product.id, 'price' in product ? Number(product.price?.amount) : NaN]),
    );
    for (const [sort, sign] of [
      ['PRICE_ASC', 1],
      ['PRICE_DESC', -1],
    ] as const) {
      const answer = await search({ query: 'wool rug', sort }, { first: 50 });
      const full = found(answer).map((id) => sign * (priceOf.get(id) as number));
      const partial = foundPartially(answer).map((id) => sign * (priceOf.get(id) as number));
      expect([full.length, partial.length]).toEqual([3, 30]);
      expect(full).toEqual([...full].sort((a, b) => a - b));
      expect(partial).toEqual([...partial].sort((a, b) => a - b));
    }
  });

  it('the products of a list do not depend on which fields are selected', async () => {
    const IDS = 'query($input: SearchInput!) { search(input: $input, first: 5) { nodes { id } } }';
    for (const sort of ['RELEVANCE', 'PRICE_ASC', 'POPULAR']) {
      const input = { query: 'wool rug', sort };
      const { search: short } = await shop.client.data<{ search: { nodes: { id: string }[] } }>(IDS, { input });
      const whole = await search(input, { first: 5 });
      expect([sort, short.nodes.map(({ id }) => id)]).toEqual([sort, whole.search.edges.map(({ node }) => node.id)]);
    }
  });

  it('filters hold for both parts', async () => {
    const answer = await search({ query: 'wool rug', filter: 'product.price < 20.0' }, { first: 50 });
    expect(answer.search.totalCount).toBe(0);
    const cheap = wool.filter(({ price }) => Number(price.amount) < 20).map(({ id }) => id);
    expect([...found(answer), ...foundPartially(answer)].sort()).toEqual(cheap.sort());
    const chosen = await search({ query: 'wool rug', facetFilters: [{ field: 'rating', from: 5 }] }, { first: 50 });
    expect(foundPartially(chosen).sort()).toEqual(
      wool
        .filter(({ rating }) => rating === 5)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('a word that names products stays when words are left out', async () => {
    const answer = await search({ query: 'blue tent' });
    expect(answer.search).toMatchObject({ totalCount: 1, ignoredWords: ['blue'] });
    expect(found(answer)).toEqual(['tent']);
    expect(foundPartially(answer).sort()).toEqual(['bowl', 'mug', 'vase']);
  });

  it('a head noun stays next to an adjective, a size and a measure', async () => {
    const answer = await search({ query: 'waterproof jacket size M' });
    expect(answer.search).toMatchObject({ totalCount: 1, ignoredWords: ['waterproof', 'size', 'M'] });
    expect([found(answer), foundPartially(answer)]).toEqual([['rain-jacket'], ['sport-bag']]);
    expect(found(await search({ query: 'blue wine glasses' }))).toEqual([]);
  });

  it('the typed form of a word comes before words that are derived from it, except where a rule says otherwise', async () => {
    const order = async (query: string) =>
      found(await search({ query }, { first: 50 })).filter((id) => /^cloth-[123]/.test(id));
    expect((await order('clothing'))[0]).toBe('cloth-2');
    expect(await order('cloth')).toEqual(['cloth-1', 'cloth-3', 'cloth-2']);
    expect(await order('cloths')).toEqual(['cloth-3', 'cloth-1', 'cloth-2']);
    const rule = { id: 'cloth', queries: ['clothing'], pins: ['cloth-3'], buried: ['cloth-2'] };
    const { upsertMerchandisingRule } = await shop.client.data<{ upsertMerchandisingRule: { receipt: string } }>(
      `mutation($input: UpsertMerchandisingRuleInput!) { upsertMerchandisingRule(input: $input) { receipt } }`,
      { input: rule },
    );
    const awaitReceipt = upsertMerchandisingRule.receipt;
    const ruled = found(await search({ query: 'clothing', awaitReceipt }, { first: 50 }));
    expect([ruled[0], ruled.at(-1)]).toEqual(['cloth-3', 'cloth-2']);
  });

  it('a live list has both parts, and follows changes', async () => {
    interface LiveAnswer {
      readonly data: {
        readonly searchUpdated: {
          readonly totalCount: number;
          readonly edges: readonly { readonly isPartialMatch: boolean; readonly node: { readonly id: string } }[];
        };
      };
    }
    const stream = shop.client.subscribe(
      `subscription($input: SearchInput!) {
        searchUpdated(input: $input, first: 50) { totalCount edges { isPartialMatch node { id } } }
      }`,
      { input: { query: 'steel tent' } },
    );
    const next = async () => {
      const { value } = await stream.next();
      const { totalCount, edges } = (value as LiveAnswer).data.searchUpdated;
      return [totalCount, ...edges.map(({ node, isPartialMatch }) => `${node.id}${isPartialMatch ? ' (some)' : ''}`)];
    };
    expect(await next()).toEqual([1, 'tent', 'lunchbox (some)']);
    await shop.client.data<UpsertAnswer>(UPSERT, {
      products: [{ ...products.find(({ id }) => id === 'tent'), title: 'Family tent, steel poles' }],
    });
    expect(await next()).toEqual([1, 'tent', 'lunchbox (some)']);
    await shop.client.data<UpsertAnswer>(UPSERT, {
      products: [{ ...products.find(({ id }) => id === 'lunchbox'), title: 'Steel lunchbox for a tent' }],
    });
    const both = await next();
    expect([both[0], new Set(both.slice(1))]).toEqual([2, new Set(['tent', 'lunchbox'])]);
    await shop.client.data<UpsertAnswer>(UPSERT, { products: [products.find(({ id }) => id === 'lunchbox')] });
    await stream.return?.();
  });

  it('a pasted title with a minus sign finds its product, and the sign excludes otherwise', async () => {
    expect(found(await search({ query: ' wall  MOUNT -black' }))).toEqual(['mount']);
    expect(found(await search({ query: 'wal mount -black' }))).toEqual(['mount']);
    for (const query of ['mount -black', 'mount wall -black', 'wall mount -black white'])
      expect([query, found(await search({ query }))]).toEqual([query, ['mount-white']]);
    expect(found(await search({ query: 'wall -white' }))).toEqual(['mount']);
  });

  it('rules, redirects and synonyms apply to the corrected query, and their words are words', async () => {
    const rule = `mutation($input: UpsertMerchandisingRuleInput!) {
      upsertMerchandisingRule(input: $input) { receipt errors { message } }
    }`;
    const write = async (input: object) =>
      (await shop.client.data<{ upsertMerchandisingRule: { receipt: string; errors: object[] } }>(rule, { input }))
        .upsertMerchandisingRule;
    const pinned = await write({ id: 'rugs', queries: ['wool rug'], pins: ['rug-3'] });
    expect(pinned.errors).toEqual([]);
    const pinnedList = await search({ query: 'wool rgu', awaitReceipt: pinned.receipt });
    expect(pinnedList.search.correctedQuery).toBe('wool rug');
    expect(found(pinnedList)[0]).toBe('rug-3');
    const redirected = await write({ id: 'vouchers', queries: ['gift voucher'], redirect: '/vouchers' });
    const REDIRECT = 'query($input: SearchInput!) { search(input: $input) { redirect correctedQuery } }';
    expect(
      await shop.client.data(REDIRECT, { input: { query: 'gift vuocher', awaitReceipt: redirected.receipt } }),
    ).toMatchObject({ search: { redirect: '/vouchers', correctedQuery: 'gift voucher' } });
    // No product has the word with the sign.
    expect(await shop.client.data(REDIRECT, { input: { query: 'gift voucher+' } })).toMatchObject({
      search: { redirect: '/vouchers' },
    });
    for (const query of ['gift -voucher', '-gift voucher'])
      expect(await shop.client.data(REDIRECT, { input: { query } })).toMatchObject({ search: { redirect: null } });

    // A pinned product with some of the words is the first of its part, and its score in another order reveals no boost.
    const tail = await write({ id: 'wool', queries: ['wool rug'], pins: ['wool-7'], boost: '3.0' });
    const pinnedTail = await search({ query: 'wool rug', awaitReceipt: tail.receipt }, { first: 50 });
    expect([found(pinnedTail)[0], foundPartially(pinnedTail)[0]]).toEqual(['rug-3', 'wool-7']);
    const byPrice = await search({ query: 'wool rug', sort: 'PRICE_ASC' }, { first: 50 });
    expect(new Set(byPrice.search.edges.slice(3).map(({ score }) => Math.round(score)))).toEqual(
      new Set([Math.round(byPrice.search.edges[3].score)]),
    );
    const party = await write({ id: 'party', queries: ['wallmount'], redirect: '/mounts' });
    expect(
      await shop.client.data(REDIRECT, { input: { query: 'wallmount', awaitReceipt: party.receipt } }),
    ).toMatchObject({
      search: { redirect: '/mounts', correctedQuery: null },
    });

    const upsert = `mutation($synonyms: [SynonymInput!]!) {
      upsertSynonyms(input: { synonyms: $synonyms }) { receipt errors { index } }
    }`;
    const synonyms = [
      { id: 'torch', kind: 'TWO_WAY', words: ['torch', 'flashlight'] },
      { id: 'tent', kind: 'TWO_WAY', words: ['tent', 'trent'] },
    ];
    const { upsertSynonyms } = await shop.client.data<{ upsertSynonyms: { receipt: string } }>(upsert, { synonyms });
    const torches = ['head-torch', 'torch-holder'];
    const awaitReceipt = upsertSynonyms.receipt;
    expect(found(await search({ query: 'flashlight', awaitReceipt })).sort()).toEqual(torches);
    const misspelled = await search({ query: 'flashlihgt' });
    expect(misspelled.search.correctedQuery).toBe('flashlight');
    expect(found(misspelled).sort()).toEqual(torches);
    expect(found(await search({ query: 'flashl', typing: true })).sort()).toEqual(torches);
    expect(found(await search({ query: 'rechargeable flashl', typing: true }))).toEqual(['head-torch']);
  });

  it('a word with a blank too many or too few is found', async () => {
    for (const query of ['lunch box', 'steel lunch box', 'lunch boxes', 'steel lunchbox', 'steellunchbox'])
      expect([query, found(await search({ query }))]).toEqual([query, ['lunchbox']]);
  });

  it('numbers with words are conditions, which the client can undo', async () => {
    const CONDITIONS = `query($input: SearchInput!) {
      search(input: $input) {
        totalCount correctedQuery conditions { text field from to includesTo } facets { ranges { from to count } }
        edges { isPartialMatch node { id } }
      }
    }`;
    const ask = async (input: object) =>
      (
        await shop.client.data<{
          search: { totalCount: number; edges: { isPartialMatch: boolean; node: { id: string } }[] };
        }>(CONDITIONS, { input: { ...input, facets: [{ field: 'price', boundaries: [0, 150, 1_000] }] } })
      ).search;
    const under = await ask({ query: 'wool rug under 200' });
    expect(under).toMatchObject({
      totalCount: 1,
      conditions: [{ text: 'under 200', field: 'price', from: null, to: 200, includesTo: false }],
      // The condition is no filter of the facet: what it excludes is not counted.
      facets: [
        {
          ranges: [
            { from: 0, to: 150, count: 1 },
            { from: 150, to: 1_000, count: 0 },
          ],
        },
      ],
    });
    expect(under.edges[0].node.id).toBe('rug-1');
    expect(await ask({ query: 'wool rgu up to 200 eur' })).toMatchObject({
      totalCount: 2,
      correctedQuery: 'wool rug up to 200 eur',
    });
    expect(await ask({ query: 'wool rug under 200', readsConditions: false })).toMatchObject({
      totalCount: 3,
      conditions: [],
    });
    expect(await ask({ query: '"wool rug" under 200' })).toMatchObject({ conditions: [] });
    const onlyPrice = await ask({ query: 'under 20' });
    expect(onlyPrice.totalCount).toBe(wool.filter(({ price }) => Number(price.amount) < 20).length);
  });

  it('a number with a unit is one measure, and a fraction is a number', async () => {
    const ask = async (query: string) => {
      const answer = await search({ query });
      return [found(answer), answer.search.ignoredWords];
    };
    expect(await ask('20 kg kettlebell')).toEqual([['bell-20'], []]);
    const [bells, ignored] = await ask('20 lb kettlebell');
    expect([bells.toSorted(), ignored]).toEqual([
      ['bell-20', 'bell-8'],
      ['20', 'lb'],
    ]);
    for (const query of ['10 A adapter', 'adapter 10 amp', '10a adapter'])
      expect([query, ...(await ask(query))]).toEqual([query, ['adapter-10a'], []]);
    expect(await ask('adapter 10 volt')).toEqual([['adapter-10v'], []]);
    for (const query of ['boot 10.5', 'boot 10½', '10 1/2 boot', 'boot 10-1/2'])
      expect([query, ...(await ask(query))]).toEqual([query, ['boot-105'], []]);
    for (const query of ['steak ½ pound', '½ lb steak', 'steak 1/2 pound'])
      expect([query, ...(await ask(query))]).toEqual([query, ['steak'], []]);
    expect(await ask('steak ½ gallon')).toEqual([['steak'], ['½', 'gallon']]);
    for (const query of ['plank 2.25', 'plank 2 1/4', 'plank 2¼'])
      expect([query, ...(await ask(query))]).toEqual([query, ['plank'], []]);
    expect(found(await search({ query: 'puzzle 6 à 8 ans', language: 'fr' }))).toEqual(['puzzle']);
  });

  it('a correction is shown as a product writes the word', async () => {
    const answer = await search({ query: 'حقيية سفر', language: 'ar' });
    expect([found(answer), answer.search.correctedQuery]).toEqual([['suitcase'], 'حقيبة سفر']);
  });

  it('what a query is without is in no product that it finds; products that say so come first', async () => {
    const ask = async (query: string, more: object = {}) => {
      const [first, ...others] = found(await search({ query, ...more }));
      return [first, others.sort()];
    };
    expect(await ask('müsli ohne zucker', { language: 'de' })).toEqual(['muesli-ohne', ['muesli', 'muesli-text']]);
    expect(await ask('müsli ohne zucker')).toEqual(['muesli-ohne', ['muesli', 'muesli-text']]);
    expect(await ask('dog food without chicken')).toEqual(['dog-without', ['dog-beef', 'dog-grain']]);
    expect(await ask('dog food without grain')).toEqual(['dog-free', ['dog-beef', 'dog-chicken', 'dog-without']]);
    // The whole query is about it.
    expect(await ask('without chicken')).toEqual(['dog-without', []]);
  });

  it('a stop word next to a word is a part of a name where the shop has the name', async () => {
    for (const [query, ids] of [
      ['vitamin a', ['vitamin-a']],
      ['vitamin a capsules', ['vitamin-a']],
      ['usb a cable', ['usb-a']],
      ['it novel', ['it-novel']],
      ['a novel', ['it-novel', 'other-novel']],
    ] as const)
      expect([query, found(await search({ query })).sort()]).toEqual([query, ids]);
  });

  it('a sign at the beginning or end of a name belongs to it where the shop has the name', async () => {
    for (const [query, ids] of [
      ['c++ primer', ['cpp']],
      ['primer C#', ['csharp']],
      ['s20+', ['phone']],
      ['S20', ['phone']],
      ['c primer', ['c', 'cpp', 'csharp']],
      ['primer+', ['c', 'cpp', 'csharp']],
      ['c++', ['cpp', 'cpp17']],
      ['c++17', ['cpp17']],
      ['primer -c++', ['c', 'csharp']],
      ['primer -f#', ['c', 'cpp', 'csharp']],
      ['.net guide', ['dotnet']],
      ['net guide', ['dotnet', 'net']],
      ['fridge a+', ['fridge-1']],
      ['fridge a+++', ['fridge-3']],
    ] as const)
      expect([query, found(await search({ query })).sort()]).toEqual([query, ids]);
  });

  it('a right word is not split into others', async () => {
    const answer = await search({ query: 'carpet brush' });
    expect(answer.search).toMatchObject({ correctedQuery: null, totalCount: 2 });
    expect([...found(answer), ...foundPartially(answer)].sort()).toEqual(['brush', 'carpet', 'pet-brush']);
  });

  it('a search that finds nothing says where to continue', async () => {
    const nothing = async (input: object) =>
      (await shop.client.data<NothingFoundAnswer>(NOTHING_FOUND, { input })).search;
    expect((await nothing({ query: 'tent' })).nothingFound).toBeNull();
    expect((await nothing({})).nothingFound).toBeNull();
    const unknown = await nothing({ query: 'pottersmith' });
    expect(unknown).toMatchObject({ totalCount: 0, edges: [] });
    expect((await nothing({ query: 'under 1' })).nothingFound?.totalWithoutFacetFilters).toBeGreaterThan(30);
    expect(unknown.nothingFound).toMatchObject({ totalWithoutFacetFilters: 0, categories: ['Home > Pottery'] });
    expect(unknown.nothingFound?.bestSellers).toHaveLength(8);
    const filtered = await nothing({
      query: 'wool rug',
      filter: "'Home > Rugs' in product.categories",
      facetFilters: [{ field: 'price', to: 5 }],
    });
    expect(filtered).toMatchObject({
      totalCount: 0,
      nothingFound: { totalWithoutFacetFilters: 3, categories: ['Home', 'Home > Rugs'] },
    });
    expect(filtered.nothingFound?.bestSellers.map(({ id }) => id).sort()).toEqual(['rug-1', 'rug-2', 'rug-3']);
  });
});
