import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEMO_ARTICLES } from '../../../src/demo/demo-articles';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import type { GraphqlClient } from '../../setup/graphql-client';
import { SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { startApiProcess, type OwnProcess } from '../../setup/processes';
import { UPSERT_ARTICLES } from '../../setup/support-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DOCS = readFileSync(path.resolve(__dirname, '../../../docs/search.md'), 'utf8');
const EXAMPLES = [...DOCS.matchAll(/^```graphql.*\n([^]*?)^```$/gm)].map(([, source]) => source);

describe('the examples of docs/search.md, in the catalogue of the demo shop', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApiProcess(shop);
    const products = demoProducts(new Date());
    const { upsertProducts } = await api.client.data<UpsertAnswer>(UPSERT, { products });
    const { upsertArticles } = await api.client.data<{ upsertArticles: { receipt: string } }>(UPSERT_ARTICLES, {
      articles: DEMO_ARTICLES,
    });
    for (const { receipt: awaitReceipt } of [upsertProducts, upsertArticles])
      await api.client.data(SEARCH, { input: { awaitReceipt } });
  });

  afterAll(async () => {
    expect(await api.stop()).toBe(0);
    await shop.drop();
  });

  it('are at least six', () => expect(EXAMPLES.length).toBeGreaterThanOrEqual(6));

  it.each(EXAMPLES)('returns results: %s', async (source) => {
    const data = await api.client.data<Record<string, unknown>>(source);
    if (source.includes('upsertSynonyms')) {
      expect(data.upsertSynonyms).toMatchObject({ accepted: 2, errors: [] });
      return;
    }
    if (source.includes('synonymSuggestions(')) {
      expect(data.synonymSuggestions).toMatchObject({ nodes: [] });
      return;
    }
    if (source.includes('useStarterSynonyms')) {
      expect(data.useStarterSynonyms).toMatchObject({ starterSynonyms: { language: 'en', enabled: true } });
      return;
    }
    if (source.includes('starterSynonyms {')) {
      expect(data.starterSynonyms).toMatchObject([
        { language: 'de', enabled: false },
        { language: 'en', enabled: true },
      ]);
      return;
    }
    if (source.includes('articles(')) {
      expect(data.search).toMatchObject({ totalCount: 0, articles: [{ title: 'Returns and refunds' }] });
      return;
    }
    if (source.includes('upsertMerchandisingRule')) {
      expect(data.upsertMerchandisingRule).toMatchObject({ errors: [] });
      return;
    }
    if (source.includes('hideSuggestion(')) {
      expect(data.hideSuggestion).toMatchObject({ hidden: { query: 'kitchen knife' }, errors: [] });
      return;
    }
    if (source.includes('hiddenSuggestions(')) {
      expect(data.hiddenSuggestions).toMatchObject({ nodes: [{ text: 'kitchen knife' }] });
      return;
    }
    if (source.includes('suggest(')) {
      expect((data.suggest as { text: string }[]).map(({ text }) => text)).toContain('espresso');
      return;
    }
    if (source.includes('searchReport(')) {
      // An admin's searches are not counted, and no worker counts here.
      expect(data.searchReport).toMatchObject({ totals: { searches: 0, noResultShare: 0 }, top: [], byPosition: [] });
      return;
    }
    const { search } = data as { search: { nodes?: unknown[]; edges?: unknown[]; facets?: { field: string }[] } };
    expect((search.nodes ?? search.edges ?? []).length).toBeGreaterThan(0);
    for (const facet of search.facets ?? []) expect(JSON.stringify(facet)).toMatch(/"count":[1-9]/);
  });

  it('report what was corrected', async () => {
    const { search } = await api.client.data<SearchAnswer>(SEARCH, { input: { query: 'esprsso machne' } });
    expect(search.correctedQuery ?? search.ignoredWords.join()).toMatch(/espresso|machne/);
  });
});
