import { Arg, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { Receipts } from '../../events/receipts';
import { BulkItems } from '../../graphql/bulk-items';
import { checkFirst, encodeCursor, First, pageOf, textCursor } from '../../graphql/connection';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import type { ArticleService } from './article.service';
import {
  ArticleConnection,
  DeleteArticlesInput,
  DeleteArticlesPayload,
  MAX_ARTICLES_PER_REQUEST,
  UpsertArticlesInput,
  UpsertArticlesPayload,
} from './article.type';

const CURSOR = 'articles';
/** Rate-limit cost of writing an article: its passages are analyzed in each process. */
const WRITE_WORK = 500;

@Resolver()
export class ArticleResolver {
  constructor(
    private readonly service: ArticleService,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
  ) {}

  @Scoped('ADMIN')
  @Query(() => ArticleConnection, { nullable: true, description: 'The articles of the shop, in order of id.' })
  async articles(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('awaitReceipt', () => ID, {
      nullable: true,
      description: 'The receipt of a mutation: waits, up to 3 s, until it is applied.',
    })
    awaitReceipt?: string | null,
  ): Promise<ArticleConnection> {
    const cursor = textCursor(CURSOR, after);
    const count = checkFirst(first);
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    const articles = await this.service.page(cursor, count + 1);
    return pageOf(articles, count, cursor !== undefined, ({ id }) => encodeCursor(CURSOR, id));
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WRITE_WORK, [WORK_BY]: 'input.articles', [MAX_LIST_LENGTH]: MAX_ARTICLES_PER_REQUEST })
  @BulkItems('articles', MAX_ARTICLES_PER_REQUEST)
  @Mutation(() => UpsertArticlesPayload, {
    nullable: true,
    description: 'Creates and updates articles, which answer the questions of customers.',
  })
  upsertArticles(
    @Arg('input', () => UpsertArticlesInput, { description: 'The articles.' }) { articles }: UpsertArticlesInput,
  ): Promise<UpsertArticlesPayload> {
    return this.service.upsert(articles);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WRITE_WORK, [WORK_BY]: 'input.ids', [MAX_LIST_LENGTH]: MAX_ARTICLES_PER_REQUEST })
  @Mutation(() => DeleteArticlesPayload, {
    nullable: true,
    description: 'Deletes articles. Past answers still quote them.',
  })
  deleteArticles(
    @Arg('input', () => DeleteArticlesInput, { description: 'The ids.' }) { ids }: DeleteArticlesInput,
  ): Promise<DeleteArticlesPayload> {
    return this.service.delete(ids);
  }
}
