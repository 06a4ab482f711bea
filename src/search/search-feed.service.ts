import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { ShopStateReadModel } from '../recommend/shop-state.read-model';
import type { SearchPage } from './search-connection.service';
import type { SearchRanker } from './search-ranker.read-model';
import type { SearchReadModel } from './search.read-model';
import type { PreparedSearch, SearchService } from './search.service';
import type { ProductSearchConnection } from './search.type';

/** A change of the catalogue, or by others, is told after so many milliseconds at the earliest… */
const CATALOGUE_MS = 250;
const OTHERS_MS = 2_000;
/** …and up to twice as many, so that subscribers do not all ask at once. */
const jittered = (ms: number): number => ms * (1 + Math.random());

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

  async open(request: PreparedSearch, page: SearchPage): Promise<AsyncIterableIterator<ProductSearchConnection>> {
    const { service, search, histories, shop, ranker, log } = this.options;
    const subject = subjectOf(request.who);
    // A list that changes by itself is not searched for anew.
    const first: PreparedSearch = { ...request, isLogged: false };
    const again: PreparedSearch = { ...first, input: { ...request.input, awaitReceipt: null }, budget: undefined };
    let timer: NodeJS.Timeout | undefined;
    let dueAt = Infinity;
    let running = false;
    let isStale = false;
    let closed = false;
    let sent = '';

    // Only the newest list matters to a subscriber who is slow to read.
    const queue = new BoundedQueue<ProductSearchConnection>({ limit: 1, onClose: () => close() });
    const differs = (list: ProductSearchConnection) => {
      const shown = shownOf(list);
      if (shown === sent) return false;
      sent = shown;
      return true;
    };
    const compute = async () => {
      if (closed) return;
      if (running) return void (isStale = true);
      running = true;
      clearTimeout(timer);
      dueAt = Infinity;
      try {
        const list = await service.list(again, page);
        if (!closed && differs(list)) queue.push(list, 'list');
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'live search not refreshed; the next change tries again');
      }
      running = false;
      if (!isStale) return;
      isStale = false;
      void compute();
    };
    /** The earliest of what is due. */
    const within = (ms: number) => () => {
      const due = performance.now() + jittered(ms);
      if (due >= dueAt) return;
      dueAt = due;
      clearTimeout(timer);
      timer = setTimeout(() => void compute(), due - performance.now());
    };
    const close = () => {
      closed = true;
      clearTimeout(timer);
      for (const end of stop) end();
    };
    // Register first, then read: a change in between is computed again.
    const stop = [
      subject === undefined ? () => undefined : histories.watch(subject, () => void compute()),
      histories.reloaded.add(within(OTHERS_MS)),
      search.watch(within(CATALOGUE_MS)),
      shop.watch(within(OTHERS_MS)),
      ranker.watch(within(OTHERS_MS)),
    ];
    try {
      const initial = await service.list(first, page);
      differs(initial);
      queue.push(initial, 'list');
    } catch (error) {
      close();
      throw error;
    }
    return queue;
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
