import type { ApiKeyService } from '../auth/api-key.service';
import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import type { Receipts } from '../events/receipts';
import type { StorageAllowance } from '../events/storage-allowance.service';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { ObjectFeed } from '../graphql/object-feed';
import type { DeliveryEstimates } from '../logistics/delivery-estimates.service';
import { ShipmentReader } from '../logistics/shipment-reader.service';
import { ActiveModel } from '../models/active-model.service';
import { OrderReader } from '../orders/order-reader.service';
import { returnWindowOf } from '../orders/return-window';
import type { Platform } from '../platform/connect';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { RecommendationService } from '../recommend/serving/recommendation.service';
import type { SearchService } from '../search/search.service';
import { AnswerService } from './answers/answer.service';
import { AnswerSweeper } from './answer-sweeper.service';
import { ArticleResolver } from './articles/article.resolver';
import { ArticleService } from './articles/article.service';
import { ArticlesReadModel } from './articles/articles.read-model';
import { SearchArticleResolver } from './articles/search-article.resolver';
import { ConversationReader } from './conversation-reader.service';
import { ConversationMessageResolver, ConversationResolver } from './conversation.resolver';
import { ConversationService } from './conversation.service';
import { ConversationSummaryResolver } from './conversation-summary.resolver';
import type { Conversation } from './conversation.type';
import { ConversationWatchers } from './conversation-watchers';
import { changedSince } from './conversation-view';
import { ConversationWriter } from './conversation-writer.service';
import { Followers } from './followers';
import { MessageLimits } from './message-limits';
import { OperatorService } from './operator.service';
import { findOwnNumbers } from './own-numbers.store';
import { OrderRequestReader } from './requests/order-request-reader.service';
import { OrderRequestResolver, SupportActionResolver } from './requests/order-request.resolver';
import { OrderRequestService } from './requests/order-request.service';
import { IntentExampleResolver } from './understanding/intent-example.resolver';
import { IntentExampleService } from './understanding/intent-example.service';
import { decodeIntents } from './understanding/intents-artefact';
import { UnderstandingService } from './understanding/understanding.service';

export interface SupportOptions {
  readonly keys: Pick<ApiKeyService, 'nameOf'>;
  readonly receipts: Receipts;
  readonly storage: StorageAllowance;
  readonly products: ProductsReadModel;
  readonly estimates: DeliveryEstimates;
  readonly search: Pick<SearchService, 'find'>;
  readonly recommendations: Pick<RecommendationService, 'prepare' | 'list'>;
  /** Returns whether the shop is a demo shop, whose desk decides requests. */
  readonly isDemo: () => Promise<boolean>;
}

export function supportModule(
  { config, pool, pools, pubSub, artefacts, log }: Platform,
  eventLog: EventLog,
  { keys, receipts, storage, products, estimates, search, recommendations, isDemo }: SupportOptions,
) {
  const returnWindow = returnWindowOf(config);
  const orders = new OrderReader(pool, products, returnWindow);
  const shipments = new ShipmentReader(pool, orders);
  const articles = new ArticlesReadModel(config.shopLanguage);
  const intents = new ActiveModel('intents', decodeIntents, artefacts, pubSub, log);
  const requests = new OrderRequestReader(pool, isDemo);
  const understanding = new UnderstandingService(intents);
  const answers = new AnswerService({
    understanding,
    findOwnNumbers: (owner, codes) => findOwnNumbers(pool, owner, codes),
    articles,
    orders,
    shipments,
    estimates,
    products,
    requests,
    findProducts: (viewer, query, count) => search.find(viewer, query, count),
    recommend: (viewer, similarTo, count) => recommendedIds(recommendations, viewer, similarTo, count),
    shopLanguage: config.shopLanguage,
    timeZone: config.timeZone,
    returnDays: config.returnDays,
  });
  const writer = new ConversationWriter(eventLog);
  const limits = new MessageLimits();
  const service = new ConversationService({
    writer,
    pool: eventLog.pool,
    answers,
    limits,
    storage,
    log,
  });
  const orderRequests = new OrderRequestService({ writer, pool: eventLog.pool, requests, limits, storage, log });
  const operators = new OperatorService(writer, (id) => keys.nameOf(id));
  const reader = new ConversationReader(pool);
  const liveReader = new ConversationReader(pools.lists);
  const changes = new ConversationWatchers();
  const feed = new ObjectFeed<Conversation, Viewer>({
    name: 'conversation',
    find: (id, viewer) => liveReader.findWithMessages(id, viewer),
    watch: (id, onChange) => changes.watch(id, onChange),
    since: changedSince,
    log,
  });
  const resolvers = [
    new ArticleResolver(new ArticleService(pool, eventLog.outbox), receipts),
    new SearchArticleResolver(articles, understanding),
    new IntentExampleResolver(new IntentExampleService(pool, eventLog.outbox), receipts),
    new ConversationResolver({ reader, service, operators, feed, followers: new Followers(), receipts }),
    new ConversationSummaryResolver(reader),
    new ConversationMessageResolver(orders, shipments, products),
    new OrderRequestResolver(requests, orderRequests, receipts),
    new SupportActionResolver(requests),
  ];
  const readModels: ReadModel[] = [
    { load: (client) => articles.load(client), apply: (_, change) => articles.apply(change) },
    {
      apply: (_, change) => changes.apply(change),
      onReload: () => changes.apply({ reload: 'histories' }),
    },
  ];
  return { resolvers, readModels, intents, sweeper: new AnswerSweeper(eventLog.pool, service, orderRequests, log) };
}

/** Returns the ids of a list without cursors; none if the product is not published any more. */
async function recommendedIds(
  recommendations: SupportOptions['recommendations'],
  viewer: Viewer,
  similarTo: string | null,
  count: number,
): Promise<string[]> {
  const input =
    similarTo === null ? { intent: 'PERSONAL' as const } : { intent: 'SIMILAR' as const, productIds: [similarTo] };
  try {
    const request = recommendations.prepare({ viewer }, input);
    const { edges } = await recommendations.list(request, { first: count, cursors: false, reasons: false });
    return edges.map(({ node }) => node.id);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
