import { OrderService } from '../orders/order.service';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { DeliveredOrders } from './delivered-orders.service';
import { DeliveryCalendars } from './delivery-calendars';
import { readDeliveryDays } from './delivery-day.store';
import { DeliveryEstimates } from './delivery-estimates.service';
import { ParcelWatch } from './parcel-watch.service';
import type { needs } from './room';

const MOVE_MS = 500;

/** Moves orders to DELIVERED when their parcels are delivered, and records what is noticed of parcels. */
export function worker({ config, pool, log }: WorkerContext, { events: { eventLog } }: WorkerNeeds<typeof needs>) {
  const orders = new DeliveredOrders(pool, new OrderService(eventLog), log);
  const calendars = new DeliveryCalendars(config.timeZone, () => readDeliveryDays(pool));
  const estimates = new DeliveryEstimates({ pool, calendars });
  const watch = new ParcelWatch({ pool, eventLog, estimates, log, lateGraceMs: config.lateGraceMs });
  return running(
    () => runPeriodically(MOVE_MS, log, () => orders.moveDue()),
    () => runLoop(watch),
  );
}
