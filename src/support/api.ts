import { mergeEffects } from '../customers/room';
import { ObjectWatchers } from '../events/object-watchers';
import { readModels } from '../events/room';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { ObjectFeed } from '../graphql/object-feed';
import { ShipmentReader } from '../logistics/shipment-reader.service';
import { ActiveModel } from '../models/active-model.service';
import { servedModels } from '../models/room';
import { OrderReader } from '../orders/order-reader.service';
import { returnWindowOf } from '../orders/return-window';
import type { RecommendationService } from '../recommend/serving/recommendation.service';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { AnswerSweeper } from './answer-sweeper.service';
import { AnswerService } from './answers/answer.service';
import { ArticleResolver } from './articles/article.resolver';
import { ArticleService } from './articles/article.service';
import { ArticlesReadModel } from './articles/articles.read-model';
import { SearchArticleResolver } from './articles/search-article.resolver';
import { ConversationReader } from './conversation-reader.service';
import { ConversationSummaryResolver } from './conversation-summary.resolver';
import { changedSince } from './conversation-view';
import { ConversationWriter } from './conversation-writer.service';
import { ConversationMessageResolver, ConversationResolver } from './conversation.resolver';
import { ConversationService } from './conversation.service';
import { moveMergedConversations } from './conversation.store';
import type { Conversation } from './conversation.type';
import { Followers } from './followers';
import { MessageLimits } from './message-limits';
import { officeHoursOf } from './office-hours';
import { OperatorService } from './operator.service';
import { findOwnNumbers } from './own-numbers.store';
import { OrderRequestReader } from './requests/order-request-reader.service';
import { OrderRequestResolver, SupportActionResolver } from './requests/order-request.resolver';
import { OrderRequestService } from './requests/order-request.service';
import { ReviewResolver } from './reviews/review.resolver';
import { type needs, simulatesDesk } from './room';
import { SupportStreamsResolver } from './support-streams.resolver';
import { IntentExampleResolver } from './understanding/intent-example.resolver';
import { IntentExampleService } from './understanding/intent-example.service';
import { decodeIntents } from './understanding/intents-artefact';
import { UnderstandingService } from './understanding/understanding.service';

export const resolvers = [
  ArticleResolver,
  SearchArticleResolver,
  IntentExampleResolver,
  ConversationResolver,
  ConversationSummaryResolver,
  ConversationMessageResolver,
  OrderRequestResolver,
  SupportActionResolver,
  SupportStreamsResolver,
  ReviewResolver,
];

export function api(
  { config, pool, pools, pubSub, artefacts, log, contributionsTo }: ApiContext,
  needed: ApiNeeds<typeof needs>,
) {
  const { receipts, storage, eventLog } = needed.events;
  const { products } = needed.catalog;
  const returnWindow = returnWindowOf(config);
  const orders = new OrderReader(pool, products, returnWindow);
  const shipments = new ShipmentReader(pool, orders);
  const articles = new ArticlesReadModel(config.shopLanguage);
  const intents = new ActiveModel('intents', decodeIntents, artefacts, pubSub, log);
  const isSimulated = async () => {
    for (const simulates of contributionsTo(simulatesDesk)) if (await simulates()) return true;
    return false;
  };
  const requests = new OrderRequestReader(pool, isSimulated);
  const understanding = new UnderstandingService(intents);
  const answers = new AnswerService({
    understanding,
    findOwnNumbers: (owner, codes) => findOwnNumbers(pool, owner, codes),
    articles,
    orders,
    shipments,
    estimates: needed.logistics.estimates,
    products,
    requests,
    findProducts: (viewer, query, count, order) => needed.search.searches.find(viewer, query, count, order),
    recommend: (viewer, similarTo, count) => recommendedIds(needed.recommend.lists, viewer, similarTo, count),
    shopLanguage: config.shopLanguage,
    timeZone: config.timeZone,
    returnDays: config.returnDays,
  });
  const writer = new ConversationWriter(eventLog);
  const limits = new MessageLimits();
  const service = new ConversationService({
    ...{ writer, pool, answers, limits, storage, log },
    officeHours: officeHoursOf(config),
  });
  const orderRequests = new OrderRequestService({ writer, pool, requests, limits, storage, log });
  const operators = new OperatorService(writer, (id) => needed.auth.keys.nameOf(id));
  const reader = new ConversationReader(pool);
  const liveReader = new ConversationReader(pools.lists);
  const changes = new ObjectWatchers(({ conversations = [] }) => conversations);
  const feed = new ObjectFeed<Conversation, Viewer>({
    name: 'conversation',
    find: (id, viewer) => liveReader.findWithMessages(id, viewer),
    watch: (id, onChange) => changes.watch(id, onChange),
    since: changedSince,
    log,
  });
  const sweeper = new AnswerSweeper(pool, service, orderRequests, log);
  return {
    contributes: [
      readModels.with(articles, changes),
      servedModels.with(intents),
      mergeEffects.with(moveMergedConversations),
    ],
    resolvers: [
      new ArticleResolver(new ArticleService(pool, eventLog.outbox), receipts),
      new SearchArticleResolver(articles, understanding),
      new IntentExampleResolver(new IntentExampleService(pool, eventLog.outbox), receipts),
      new ConversationResolver({ reader, service, operators, feed, followers: new Followers(), receipts }),
      new ConversationSummaryResolver(reader),
      new ConversationMessageResolver(orders, shipments, products),
      new OrderRequestResolver(requests, orderRequests, receipts),
      new SupportActionResolver(requests),
      new SupportStreamsResolver(needed.streams.streams),
      new ReviewResolver(pool, operators, receipts),
    ],
    start: () => sweeper.start(),
    stop: () => sweeper.stop(),
  };
}

/** Returns the ids of a list without cursors; none if the product is not published any more. */
async function recommendedIds(
  recommendations: Pick<RecommendationService, 'prepare' | 'list'>,
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
