import { Arg, Extensions, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { checkFirst } from '../../graphql/connection';
import { MAX_PAGE, WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { ProductSearchConnection } from '../../search/search.type';
import { ProductAnswers } from '../answers/product-answers.service';
import type { UnderstandingService } from '../understanding/understanding.service';
import type { ArticlesReadModel } from './articles.read-model';
import { SearchArticle } from './search-article.type';

const DEFAULT_FIRST = 3;
const MAX_FIRST = 10;
/** Rate-limit cost of finding the articles. A plain field costs 1. */
const ARTICLES_WORK = 300;
/**
 * A search has an intent of this probability at least. Names of products are no examples of the model, and some of them
 * exceed its own threshold.
 */
const MIN_CONFIDENCE = 0.8;

@Resolver(() => ProductSearchConnection)
export class SearchArticleResolver {
  constructor(
    private readonly articlesModel: Pick<ArticlesReadModel, 'findForSearch'>,
    private readonly understanding: Pick<UnderstandingService, 'understand'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ARTICLES_WORK, [MAX_PAGE]: MAX_FIRST })
  @FieldResolver(() => [SearchArticle], {
    nullable: true,
    description:
      'Articles of the shop that answer what is searched for, such as `return policy`, the best first. Empty if none does, null if they could not be searched. `totalCount` does not count them.',
  })
  articles(
    @Root() { question }: ProductSearchConnection,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_FIRST,
      description: 'The maximum number of articles, up to 10.',
    })
    first: number | null,
  ): SearchArticle[] {
    const count = checkFirst(first, DEFAULT_FIRST, MAX_FIRST);
    if (question === undefined) return [];
    const { intent, confidence } = this.understanding.understand(question.text);
    const isCertain = intent !== null && (confidence ?? 0) >= MIN_CONFIDENCE && !ProductAnswers.answers(intent);
    return this.articlesModel
      .findForSearch(question, isCertain ? intent : null, count)
      .map(({ article: { title, url }, passage: { text } }) => ({ title, url, passage: text }));
  }
}
