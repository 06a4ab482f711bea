import type { GraphqlClient } from '../../setup/graphql-client';
import { SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { startApi, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const USE = `mutation($input: UseStarterSynonymsInput!) {
  useStarterSynonyms(input: $input) { starterSynonyms { language enabled } receipt userErrors { field code message } }
}`;
const LIST = '{ starterSynonyms { language enabled groups { kind words finds } } }';

interface Payload {
  readonly starterSynonyms: { readonly language: string; readonly enabled: boolean } | null;
  readonly receipt: string;
  readonly userErrors: readonly { readonly field: string[]; readonly code: string; readonly message: string }[];
}
interface Listed {
  readonly language: string;
  readonly enabled: boolean;
  readonly groups: readonly { readonly kind: string; readonly words: string[]; readonly finds: string[] }[];
}

describe('starter synonyms', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { client: GraphqlClient };
  let other: ShopProcess & { client: GraphqlClient };

  const use = async (language: string, enabled: boolean) =>
    (await api.client.data<{ useStarterSynonyms: Payload }>(USE, { input: { language, enabled } })).useStarterSynonyms;
  const found = async ({ client }: { client: GraphqlClient }, query: string, awaitReceipt?: string) => {
    const { search } = await client.data<SearchAnswer>(SEARCH, { input: { query, awaitReceipt } });
    return search.edges.map(({ node }) => node.id);
  };
  const enabledIn = async ({ client }: { client: GraphqlClient }) =>
    (await client.data<{ starterSynonyms: Listed[] }>(LIST)).starterSynonyms
      .filter(({ enabled }) => enabled)
      .map(({ language }) => language);

  beforeAll(async () => {
    shop = await testNamespace();
    [api, other] = await Promise.all([startApi(shop), startApi(shop)]);
    const products = [
      { id: 'pack', title: 'Canvas backpack', language: 'en' },
      { id: 'trail', title: 'Trail daypack', language: 'en' },
    ];
    const { upsertProducts } = await api.client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    expect(await found(api, 'backpack', upsertProducts.receipt)).toEqual(['pack']);
  });

  afterAll(async () => {
    await Promise.all([api.stop(), other.stop()]);
    await shop.drop();
  });

  it('are off in a new shop', async () => {
    expect(await enabledIn(api)).toEqual([]);
    expect(await found(api, 'rucksack')).toEqual([]);
  });

  it('are listed with their groups', async () => {
    const { starterSynonyms } = await api.client.data<{ starterSynonyms: Listed[] }>(LIST);
    expect(starterSynonyms.map(({ language }) => language)).toEqual(['de', 'en']);
    expect(starterSynonyms[1].groups).toContainEqual({ kind: 'ONE_WAY', words: ['trousers'], finds: ['pants'] });
  });

  it('are in force in every process from the mutation on, and add to those of the shop', async () => {
    const on = await use('en', true);
    expect(on).toMatchObject({ starterSynonyms: { language: 'en', enabled: true }, userErrors: [] });
    for (const process of [api, other]) expect(await found(process, 'rucksack', on.receipt)).toEqual(['pack']);
    expect(await enabledIn(other)).toEqual(['en']);
    const { upsertSynonyms } = await api.client.data<{ upsertSynonyms: { receipt: string; errors: object[] } }>(
      `mutation { upsertSynonyms(input: { synonyms: [{ id: "rucksack", kind: ONE_WAY, words: ["rucksack"], finds: ["daypack"] }] }) {
        receipt errors { code }
      } }`,
    );
    expect(upsertSynonyms.errors).toEqual([]);
    for (const process of [api, other])
      expect((await found(process, 'rucksack', upsertSynonyms.receipt)).sort()).toEqual(['pack', 'trail']);
  });

  it('stay on after a restart', async () => {
    await other.stop();
    other = await startApi(shop);
    expect((await found(other, 'rucksack')).sort()).toEqual(['pack', 'trail']);
  });

  it('change nothing when they are switched on twice', async () => {
    const [first, second] = [await use('en', true), await use('en', true)];
    expect(second).toEqual(first);
  });

  it('are switched off, and leave the synonyms of the shop alone', async () => {
    const off = await use('en', false);
    expect(off).toMatchObject({ starterSynonyms: { language: 'en', enabled: false }, userErrors: [] });
    for (const process of [api, other]) expect(await found(process, 'rucksack', off.receipt)).toEqual(['trail']);
    expect(await enabledIn(other)).toEqual([]);
  });

  it('of another language are an error', async () => {
    const { receipt, ...refused } = await use('xx', true);
    expect(receipt).toBeTruthy();
    expect(refused).toEqual({
      starterSynonyms: null,
      userErrors: [
        {
          field: ['input', 'language'],
          code: 'BAD_USER_INPUT',
          message: 'There are starter synonyms in de and en; got "xx".',
        },
      ],
    });
  });
});
