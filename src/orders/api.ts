import type { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import type { Viewer } from '../graphql/context';
import { ObjectFeed } from '../graphql/object-feed';
import type { Platform } from '../platform/connect';
import type { StreamService } from '../streams/stream.service';
import { WindowTotals } from '../streams/window-totals.service';
import { OrderAnalyticsResolver } from './order-analytics.resolver';
import { OrderAnalytics } from './order-analytics.service';
import { OrderReader } from './order-reader.service';
import { OrderResolver } from './order.resolver';
import { OrderService } from './order.service';
import { OrderWatchers } from './order-watchers';
import { returnWindowOf } from './return-window';

export function ordersModule(
  { config, pool, pools, log }: Platform,
  eventLog: EventLog,
  { products, streams }: { readonly products: ProductsReadModel; readonly streams: StreamService },
) {
  const returnWindow = returnWindowOf(config);
  const reader = new OrderReader(pool, products, returnWindow);
  const orders = new OrderService(eventLog);
  const changes = new OrderWatchers();
  const liveReader = new OrderReader(pools.lists, products, returnWindow);
  const feed = new ObjectFeed({
    name: 'order',
    find: (id, viewer: Viewer) => liveReader.find(id, viewer),
    watch: (id, onChange) => changes.watch(id, onChange),
    log,
  });
  const resolvers = [
    new OrderAnalyticsResolver(new OrderAnalytics(streams, new WindowTotals(pool))),
    new OrderResolver(reader, orders, feed),
  ];
  const readModels: ReadModel[] = [
    {
      apply: (_, change) => changes.apply(change),
      onReload: () => changes.apply({ reload: 'histories' }),
    },
  ];
  return { orders, reader, resolvers, readModels };
}
