import type { EventLog } from '../src/events/event-log';
import { DeliveredOrders } from '../src/logistics/delivered-orders.service';
import { OrderService } from '../src/orders/order.service';
import type { Platform } from '../src/platform/connect';
import { runPeriodically } from '../src/platform/run-periodically';

const MOVE_MS = 500;

/** Moves orders to DELIVERED when their parcels are delivered. */
export function startDeliveries({ pool, log }: Platform, eventLog: EventLog): { stop(): Promise<void> } {
  const orders = new DeliveredOrders(pool, new OrderService(eventLog), log);
  return runPeriodically(MOVE_MS, log, () => orders.moveDue());
}
