import type { ProductsReadModel } from '../catalog/products.read-model';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import type { ActiveModel } from '../models/active-model.service';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { EaseReadModel } from './ease.read-model';
import type { Page, RecommendationRequest, RecommendationService } from './recommendation.service';
import type { RecommendationConnection } from './recommendation.type';
import type { ShopStateReadModel } from './shop-state.read-model';

/** A change by others is told after so many milliseconds at the earliest… */
const OTHERS_MS = 2_000;
/** …and up to as many more, so that subscribers do not all ask at once. */
const JITTER_MS = 1_000;

export interface RecommendationFeedOptions {
  readonly service: RecommendationService;
  readonly products: ProductsReadModel;
  readonly histories: HistoriesReadModel;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<unknown>, 'watch'>;
  readonly ease: Pick<EaseReadModel, 'watch'>;
  readonly log: Logger;
}

/**
 * A live list: the whole list first, again at once when the customer's own event has changed it, and coalesced when
 * others' events, the catalogue or a promotion have. Nothing is sent when nothing differs.
 */
export class RecommendationFeed {
  constructor(private readonly options: RecommendationFeedOptions) {}

  async open(request: RecommendationRequest, page: Page): Promise<AsyncIterableIterator<RecommendationConnection>> {
    const { service, histories, shop, blend, ease, products, log } = this.options;
    const subject = subjectOf(request.who);
    const again = { ...request, input: { ...request.input, awaitReceipt: null }, budget: undefined };
    const live = { ...page, live: true };
    let timer: NodeJS.Timeout | undefined;
    let running = false;
    let isStale = false;
    let closed = false;
    let sent = '';

    // Only the newest list matters to a subscriber who is slow to read.
    const queue = new BoundedQueue<RecommendationConnection>({ limit: 1, onClose: () => close() });
    const compute = async () => {
      if (running) return void (isStale = true);
      running = true;
      clearTimeout(timer);
      timer = undefined;
      try {
        const list = await service.list(again, live);
        if (!closed && differs(list)) queue.push(list, 'list');
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'live list not refreshed; the next change tries again');
      }
      running = false;
      if (isStale && !closed) {
        isStale = false;
        void compute();
      }
    };
    const differs = (list: RecommendationConnection) => {
      const ids = list.nodes.map((node) => node.id).join('\n');
      if (ids === sent) return false;
      sent = ids;
      return true;
    };
    const later = () => {
      timer ??= setTimeout(() => void compute(), OTHERS_MS + Math.random() * JITTER_MS);
    };
    // Register first, then read: a change in between is computed again.
    const stop = [
      subject === undefined ? () => undefined : histories.watch(subject, () => void compute()),
      histories.reloaded.add(later),
      shop.watch(later),
      blend.watch(later),
      ease.watch(later),
      products.watch(later),
    ];
    const close = () => {
      closed = true;
      clearTimeout(timer);
      for (const end of stop) end();
    };
    try {
      const initial = await service.list(request, live);
      differs(initial);
      queue.push(initial, 'list');
    } catch (error) {
      close();
      throw error;
    }
    return queue;
  }
}
