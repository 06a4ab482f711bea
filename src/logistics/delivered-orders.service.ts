import type { OrderService } from '../orders/order.service';
import { canMove } from '../orders/life-cycle';
import { readOrders } from '../orders/order.store';
import type { Logger } from '../platform/log';
import { inSnapshot, type Pool } from '../platform/postgres';
import { isDelivered, lastDelivery } from './delivered-units';
import { readAwaitedOrders, readShipmentsOfOrder, recordExamined } from './shipment.store';

/** Who moves the orders, in their histories. */
const MOVED_BY = 'shipments';

/**
 * Moves orders to DELIVERED when all units that the customer keeps are. Parcels that return to the shop move no order.
 * Several workers may do so at the same time, because a repeated move changes nothing.
 */
export class DeliveredOrders {
  constructor(
    private readonly pool: Pool,
    private readonly orders: Pick<OrderService, 'move'>,
    private readonly log: Logger,
  ) {}

  /** Examines the orders whose parcels or units have changed since the last call. An order that fails is logged. */
  async moveDue(): Promise<void> {
    for (const orderId of await readAwaitedOrders(this.pool)) {
      try {
        await this.moveIfDelivered(orderId);
      } catch (error) {
        this.log.warn({ order: orderId, error: (error as Error).message }, 'delivered order not examined');
      }
    }
  }

  private async moveIfDelivered(orderId: string): Promise<void> {
    const { order, shipments } = await inSnapshot(this.pool, async (client) => ({
      order: (await readOrders(client, [orderId])).get(orderId),
      shipments: await readShipmentsOfOrder(client, orderId),
    }));
    if (order !== undefined && canMove(order.status, 'DELIVERED') && isDelivered(order, shipments)) {
      const move = { orderId, status: 'DELIVERED' as const, occurredAt: new Date(lastDelivery(shipments)) };
      const { errors } = await this.orders.move(move, { by: MOVED_BY });
      // The order was moved in another way since.
      for (const { message } of errors) this.log.warn({ order: orderId, error: message }, 'delivered order not moved');
    }
    await recordExamined(this.pool, shipments);
  }
}
