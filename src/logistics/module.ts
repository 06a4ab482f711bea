import type { EventService } from '../events/event.service';
import type { ReadModel } from '../events/read-model';
import type { Receipts } from '../events/receipts';
import type { OrderReader } from '../orders/order-reader.service';
import type { Platform } from '../platform/connect';
import type { StreamService } from '../streams/stream.service';
import { DeliveryEstimates } from './delivery-estimates.service';
import { ParcelStreamsResolver } from './parcel-streams.resolver';
import { shipmentFeed } from './shipment-feed';
import { ShipmentReader } from './shipment-reader.service';
import { OrderShipmentsResolver, ShipmentResolver } from './shipment.resolver';
import { ShipmentService } from './shipment.service';
import { ShipmentWatchers } from './shipment-watchers';

export interface LogisticsOptions {
  readonly events: EventService;
  readonly receipts: Receipts;
  readonly orders: OrderReader;
  readonly streams: StreamService;
}

export function logisticsModule(
  { config, pool, pools, log }: Platform,
  { events, receipts, orders, streams }: LogisticsOptions,
) {
  const reader = new ShipmentReader(pool, orders);
  const liveReader = new ShipmentReader(pools.lists, orders);
  const estimates = new DeliveryEstimates({ pool: pools.lists, timeZone: config.timeZone });
  const changes = new ShipmentWatchers();
  const feed = shipmentFeed({ reader: liveReader, estimates, changes, log });
  const resolvers = [
    new ShipmentResolver(reader, new ShipmentService(events), feed, orders, receipts, estimates),
    new OrderShipmentsResolver(reader),
    new ParcelStreamsResolver(streams),
  ];
  const readModels: ReadModel[] = [
    {
      apply: (_, change) => changes.apply(change),
      onReload: () => changes.apply({ reload: 'histories' }),
    },
  ];
  return { resolvers, readModels };
}
