import type { Identity } from '../auth/identity';
import type { RequestIds } from '../auth/request-id.service';
import type { ProductConditionsService } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import type { ProfileValuesReadModel } from '../customers/profiles/profile-values.read-model';
import type { EventLog } from '../events/event-log';
import type { EventService } from '../events/event.service';
import type { StorageAllowance } from '../events/storage-allowance.service';
import type { LogFollower } from '../events/log-follower';
import type { ReadModel } from '../events/read-model';
import type { Receipts } from '../events/receipts';
import type { ShopPopularity } from '../live-state/replication/shop-popularity.service';
import type { ShopStateReadModel } from '../live-state/replication/shop-state.read-model';
import { ActiveModel } from '../models/active-model.service';
import { maskedText } from '../logistics/masked-text.store';
import type { Platform } from '../platform/connect';
import type { Pool } from '../platform/postgres';
import type { SharedCache } from '../platform/shared-cache';
import { maskPaymentData } from '../search-engine/text/mask-payment-data';
import type { CustomerAffinities } from '../recommend/serving/customer-affinities.service';
import { ListSnapshots } from '../recommend/serving/list-snapshots.service';
import type { Sponsorship } from '../recommend/serving/sponsorship';
import { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import {
  MerchandisingResolver,
  PreviewWarningsResolver,
  StoredRuleWarningsResolver,
} from './merchandising/merchandising.resolver';
import { MerchandisingService } from './merchandising/merchandising.service';
import { RuleWarnings } from './merchandising/rule-warnings.service';
import { LoggedQueriesReadModel } from './query-log/logged-queries.read-model';
import { decodeRanking, type RankingArtefact } from './ranking/ranking-artefact';
import { SearchReportFeed } from './report/search-report-feed.service';
import { SearchReportResolver } from './report/search-report.resolver';
import { SearchReportService } from './report/search-report.service';
import { SearchFeed } from './search-feed.service';
import { SearchLog } from './query-log/search-log.service';
import { SearchPageMapper } from './search-page-mapper';
import { SearchRanker } from './ranking/search-ranker.read-model';
import { SearchReadModel } from './search.read-model';
import { SearchResolver } from './search.resolver';
import { SearchService } from './search.service';
import { ShopWords } from './shop-words';
import { HiddenSuggestionResolver } from './suggestions/hidden-suggestion.resolver';
import { HiddenSuggestionService } from './suggestions/hidden-suggestion.service';
import { HiddenSuggestionsReadModel } from './suggestions/hidden-suggestions.read-model';
import { SuggestionResolver } from './suggestions/suggestion.resolver';
import { SuggestionService } from './suggestions/suggestion.service';
import { StarterSynonymResolver } from './synonyms/starter/starter-synonym.resolver';
import { StarterSynonymService } from './synonyms/starter/starter-synonym.service';
import { SynonymSuggestionResolver } from './synonyms/suggested/synonym-suggestion.resolver';
import { SynonymSuggestionService } from './synonyms/suggested/synonym-suggestion.service';
import { SynonymResolver } from './synonyms/synonym.resolver';
import { SynonymService } from './synonyms/synonym.service';
import { SynonymsReadModel } from './synonyms/synonyms.read-model';

export interface SearchOptions {
  readonly products: ProductsReadModel;
  readonly conditions: ProductConditionsService;
  readonly histories: HistoriesReadModel;
  readonly profileValues: ProfileValuesReadModel;
  readonly shop: ShopStateReadModel;
  readonly popularity: ShopPopularity;
  readonly affinities: CustomerAffinities;
  readonly events: EventService;
  readonly storage: StorageAllowance;
  readonly receipts: Receipts;
  readonly follower: LogFollower;
  readonly cache: SharedCache;
  readonly requestIds: RequestIds;
  readonly sponsorship: () => Sponsorship;
}

export function searchModule(platform: Platform, { pool, outbox }: EventLog, options: SearchOptions) {
  const { config, pools, pubSub, artefacts, log } = platform;
  const { products, conditions, histories, profileValues, shop, popularity, events } = options;
  const search = new SearchReadModel({ config, products, popularity, pubSub, log });
  const synonyms = new SynonymsReadModel();
  const merchandising = new MerchandisingReadModel(() => conditions);
  const hidden = new HiddenSuggestionsReadModel();
  const ranking = new ActiveModel<RankingArtefact>('search', decodeRanking, artefacts, pubSub, log);
  const ranker = new SearchRanker(ranking);
  const minCustomers = config.suggestMinCustomers;
  const loggedQueries = new LoggedQueriesReadModel({ pool: pools.states, pubSub, log, minCustomers });
  const searchLog = new SearchLog({
    send: (searched) => events.recordInternal(searched),
    mayStore: (sender, bytes) => options.storage.tryCharge('SEARCHES', sender, bytes),
    log,
  });
  const searches = new SearchService({
    search,
    synonyms,
    words: new ShopWords({ synonyms, merchandising, isClicked: (word) => loggedQueries.hasClickedWord(word) }),
    merchandising,
    conditions,
    affinities: options.affinities,
    popularity,
    ranker,
    pageMapper: new SearchPageMapper(products),
    snapshots: new ListSnapshots(options.cache, 'search'),
    searchLog: config.searchLog ? searchLog : undefined,
    receipts: options.receipts,
    requestIds: options.requestIds,
    sponsorship: options.sponsorship,
    follower: () => options.follower,
    maskQuery: (query, who, orderId) => maskQuery(pools.lists, query, who, orderId),
  });
  const feed = new SearchFeed({ service: searches, search, histories, profileValues, shop, ranker, log });
  const reports = new SearchReportService(pool, config.timeZone);
  const ruleWarnings = new RuleWarnings({ products, searches });
  const resolvers = [
    new HiddenSuggestionResolver(new HiddenSuggestionService(pool, outbox)),
    new MerchandisingResolver(new MerchandisingService(pool, outbox, conditions)),
    new PreviewWarningsResolver(ruleWarnings),
    new StoredRuleWarningsResolver(ruleWarnings),
    new SearchReportResolver(reports, new SearchReportFeed(reports, pubSub, log)),
    new SearchResolver(searches, feed),
    new StarterSynonymResolver(new StarterSynonymService(pool, outbox)),
    new SuggestionResolver(new SuggestionService({ products, popularity, loggedQueries, hidden, searches })),
    new SynonymResolver(new SynonymService(pool, outbox, config.shopLanguage)),
    new SynonymSuggestionResolver(
      new SynonymSuggestionService({ pool, synonyms, analyzers: () => search.catalogIndex.analyzers, minCustomers }),
    ),
  ];
  const readModels: ReadModel[] = [
    { load: (client) => synonyms.load(client), apply: (_, change) => synonyms.apply(change) },
    { load: (client) => merchandising.load(client), apply: (_, change) => merchandising.apply(change) },
    { load: (client) => hidden.load(client), apply: (_, change) => hidden.apply(change) },
    {
      apply: (position, change) => search.apply(position, change),
      onReload: (position) => search.reloaded(position),
    },
  ];
  return { index: search, searches, ranking, loggedQueries, searchLog, resolvers, readModels };
}

/** If the orders can't be read, their numbers are masked, too: a search needs no database. */
function maskQuery(pool: Pool, query: string, { customerId, sessionId }: Identity, orderId: string | undefined) {
  const owner = { customerId: customerId ?? null, sessionId: sessionId ?? null, orderId: orderId ?? null };
  return maskedText(pool, owner, query).catch(() => maskPaymentData(query));
}
