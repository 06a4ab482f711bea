import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { HistoriesReadModel } from '../../customers/histories.read-model';
import type { ProfileValuesReadModel } from '../../customers/profiles/profile-values.read-model';
import { subjectOf } from '../../events/log-event';
import type { ActiveModel } from '../../models/active-model.service';
import { openLiveQuery } from '../../graphql/live-query';
import type { Logger } from '../../platform/log';
import type { EaseReadModel } from '../ease/ease.read-model';
import type { ListPage, RecommendationRequest, RecommendationService } from './recommendation.service';
import type { RecommendationConnection } from './recommendation.type';
import type { ShopStateReadModel } from '../../live-state/replication/shop-state.read-model';

/** Minimum delay before a change caused by other customers is sent. */
const MIN_SHOP_DELAY_MS = 2_000;

export interface RecommendationFeedOptions {
  readonly service: RecommendationService;
  readonly products: ProductsReadModel;
  readonly histories: HistoriesReadModel;
  readonly profileValues: Pick<ProfileValuesReadModel, 'watch' | 'reloaded'>;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<unknown>, 'watch'>;
  readonly ease: Pick<EaseReadModel, 'watch'>;
  readonly log: Logger;
}

/**
 * A live list. The subscriber first receives the full list. After an event of the customer, and after a change of the
 * profile that the expressions read, the changed list is sent immediately. Changes caused by other customers, the catalogue or a model promotion are sent together after a delay.
 * An unchanged list is not sent.
 */
export class RecommendationFeed {
  constructor(private readonly options: RecommendationFeedOptions) {}

  open(request: RecommendationRequest, page: ListPage): Promise<AsyncIterableIterator<RecommendationConnection>> {
    const { service, histories, profileValues, shop, blend, ease, products, log } = this.options;
    const subject = subjectOf(request.who);
    const profiled = request.conditions.readsProfile ? request.who.customerId : undefined;
    const reloadRequest = { ...request, input: { ...request.input, awaitReceipt: null }, budget: undefined };
    const livePage = { ...page, live: true };
    return openLiveQuery({
      name: 'list',
      loadFirst: () => service.list(request, livePage),
      reload: () => service.list(reloadRequest, livePage),
      visibleStateOf: ({ nodes }) => nodes.map(({ id }) => id).join('\n'),
      watchChanges: ({ now, within }) => {
        const notifyLater = within(MIN_SHOP_DELAY_MS);
        return [
          subject === undefined ? () => undefined : histories.watch(subject, now),
          histories.reloaded.add(notifyLater),
          ...(profiled === undefined
            ? []
            : [profileValues.watch(profiled, now), profileValues.reloaded.add(notifyLater)]),
          shop.watch(notifyLater),
          blend.watch(notifyLater),
          ease.watch(notifyLater),
          products.watch(notifyLater),
        ];
      },
      turns: request.turns,
      log,
    });
  }
}
