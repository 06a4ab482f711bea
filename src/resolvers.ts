import { AlertPreviewResolver } from './monitoring/alerts/alert-preview.resolver';
import { AlertResolver } from './monitoring/alerts/alert.resolver';
import { SystemResolver } from './monitoring/system/system.resolver';
import { WebhookResolver } from './webhooks/webhook.resolver';
import { ApiKeyResolver } from './auth/api-key.resolver';
import { SessionResolver } from './auth/session.resolver';
import { ProductResolver } from './catalog/product.resolver';
import { CustomerResolver } from './customers/customer.resolver';
import { ErasureResolver } from './erasure/erasure.resolver';
import { EventResolver } from './events/event.resolver';
import { ForecastingResolver } from './forecasting/forecasting.resolver';
import { InboxBatchResolver } from './events/inbox-batch.resolver';
import { ModelResolver } from './models/model.resolver';
import { OrderAnalyticsResolver } from './orders/order-analytics.resolver';
import { OrderResolver } from './orders/order.resolver';
import { RejectedEventResolver } from './events/rejected-event.resolver';
import { RecommendationResolver } from './recommend/serving/recommendation.resolver';
import { AnalysisResolver } from './streams/analysis.resolver';
import { StreamResolver } from './streams/stream.resolver';
import { HiddenSuggestionResolver } from './search/suggestions/hidden-suggestion.resolver';
import { MerchandisingResolver } from './search/merchandising/merchandising.resolver';
import { SearchReportResolver } from './search/report/search-report.resolver';
import { SearchResolver } from './search/search.resolver';
import { SuggestionResolver } from './search/suggestions/suggestion.resolver';
import { SynonymResolver } from './search/synonyms/synonym.resolver';

/**
 * All resolver classes of the schema. A process passes instances of them to `buildGraphqlSchema`. Printing the schema
 * needs only the classes.
 */
export const RESOLVERS = [
  AlertPreviewResolver,
  AlertResolver,
  ApiKeyResolver,
  CustomerResolver,
  ErasureResolver,
  EventResolver,
  ForecastingResolver,
  HiddenSuggestionResolver,
  InboxBatchResolver,
  MerchandisingResolver,
  ModelResolver,
  OrderAnalyticsResolver,
  OrderResolver,
  ProductResolver,
  RecommendationResolver,
  RejectedEventResolver,
  SearchReportResolver,
  SearchResolver,
  SessionResolver,
  AnalysisResolver,
  StreamResolver,
  SuggestionResolver,
  SynonymResolver,
  SystemResolver,
  WebhookResolver,
] as const;

type Instances<Classes> = {
  -readonly [K in keyof Classes]: Classes[K] extends abstract new (...args: never[]) => infer Instance
    ? Instance
    : never;
};

/**
 * One instance of each class, in the same order. So a process serves exactly the resolvers whose schema is printed and
 * tested.
 */
export type ResolverInstances = Instances<typeof RESOLVERS>;
