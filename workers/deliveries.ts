import type { EventLog } from '../src/events/event-log';
import { DeliveredOrders } from '../src/logistics/delivered-orders.service';
import { DeliveryCalendars } from '../src/logistics/delivery-calendars';
import { readDeliveryDays } from '../src/logistics/delivery-day.store';
import { DeliveryEstimates } from '../src/logistics/delivery-estimates.service';
import { ParcelWatch } from '../src/logistics/parcel-watch.service';
import { OrderService } from '../src/orders/order.service';
import type { Platform } from '../src/platform/connect';
import { runPeriodically } from '../src/platform/run-periodically';

const MOVE_MS = 500;

/** Moves orders to DELIVERED when their parcels are delivered, and records what is noticed of parcels. */
export function startDeliveries({ config, pool, log }: Platform, eventLog: EventLog): { stop(): Promise<void> } {
  const orders = new DeliveredOrders(pool, new OrderService(eventLog), log);
  const moving = runPeriodically(MOVE_MS, log, () => orders.moveDue());
  const calendars = new DeliveryCalendars(config.timeZone, () => readDeliveryDays(pool));
  const estimates = new DeliveryEstimates({ pool, calendars });
  const watch = new ParcelWatch({ pool, eventLog, estimates, log, lateGraceMs: config.lateGraceMs });
  const watching = watch.run();
  return {
    stop: async () => {
      watch.close();
      await Promise.all([moving.stop(), watching]);
    },
  };
}
