import type { HistoriesReadModel } from '../customers/histories.read-model';
import type { ProfileValuesReadModel } from '../customers/profiles/profile-values.read-model';
import { subjectOf } from '../events/log-event';
import { openLiveQuery } from '../graphql/live-query';
import type { Logger } from '../platform/log';
import type { ShopStateReadModel } from '../live-state/replication/shop-state.read-model';
import type { SearchPageOptions } from './search-page-mapper';
import type { SearchRanker } from './ranking/search-ranker.read-model';
import type { SearchReadModel } from './search.read-model';
import type { PreparedSearch, SearchService } from './search.service';
import type { ProductSearchConnection } from './search.type';

/** Minimum delay before a change of the catalog or the rules is published. */
const CATALOG_DELAY_MS = 250;
/** Minimum delay before a change caused by other customers or a new ranking version is published. */
const OTHERS_DELAY_MS = 2_000;

export interface SearchFeedOptions {
  readonly service: SearchService;
  readonly search: SearchReadModel;
  readonly histories: HistoriesReadModel;
  readonly profileValues: Pick<ProfileValuesReadModel, 'watch' | 'reloaded'>;
  readonly shop: ShopStateReadModel;
  readonly ranker: Pick<SearchRanker, 'watch'>;
  readonly log: Logger;
}

/**
 * Subscriptions to a result list. The subscriber receives the full list first, and again each time it changes. The
 * customer's own events and a change of the customer's profile update the list immediately. Changes of the catalog, the rules and the popularity are
 * coalesced.
 */
export class SearchFeed {
  constructor(private readonly options: SearchFeedOptions) {}

  open(request: PreparedSearch, page: SearchPageOptions): Promise<AsyncIterableIterator<ProductSearchConnection>> {
    const { service, search, histories, profileValues, shop, ranker, log } = this.options;
    const subject = subjectOf(request.who);
    const { customerId } = request.who;
    // Updates of an open list are not logged as searches.
    const firstRequest: PreparedSearch = { ...request, isLogged: false };
    const reloadRequest: PreparedSearch = {
      ...firstRequest,
      input: { ...request.input, awaitReceipt: null },
      budget: undefined,
    };
    return openLiveQuery({
      name: 'search',
      loadFirst: () => service.list(firstRequest, page),
      reload: () => service.list(reloadRequest, page),
      visibleStateOf: comparableJson,
      watchChanges: ({ now, within }) => [
        subject === undefined ? () => undefined : histories.watch(subject, now),
        histories.reloaded.add(within(OTHERS_DELAY_MS)),
        // A merchandising rule that reads the profile may be added later.
        ...(customerId === undefined
          ? []
          : [profileValues.watch(customerId, now), profileValues.reloaded.add(within(OTHERS_DELAY_MS))]),
        search.watch(within(CATALOG_DELAY_MS)),
        shop.watch(within(OTHERS_DELAY_MS)),
        ranker.watch(within(OTHERS_DELAY_MS)),
      ],
      turns: request.turns,
      log,
    });
  }
}

/**
 * Returns the JSON that is compared to decide whether the subscriber receives the list again. It contains the update
 * time, price and availability of each listed product.
 */
function comparableJson(list: ProductSearchConnection) {
  const products = list.edges.map(({ node: { id, updatedAt, price, availability }, isPartialMatch }) => [
    ...[id, updatedAt, price, availability],
    isPartialMatch,
  ]);
  const { nothingFound } = list;
  const instead = nothingFound && [
    ...[nothingFound.totalWithoutFacetFilters, nothingFound.categories],
    nothingFound.bestSellers.map(({ id }) => id),
  ];
  const { totalCount, facets, didYouMean, correctedQuery, ignoredWords, conditions, redirect } = list;
  return JSON.stringify([
    ...[products, totalCount, facets, didYouMean, correctedQuery],
    ...[ignoredWords, conditions, redirect, instead],
  ]);
}
