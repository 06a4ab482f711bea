import { knownObjects } from '../auth/room';
import { ObjectWatchers } from '../events/object-watchers';
import { readModels } from '../events/room';
import type { Viewer } from '../graphql/context';
import { ObjectFeed } from '../graphql/object-feed';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { WindowTotals } from '../streams/window-totals.service';
import { OrderAnalyticsResolver } from './order-analytics.resolver';
import { OrderAnalytics } from './order-analytics.service';
import { OrderReader } from './order-reader.service';
import { OrderResolver } from './order.resolver';
import { OrderService } from './order.service';
import { readOrders } from './order.store';
import { returnWindowOf } from './return-window';
import type { needs } from './room';

export const resolvers = [OrderAnalyticsResolver, OrderResolver];

export function api(
  { config, pool, pools, log }: ApiContext,
  { events: { eventLog }, catalog: { products }, streams: { streams } }: ApiNeeds<typeof needs>,
) {
  const returnWindow = returnWindowOf(config);
  const reader = new OrderReader(pool, products, returnWindow);
  const orders = new OrderService(eventLog);
  const changes = new ObjectWatchers(({ orders = [] }) => orders);
  const liveReader = new OrderReader(pools.lists, products, returnWindow);
  const feed = new ObjectFeed({
    name: 'order',
    find: (id, viewer: Viewer) => liveReader.find(id, viewer),
    watch: (id, onChange) => changes.watch(id, onChange),
    log,
  });
  return {
    offers: { orders, reader },
    contributes: [
      readModels.with(changes),
      knownObjects.with({ kind: 'ORDER', has: async (id) => (await readOrders(pool, [id])).has(id) }),
    ],
    resolvers: [
      new OrderAnalyticsResolver(new OrderAnalytics(streams, new WindowTotals(pool))),
      new OrderResolver(reader, orders, feed),
    ],
  };
}
