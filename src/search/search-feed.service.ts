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

/** A change of the catalogue, or by others, is told after so many milliseconds at the earliest. */
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
 * An open result list: the whole answer first, then again whenever it differs: at once for the customer's own events, coalesced for
 * changes of the catalogue, of rules, and of what is popular.
 */
export class SearchFeed {
  constructor(private readonly options: SearchFeedOptions) {}

  open(request: PreparedSearch, page: SearchPage): Promise<AsyncIterableIterator<ProductSearchConnection>> {
    const { service, search, histories, shop, ranker, log } = this.options;
    const subject = subjectOf(request.who);
    // A list that changes by itself is not searched for anew.
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

/** All that somebody sees of it: also that a listed product has changed. */
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
