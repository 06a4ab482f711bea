import type { Identity } from '../auth/identity';
import { readModels } from '../events/room';
import { maskedText } from '../logistics/masked-text.store';
import { ActiveModel } from '../models/active-model.service';
import { servedModels } from '../models/room';
import { reachedPositions } from '../monitoring/room';
import type { Pool } from '../platform/postgres';
import { sponsorship } from '../recommend/room';
import { ListSnapshots } from '../recommend/serving/list-snapshots.service';
import { NO_SPONSORSHIP } from '../recommend/serving/sponsorship';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { maskPaymentData } from '../search-engine/text/mask-payment-data';
import { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import {
  MerchandisingResolver,
  PreviewWarningsResolver,
  StoredRuleWarningsResolver,
} from './merchandising/merchandising.resolver';
import { MerchandisingService } from './merchandising/merchandising.service';
import { RuleWarnings } from './merchandising/rule-warnings.service';
import { LoggedQueriesReadModel } from './query-log/logged-queries.read-model';
import { SearchLog } from './query-log/search-log.service';
import { decodeRanking, type RankingArtefact } from './ranking/ranking-artefact';
import { SearchRanker } from './ranking/search-ranker.read-model';
import { SearchReportFeed } from './report/search-report-feed.service';
import { SearchReportResolver } from './report/search-report.resolver';
import { SearchReportService } from './report/search-report.service';
import type { needs } from './room';
import { SearchFeed } from './search-feed.service';
import { SearchPageMapper } from './search-page-mapper';
import { SearchPipeline } from './search-pipeline';
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

export const resolvers = [
  HiddenSuggestionResolver,
  MerchandisingResolver,
  PreviewWarningsResolver,
  StoredRuleWarningsResolver,
  SearchReportResolver,
  SearchResolver,
  StarterSynonymResolver,
  SuggestionResolver,
  SynonymResolver,
  SynonymSuggestionResolver,
];

export function api(ctx: ApiContext, needed: ApiNeeds<typeof needs>) {
  const { config, pool, pools, pubSub, artefacts, cache, log, contributionsTo } = ctx;
  const { products, conditions } = needed.catalog;
  const { histories, profileValues } = needed.customers;
  const { events, receipts, storage, follower, eventLog } = needed.events;
  const { shop, popularity } = needed.liveState;
  const { outbox } = eventLog;
  const index = new SearchReadModel({ config, products, popularity, pubSub, log });
  const synonyms = new SynonymsReadModel();
  const merchandising = new MerchandisingReadModel(() => conditions);
  const hidden = new HiddenSuggestionsReadModel();
  const ranking = new ActiveModel<RankingArtefact>('search', decodeRanking, artefacts, pubSub, log);
  const ranker = new SearchRanker(ranking);
  const minCustomers = config.suggestMinCustomers;
  const loggedQueries = new LoggedQueriesReadModel({ pool: pools.states, pubSub, log, minCustomers });
  const searchLog = new SearchLog({
    send: (searched) => events.recordInternal(searched),
    mayStore: (sender, bytes) => storage.tryCharge('SEARCHES', sender, bytes),
    log,
  });
  const words = new ShopWords({ synonyms, merchandising, isClicked: (word) => loggedQueries.hasClickedWord(word) });
  const pipeline = new SearchPipeline({ synonyms, words, merchandising });
  const searches = new SearchService({
    search: index,
    synonyms,
    pipeline,
    merchandising,
    conditions,
    affinities: needed.recommend.affinities,
    popularity,
    ranker,
    pageMapper: new SearchPageMapper(products),
    snapshots: new ListSnapshots(cache, 'search'),
    searchLog: config.searchLog ? searchLog : undefined,
    receipts,
    requestIds: needed.auth.requestIds,
    sponsorship: () => contributionsTo(sponsorship)[0] ?? NO_SPONSORSHIP,
    follower: () => follower,
    maskQuery: (query, who, orderId) => maskQuery(pools.lists, query, who, orderId),
  });
  const feed = new SearchFeed({ service: searches, search: index, histories, profileValues, shop, ranker, log });
  const reports = new SearchReportService(pool, config.timeZone);
  const ruleWarnings = new RuleWarnings({ products, searches, pipeline });
  return {
    offers: { searches },
    contributes: [
      // The index comes last: it reads what the others have applied.
      readModels.with(synonyms, merchandising, hidden, index),
      servedModels.with(ranking),
      reachedPositions.with({ name: 'searchIndex', position: () => index.indexedPosition }),
    ],
    resolvers: [
      new HiddenSuggestionResolver(new HiddenSuggestionService(pool, outbox)),
      new MerchandisingResolver(new MerchandisingService(pool, outbox, conditions)),
      new PreviewWarningsResolver(ruleWarnings),
      new StoredRuleWarningsResolver(ruleWarnings),
      new SearchReportResolver(reports, new SearchReportFeed(reports, pubSub, log)),
      new SearchResolver(searches, feed),
      new StarterSynonymResolver(new StarterSynonymService(pool, outbox)),
      new SuggestionResolver(
        new SuggestionService({ products, popularity, loggedQueries, hidden, searches, pipeline }),
      ),
      new SynonymResolver(new SynonymService(pool, outbox, config.shopLanguage)),
      new SynonymSuggestionResolver(
        new SynonymSuggestionService({ pool, synonyms, analyzers: () => index.catalogIndex.analyzers, minCustomers }),
      ),
    ],
    load: () => {
      index.prepare();
      return loggedQueries.start();
    },
    // The index is built from the catalogue that the follower of the log has loaded.
    start: () => index.start(),
    lagReasons: () => [index.behind === null ? null : `search: ${index.behind}`],
    stop: async () => {
      await searchLog.close();
      await Promise.all([index.close(), loggedQueries.close()]);
    },
  };
}

/** If the orders can't be read, their numbers are masked, too: a search needs no database. */
function maskQuery(pool: Pool, query: string, { customerId, sessionId }: Identity, orderId: string | undefined) {
  const owner = { customerId: customerId ?? null, sessionId: sessionId ?? null, orderId: orderId ?? null };
  return maskedText(pool, owner, query).catch(() => maskPaymentData(query));
}
