import { AdDefinitionsResolver } from './ads/definitions/ad-definitions.resolver';
import { AdExplanationResolver } from './ads/decision/ad-explanation.resolver';
import { SponsoredListResolver, SponsoredSearchResolver } from './ads/decision/sponsored.resolver';
import { CampaignFiguresResolver } from './ads/report/campaign-figures.resolver';
import { AlertPreviewResolver } from './monitoring/alerts/alert-preview.resolver';
import { AlertResolver } from './monitoring/alerts/alert.resolver';
import { SystemResolver } from './monitoring/system/system.resolver';
import { WebhookResolver } from './webhooks/webhook.resolver';
import { BusinessReportResolver } from './attribution/report/business-report.resolver';
import { ApiKeyResolver } from './auth/api-key.resolver';
import { OrderTokenResolver } from './auth/order-token.resolver';
import { SessionResolver } from './auth/session.resolver';
import { ProductResolver } from './catalog/product.resolver';
import { AudienceResolver, CustomerAudiencesResolver } from './customers/audiences/audience.resolver';
import { BehaviourResolver, ViewerBehaviourResolver } from './customers/behaviour/behaviour.resolver';
import { CustomerResolver } from './customers/customer.resolver';
import { ProfileResolver } from './customers/profiles/profile.resolver';
import { SegmentChangeResolver } from './customers/profiles/segment-change.resolver';
import { SegmentSizesResolver } from './customers/segments/segment-sizes.resolver';
import { SegmentResolver } from './customers/segments/segment.resolver';
import { ErasureResolver } from './erasure/erasure.resolver';
import { PersonalDataResolver } from './erasure/personal-data.resolver';
import { EventResolver } from './events/event.resolver';
import { ForecastingResolver } from './forecasting/forecasting.resolver';
import { InboxBatchResolver } from './events/inbox-batch.resolver';
import { ModelResolver } from './models/model.resolver';
import { DeliveryAccuracyResolver } from './logistics/delivery-accuracy.resolver';
import { DeliveryDayResolver } from './logistics/delivery-day.resolver';
import { OrderEstimateResolver } from './logistics/order-estimate.resolver';
import { ParcelStreamsResolver } from './logistics/parcel-streams.resolver';
import { CarrierCodeResolver } from './logistics/carrier-code.resolver';
import { OrderShipmentsResolver, ShipmentResolver } from './logistics/shipment.resolver';
import { OrderAnalyticsResolver } from './orders/order-analytics.resolver';
import { OrderResolver } from './orders/order.resolver';
import { RejectedEventResolver } from './events/rejected-event.resolver';
import { RecommendationResolver } from './recommend/serving/recommendation.resolver';
import { AnalysisResolver } from './streams/analysis.resolver';
import { StreamResolver } from './streams/stream.resolver';
import { ArticleResolver } from './support/articles/article.resolver';
import { SearchArticleResolver } from './support/articles/search-article.resolver';
import { ConversationMessageResolver, ConversationResolver } from './support/conversation.resolver';
import { ConversationSummaryResolver } from './support/conversation-summary.resolver';
import { OrderRequestResolver, SupportActionResolver } from './support/requests/order-request.resolver';
import { IntentExampleResolver } from './support/understanding/intent-example.resolver';
import { HiddenSuggestionResolver } from './search/suggestions/hidden-suggestion.resolver';
import {
  MerchandisingResolver,
  PreviewWarningsResolver,
  StoredRuleWarningsResolver,
} from './search/merchandising/merchandising.resolver';
import { SearchReportResolver } from './search/report/search-report.resolver';
import { SearchResolver } from './search/search.resolver';
import { SuggestionResolver } from './search/suggestions/suggestion.resolver';
import { StarterSynonymResolver } from './search/synonyms/starter/starter-synonym.resolver';
import { SynonymSuggestionResolver } from './search/synonyms/suggested/synonym-suggestion.resolver';
import { SynonymResolver } from './search/synonyms/synonym.resolver';

/**
 * All resolver classes of the schema. A process passes instances of them to `buildGraphqlSchema`. Printing the schema
 * needs only the classes.
 */
export const RESOLVERS = [
  AdDefinitionsResolver,
  AdExplanationResolver,
  SponsoredListResolver,
  SponsoredSearchResolver,
  CampaignFiguresResolver,
  AlertPreviewResolver,
  AlertResolver,
  BusinessReportResolver,
  ApiKeyResolver,
  ArticleResolver,
  SearchArticleResolver,
  AudienceResolver,
  CustomerAudiencesResolver,
  BehaviourResolver,
  ViewerBehaviourResolver,
  CarrierCodeResolver,
  ConversationMessageResolver,
  ConversationResolver,
  ConversationSummaryResolver,
  CustomerResolver,
  DeliveryAccuracyResolver,
  DeliveryDayResolver,
  ProfileResolver,
  SegmentChangeResolver,
  SegmentResolver,
  SegmentSizesResolver,
  ErasureResolver,
  PersonalDataResolver,
  EventResolver,
  ForecastingResolver,
  HiddenSuggestionResolver,
  InboxBatchResolver,
  OrderRequestResolver,
  SupportActionResolver,
  IntentExampleResolver,
  MerchandisingResolver,
  PreviewWarningsResolver,
  StoredRuleWarningsResolver,
  ModelResolver,
  OrderAnalyticsResolver,
  OrderEstimateResolver,
  OrderResolver,
  OrderShipmentsResolver,
  OrderTokenResolver,
  ParcelStreamsResolver,
  ProductResolver,
  RecommendationResolver,
  RejectedEventResolver,
  SearchReportResolver,
  SearchResolver,
  SessionResolver,
  ShipmentResolver,
  AnalysisResolver,
  StarterSynonymResolver,
  StreamResolver,
  SuggestionResolver,
  SynonymResolver,
  SynonymSuggestionResolver,
  SystemResolver,
  WebhookResolver,
] as const;

/**
 * Checks that there is exactly one instance of each class of {@link RESOLVERS}, so that a process serves the schema that
 * is printed and tested.
 * @throws Error that names the missing or unknown classes
 */
export function requireAllResolvers(instances: readonly object[]): readonly object[] {
  const expected = RESOLVERS.map(({ name }) => name).sort();
  const given = instances.map(({ constructor }) => constructor.name).sort();
  if (expected.join() !== given.join())
    throw new Error(`The rooms must provide the resolvers ${expected.join(', ')}; got ${given.join(', ')}.`);
  return instances;
}
