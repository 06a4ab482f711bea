import { ObjectWatchers } from '../events/object-watchers';
import { readModels } from '../events/room';
import type { ApiContext, ApiNeeds } from '../rooms/room';
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
import type { needs } from './room';
import { shipmentFeed, subjectsOfShipmentsIn } from './shipment-feed';
import { ShipmentReader } from './shipment-reader.service';
import { OrderShipmentsResolver, ShipmentResolver } from './shipment.resolver';
import { ShipmentService } from './shipment.service';
import { VoidService } from './void.service';

export const resolvers = [
  DeliveryDayResolver,
  DeliveryAccuracyResolver,
  CarrierCodeResolver,
  ShipmentResolver,
  OrderShipmentsResolver,
  ParcelStreamsResolver,
  OrderEstimateResolver,
];

export function api({ config, pool, pools, log }: ApiContext, needed: ApiNeeds<typeof needs>) {
  const { events, receipts, follower, eventLog } = needed.events;
  const { products } = needed.catalog;
  const orders = needed.orders.reader;
  const reader = new ShipmentReader(pool, orders);
  const liveReader = new ShipmentReader(pools.lists, orders);
  const calendars = new DeliveryCalendars(config.timeZone, () => readDeliveryDays(pools.lists));
  const estimates = new DeliveryEstimates({ pool: pools.lists, calendars });
  const changes = new ObjectWatchers(subjectsOfShipmentsIn);
  const feed = shipmentFeed({ reader: liveReader, estimates, changes, log });
  const codes = new CarrierCodesReadModel();
  return {
    offers: { estimates },
    contributes: [readModels.with(codes, changes)],
    resolvers: [
      new DeliveryDayResolver(new DeliveryDayService(pool)),
      new DeliveryAccuracyResolver(new DeliveryAccuracies({ pool, calendars })),
      new CarrierCodeResolver(new CarrierCodeService(pool, eventLog.outbox, follower)),
      new ShipmentResolver(
        ...([reader, new ShipmentService(events, codes), new VoidService(eventLog)] as const),
        ...([feed, orders, receipts, estimates] as const),
      ),
      new OrderShipmentsResolver(reader),
      new ParcelStreamsResolver(needed.streams.streams),
      new OrderEstimateResolver(products, new OrderEstimates({ pool: pools.lists, calendars })),
    ],
  };
}
