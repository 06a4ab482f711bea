import type { GraphqlClient } from '../../setup/graphql-client';
import { found, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { startApiProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const SUGGEST = `query($input: SuggestInput!) {
  suggest(input: $input) { kind text count fragments { text matched } product { id } }
}`;
interface SuggestAnswer {
  readonly suggest: readonly {
    readonly kind: string;
    readonly text: string;
    readonly count: number;
    readonly fragments: readonly { readonly text: string; readonly matched: boolean }[];
    readonly product: { readonly id: string } | null;
  }[];
}

describe('suggestions', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };

  const suggest = async (query: string, more: object = {}) =>
    (await api.client.data<SuggestAnswer>(SUGGEST, { input: { query, ...more } })).suggest;
  const texts = async (query: string, kind: string, more: object = {}) =>
    (await suggest(query, { kinds: [kind], ...more })).map(({ text }) => text);

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApiProcess(shop);
    const products = [
      ...[...Array(5).keys()].map((n) => ({
        id: `espresso-${n}`,
        title: `Espresso cup ${n}`,
        brand: 'Cupra',
        categories: ['Kitchen', 'Kitchen > Cups & Mugs'],
        groupId: n < 2 ? 'pair' : null,
      })),
      {
        id: 'machine',
        title: 'Espresso &amp; tea machine',
        brand: 'Acme',
        categories: ['Kitchen'],
        description: '<p>Magnificent espresso.</p>',
      },
      { id: 'macchiato', title: 'Macchiato glass', brand: 'Acme', categories: ['Kitchen'] },
      { id: 'moebel', title: 'Küchenmöbel', language: 'de' },
      { id: 'secret', title: 'Espionage kit', publishedAt: new Date(Date.now() + 3_600_000).toISOString() },
    ];
    const { upsertProducts } = await api.client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    await suggest('x', { awaitReceipt: upsertProducts.receipt });
  });

  afterAll(async () => {
    expect(await api.stop()).toBe(0);
    await shop.drop();
  });

  it('complete the word being typed, most frequent results first, and never suggest a query without results', async () => {
    expect(await texts('esp', 'QUERY')).toEqual(['espresso']);
    expect(await texts('espresso m', 'QUERY')).toEqual(['espresso mugs', 'espresso machine']);
    expect(await texts('Espresso MA', 'QUERY')).toEqual(['Espresso machine']);
    // Only descriptions have this word.
    expect(await texts('magn', 'QUERY')).toEqual([]);
    expect(await texts('espresso magn', 'QUERY')).toEqual([]);
    expect(await texts('magnificent', 'PRODUCT')).toEqual(['Espresso & tea machine']);
    expect(await texts('kü', 'QUERY')).toEqual(['küchenmöbel']);
    expect(await texts('kueche', 'QUERY')).toEqual(['küchenmöbel']);
    expect(await texts('espresso ', 'QUERY')).toEqual([]);
    const [{ count, fragments }] = await suggest('espresso ma', { kinds: ['QUERY'] });
    expect(count).toBe(1);
    expect(fragments).toEqual([
      { text: 'espresso ma', matched: true },
      { text: 'chine', matched: false },
    ]);
  });

  it('count what their search finds', async () => {
    for (const { text, count } of await suggest('e', { kinds: ['QUERY'], first: 10 })) {
      const { search } = await api.client.data<SearchAnswer>(SEARCH, { input: { query: text } });
      expect([text, search.totalCount]).toEqual([text, count]);
    }
  });

  it('show products, categories and brands with the words in their names', async () => {
    const all = await suggest('cup');
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['QUERY', 'PRODUCT', 'CATEGORY', 'BRAND']));
    expect(await texts('cup', 'CATEGORY')).toEqual(['Kitchen > Cups & Mugs']);
    expect(await texts('cup', 'BRAND')).toEqual(['Cupra']);
    const products = await suggest('espr mach', { kinds: ['PRODUCT'] });
    expect(products.map(({ product }) => product?.id)).toEqual(['machine']);
    const [machine] = await suggest('espresso mach', { kinds: ['PRODUCT'] });
    expect(machine.product).toEqual({ id: 'machine' });
    expect(machine.fragments).toEqual([
      { text: 'Espresso', matched: true },
      { text: ' & tea ', matched: false },
      { text: 'machine', matched: true },
    ]);
    expect(await texts('espresso cup', 'PRODUCT', { first: 10 })).toHaveLength(4);
  });

  it('have neither emoji nor rows of signs, and no excluded word', async () => {
    expect(await texts('🔥 $$$ espresso mac', 'QUERY')).toEqual(['espresso machine']);
    expect(await texts('espresso (!!!) mac', 'QUERY')).toEqual(['espresso machine']);
    expect(await texts('espresso -tea mac', 'QUERY')).toEqual([]);
    expect(await texts('-c++ espresso mac', 'QUERY')).toEqual([]);
  });

  it('tolerate typing errors, and an empty prefix', async () => {
    expect(await texts('esprsso mach', 'PRODUCT')).toEqual(['Espresso & tea machine']);
    expect(await texts('esprsso mach', 'QUERY')).toEqual(['espresso machine']);
    for (const query of ['', ' ', '🫖', '"', '-', '\u0000', 'zzz', '('.repeat(150)])
      expect(await suggest(query)).toEqual([]);
    expect(await api.client.code(SUGGEST, { input: { query: 'x'.repeat(201) } })).toBe('BAD_USER_INPUT');
    const languages = ['x'.repeat(36), 'constructor', '-', 'xx'].map((language) => ({ language }));
    for (const wrong of [{ first: 11 }, { first: -1 }, ...languages, { kinds: ['PERSON'] }])
      expect(await api.client.code(SUGGEST, { input: { query: 'x', ...wrong } })).toBe('BAD_USER_INPUT');
    for (const more of [{ kinds: [] }, { first: 0 }]) expect(await suggest('espresso', more)).toEqual([]);
    for (const language of ['sw', 'DE', 'pt_br']) expect(await suggest('espresso', { language })).not.toEqual([]);
    for (const query of ['espresso "', 'קומקום', '\u202eespresso', 'the of', '-espresso'])
      expect([query, (await api.client.send(SUGGEST, { input: { query } })).errors]).toEqual([query, undefined]);
  });

  it('do not reveal unpublished products', async () => {
    expect(await suggest('espi')).toEqual([]);
    expect(found(await api.client.data<SearchAnswer>(SEARCH, { input: { query: 'espionage' } }))).toEqual([]);
  });
});
