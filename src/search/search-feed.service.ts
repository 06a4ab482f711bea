import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import { openLiveAnswer } from '../graphql/live-answer';
import type { Logger } from '../platform/log';
import type { ShopStateReadModel } from '../recommend/shop-state.read-model';
import type { SearchPage } from './search-connection.service';
import type { SearchRanker } from './search-ranker.read-model';
import type { SearchReadModel } from './search.read-model';
import type { PreparedSearch, SearchService } from './search.service';
import type { ProductSearchConnection } from './search.type';

/**
 * Minimum delay in milliseconds before a change of the catalog, or a change caused by other customers, is published.
 */
const CATALOGUE_MS = 250;
const OTHERS_MS = 2_000;

export interface SearchFeedOptions {
  readonly service: SearchService;
  readonly search: SearchReadModel;
  readonly histories: HistoriesReadModel;
  readonly shop: ShopStateReadModel;
  readonly ranker: Pick<SearchRanker, 'watch'>;
  readonly log: Logger;
}

/**
 * Subscriptions to a result list. The subscriber first receives the full list, then again whenever it differs. The
 * customer's own events update it immediately; changes of the catalog, the rules and the popularity are coalesced.
 */
export class SearchFeed {
  constructor(private readonly options: SearchFeedOptions) {}

  open(request: PreparedSearch, page: SearchPage): Promise<AsyncIterableIterator<ProductSearchConnection>> {
    const { service, search, histories, shop, ranker, log } = this.options;
    const subject = subjectOf(request.who);
    // Updates of an open list are not logged as searches.
    const first: PreparedSearch = { ...request, isLogged: false };
    const again: PreparedSearch = { ...first, input: { ...request.input, awaitReceipt: null }, budget: undefined };
    return openLiveAnswer({
      name: 'search',
      first: () => service.list(first, page),
      again: () => service.list(again, page),
      shownOf,
      watch: ({ now, within }) => [
        subject === undefined ? () => undefined : histories.watch(subject, now),
        histories.reloaded.add(within(OTHERS_MS)),
        search.watch(within(CATALOGUE_MS)),
        shop.watch(within(OTHERS_MS)),
        ranker.watch(within(OTHERS_MS)),
      ],
      log,
    });
  }
}

/** Returns everything that the subscriber sees, as JSON for comparison. It includes changes of listed products. */
function shownOf({
  nodes,
  totalCount,
  facets,
  didYouMean,
  correctedQuery,
  ignoredWords,
  redirect,
}: ProductSearchConnection) {
  const products = nodes.map(({ id, updatedAt, price, availability }) => [id, updatedAt, price, availability]);
  return JSON.stringify([products, totalCount, facets, didYouMean, correctedQuery, ignoredWords, redirect]);
}
