import { type GraphQLResolveInfo, OperationTypeNode } from 'graphql';
import { Arg, Extensions, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { checkFirst } from '../../graphql/connection';
import { MAX_PAGE, WORK } from '../../graphql/limits/operation-cost';
import { ApiError } from '../../graphql/errors';
import { Scoped } from '../../graphql/scope';
import { ProductSearchConnection } from '../../search/search.type';
import type { SearchedQuestion } from '../../search/searched-question';
import { ProductAnswers } from '../answers/product-answers.service';
import type { UnderstandingService } from '../understanding/understanding.service';
import type { ArticlesReadModel } from './articles.read-model';
import { SearchArticle } from './search-article.type';

const DEFAULT_FIRST = 3;
const MAX_FIRST = 10;
/**
 * Rate-limit cost of finding the articles, in units of {@link WORK} (1 to 2 µs each). Among 300 articles in six
 * languages, reading the intent and the words of a query took .2 to 1.5 ms.
 */
const ARTICLES_WORK = 600;
/**
 * A search has an intent of this probability at least. Names of products are no examples of the model, and some of them
 * exceed its own threshold.
 */
const MIN_CONFIDENCE = 0.8;

@Resolver(() => ProductSearchConnection)
export class SearchArticleResolver {
  /** What was found, so that aliases of the field find it once. */
  private readonly found = new WeakMap<SearchedQuestion, readonly SearchArticle[]>();

  constructor(
    private readonly articlesModel: Pick<ArticlesReadModel, 'findForSearch' | 'maySearch'>,
    private readonly understanding: Pick<UnderstandingService, 'understand'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ARTICLES_WORK, [MAX_PAGE]: MAX_FIRST })
  @FieldResolver(() => [SearchArticle], {
    nullable: true,
    description:
      'Articles of the shop that answer what is searched for, such as `return policy`, the best first. Empty if none does, null if they could not be searched. `totalCount` does not count them. Not offered in subscriptions.',
  })
  articles(
    @Root() { question }: ProductSearchConnection,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_FIRST,
      description: 'The maximum number of articles, up to 10.',
    })
    first: number | null,
    @Info() info: GraphQLResolveInfo,
  ): readonly SearchArticle[] {
    if (info.operation.operation === OperationTypeNode.SUBSCRIPTION)
      throw new ApiError('BAD_USER_INPUT', 'articles is not offered in subscriptions.');
    const count = checkFirst(first, DEFAULT_FIRST, MAX_FIRST);
    if (question === undefined) return [];
    let found = this.found.get(question);
    if (found === undefined) this.found.set(question, (found = this.find(question)));
    return found.slice(0, count);
  }

  private find(question: SearchedQuestion): readonly SearchArticle[] {
    if (!this.articlesModel.maySearch(question)) return [];
    const { intent, confidence } = this.understanding.understand(question.text);
    const isCertain = intent !== null && (confidence ?? 0) >= MIN_CONFIDENCE && !ProductAnswers.answers(intent);
    return this.articlesModel
      .findForSearch(question, isCertain ? intent : null)
      .slice(0, MAX_FIRST)
      .map(({ article: { title, url }, passage: { text } }) => ({ title, url, passage: text }));
  }
}
