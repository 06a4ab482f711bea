import type { ProductsReadModel } from '../catalog/products.read-model';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import type { ActiveModel } from '../models/active-model.service';
import { openLiveAnswer } from '../graphql/live-answer';
import type { Logger } from '../platform/log';
import type { EaseReadModel } from './ease.read-model';
import type { Page, RecommendationRequest, RecommendationService } from './recommendation.service';
import type { RecommendationConnection } from './recommendation.type';
import type { ShopStateReadModel } from './shop-state.read-model';

/** Minimum delay before a change caused by other customers is sent. */
const OTHERS_MS = 2_000;

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
 * A live list. The subscriber first receives the full list. After an event of the customer the changed list is sent
 * immediately. Changes by other customers, the catalogue or a promotion are coalesced. An unchanged list is not sent.
 */
export class RecommendationFeed {
  constructor(private readonly options: RecommendationFeedOptions) {}

  open(request: RecommendationRequest, page: Page): Promise<AsyncIterableIterator<RecommendationConnection>> {
    const { service, histories, shop, blend, ease, products, log } = this.options;
    const subject = subjectOf(request.who);
    const again = { ...request, input: { ...request.input, awaitReceipt: null }, budget: undefined };
    const live = { ...page, live: true };
    return openLiveAnswer({
      name: 'list',
      first: () => service.list(request, live),
      again: () => service.list(again, live),
      shownOf: ({ nodes }) => nodes.map(({ id }) => id).join('\n'),
      watch: ({ now, within }) => {
        const later = within(OTHERS_MS);
        return [
          subject === undefined ? () => undefined : histories.watch(subject, now),
          histories.reloaded.add(later),
          shop.watch(later),
          blend.watch(later),
          ease.watch(later),
          products.watch(later),
        ];
      },
      log,
    });
  }
}
