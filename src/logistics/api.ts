import type { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { EventService } from '../events/event.service';
import type { LogFollower } from '../events/log-follower';
import type { ReadModel } from '../events/read-model';
import type { Receipts } from '../events/receipts';
import type { OrderReader } from '../orders/order-reader.service';
import type { Platform } from '../platform/connect';
import type { StreamService } from '../streams/stream.service';
import { CarrierCodesReadModel } from './carrier-codes.read-model';
import { CarrierCodeResolver } from './carrier-code.resolver';
import { CarrierCodeService } from './carrier-code.service';
import { DeliveryAccuracyResolver } from './delivery-accuracy.resolver';
import { DeliveryAccuracies } from './delivery-accuracy.service';
import { DeliveryCalendars } from './delivery-calendars';
import { DeliveryDayResolver } from './delivery-day.resolver';
import { DeliveryDayService } from './delivery-day.service';
import { readDeliveryDays } from './delivery-day.store';
import { DeliveryEstimates } from './delivery-estimates.service';
import { OrderEstimateResolver } from './order-estimate.resolver';
import { OrderEstimates } from './order-estimates.service';
import { ParcelStreamsResolver } from './parcel-streams.resolver';
import { shipmentFeed } from './shipment-feed';
import { ShipmentReader } from './shipment-reader.service';
import { OrderShipmentsResolver, ShipmentResolver } from './shipment.resolver';
import { ShipmentService } from './shipment.service';
import { ShipmentWatchers } from './shipment-watchers';
import { VoidService } from './void.service';

export interface LogisticsOptions {
  readonly events: EventService;
  readonly receipts: Receipts;
  readonly orders: OrderReader;
  readonly streams: StreamService;
  readonly products: ProductsReadModel;
  readonly follower: LogFollower;
}

export function logisticsModule(
  { config, pool, pools, log }: Platform,
  eventLog: EventLog,
  { events, receipts, orders, streams, products, follower }: LogisticsOptions,
) {
  const reader = new ShipmentReader(pool, orders);
  const liveReader = new ShipmentReader(pools.lists, orders);
  const calendars = new DeliveryCalendars(config.timeZone, () => readDeliveryDays(pools.lists));
  const estimates = new DeliveryEstimates({ pool: pools.lists, calendars });
  const changes = new ShipmentWatchers();
  const feed = shipmentFeed({ reader: liveReader, estimates, changes, log });
  const codes = new CarrierCodesReadModel();
  const resolvers = [
    new DeliveryDayResolver(new DeliveryDayService(pool)),
    new DeliveryAccuracyResolver(new DeliveryAccuracies({ pool, calendars })),
    new CarrierCodeResolver(new CarrierCodeService(pool, eventLog.outbox, follower)),
    new ShipmentResolver(
      ...([reader, new ShipmentService(events, codes), new VoidService(eventLog)] as const),
      ...([feed, orders, receipts, estimates] as const),
    ),
    new OrderShipmentsResolver(reader),
    new ParcelStreamsResolver(streams),
    new OrderEstimateResolver(products, new OrderEstimates({ pool: pools.lists, calendars })),
  ];
  const readModels: ReadModel[] = [
    { load: (client) => codes.load(client), apply: (_, change) => codes.apply(change) },
    {
      apply: (_, change) => changes.apply(change),
      onReload: () => changes.apply({ reload: 'histories' }),
    },
  ];
  return { resolvers, readModels, estimates };
}
