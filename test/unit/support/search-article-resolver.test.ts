import type { GraphQLResolveInfo } from 'graphql';
import type { ProductSearchConnection } from '../../../src/search/search.type';
import type { ArticleRecord } from '../../../src/support/articles/article';
import { ArticlesReadModel } from '../../../src/support/articles/articles.read-model';
import { SearchArticleResolver } from '../../../src/support/articles/search-article.resolver';

const infoOf = (operation: string) => ({ operation: { operation } }) as unknown as GraphQLResolveInfo;
const QUERY = infoOf('query');

function resolverWith(articles: readonly ArticleRecord[]) {
  const model = new ArticlesReadModel('en');
  model.apply({ articles });
  const counts = { understood: 0, found: 0 };
  const resolver = new SearchArticleResolver(
    {
      maySearch: (question) => model.maySearch(question),
      findForSearch: (question, intent) => {
        counts.found++;
        return model.findForSearch(question, intent);
      },
    },
    {
      understand: (part) => {
        counts.understood++;
        return { intent: null, confidence: null, candidates: [], modelVersion: null, part };
      },
    },
  );
  return { resolver, counts };
}

const articles = ['a', 'b', 'c', 'd'].map((id) => ({
  ...{ id, title: 'Shipping', body: `Shipping ${id}.`, url: null, language: null, intents: [] },
  updatedAt: '2026-01-01T00:00:00.000Z',
}));
const listOf = (text: string) =>
  ({
    question: { text, languages: ['en'], isLanguageStated: true, products: 'NONE' },
  }) as unknown as ProductSearchConnection;

describe('the articles of a search', () => {
  it('are found once for all aliases of the field', () => {
    const { resolver, counts } = resolverWith(articles);
    const list = listOf('shipping');
    const lengths = [null, 1, 2, 10].map((first) => resolver.articles(list, first, QUERY).length);
    expect(lengths).toEqual([3, 1, 2, 4]);
    for (let alias = 0; alias < 100; alias++) resolver.articles(list, 1 + (alias % 10), QUERY);
    expect(counts).toEqual({ understood: 1, found: 1 });
    resolver.articles(listOf('shipping'), 1, QUERY);
    expect(counts).toEqual({ understood: 2, found: 2 });
  });

  it.each([
    ['of a shop without articles', [], 'shipping'],
    ['for a long text', articles, 'shipping '.repeat(23)],
    ['for many words', articles, 'a '.repeat(41)],
  ])('%s need no work', (_, given, text) => {
    const { resolver, counts } = resolverWith(given);
    expect(resolver.articles(listOf(text), 3, QUERY)).toEqual([]);
    expect(counts).toEqual({ understood: 0, found: 0 });
  });

  it('are not offered in subscriptions', () => {
    const { resolver, counts } = resolverWith(articles);
    expect(() => resolver.articles(listOf('shipping'), 3, infoOf('subscription'))).toThrow(
      'not offered in subscriptions',
    );
    expect(counts.understood).toBe(0);
  });
});
