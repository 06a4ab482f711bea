import type { OrderService } from '../orders/order.service';
import { deliveriesOf } from '../orders/delivery-moves';
import { canMove, MOVED_BY_SHIPMENTS } from '../orders/life-cycle';
import type { OrderRecord } from '../orders/order-record';
import { readOrders } from '../orders/order.store';
import type { Logger } from '../platform/log';
import { inSnapshot, type Pool } from '../platform/postgres';
import { deliveryOf } from './delivered-units';
import { readAwaitedOrders, readShipmentsToExamine, recordExamined, type ExaminedShipment } from './shipment.store';

/**
 * Moves orders to DELIVERED when all units that the customer keeps are, and back to SHIPPED when that turns out to be wrong.
 * Parcels that return to the shop move no order. Several workers may do so at the same time, because a repeated move
 * changes nothing.
 */
export class DeliveredOrders {
  constructor(
    private readonly pool: Pool,
    private readonly orders: Pick<OrderService, 'move' | 'takeBackDelivery'>,
    private readonly log: Logger,
  ) {}

  /** Examines the orders whose parcels or units have changed since the last call. An order that fails is logged. */
  async moveDue(): Promise<void> {
    for (const orderId of await readAwaitedOrders(this.pool)) {
      try {
        await this.examine(orderId);
      } catch (error) {
        this.log.warn({ order: orderId, error: (error as Error).message }, 'delivered order not examined');
      }
    }
  }

  private async examine(orderId: string): Promise<void> {
    const { order, shipments } = await inSnapshot(this.pool, async (client) => ({
      order: (await readOrders(client, [orderId])).get(orderId),
      shipments: await readShipmentsToExamine(client, orderId),
    }));
    const hasMoved = order !== undefined && (await this.move(order, shipments));
    await recordExamined(this.pool, shipments, hasMoved);
  }

  /** @returns whether the order may have moved */
  private async move(order: OrderRecord, shipments: readonly ExaminedShipment[]): Promise<boolean> {
    const deliveryMs = deliveryOf(order, shipments);
    const deliveredAt = deliveryMs === null ? null : new Date(deliveryMs);
    const isBack = isTakenBack(order, shipments, deliveryMs);
    if (isBack) await this.orders.takeBackDelivery(order.id, deliveredAt);
    if (deliveredAt === null || !canMove(order.status, 'DELIVERED')) return isBack;
    const move = { orderId: order.id, status: 'DELIVERED' as const, occurredAt: deliveredAt };
    const { errors } = await this.orders.move(move, { by: MOVED_BY_SHIPMENTS });
    // The order was moved in another way since.
    for (const { message } of errors) this.log.warn({ order: order.id, error: message }, 'delivered order not moved');
    return true;
  }
}

/**
 * Returns whether an order is DELIVERED because of deliveries that were taken back.
 * @param deliveredAt when it was delivered according to its parcels
 */
function isTakenBack(order: OrderRecord, shipments: readonly ExaminedShipment[], deliveredAt: number | null): boolean {
  if (order.status !== 'DELIVERED' || !shipments.some(({ lostDelivery }) => lostDelivery)) return false;
  const move = deliveriesOf(order.history).find(({ movedBy }) => movedBy === MOVED_BY_SHIPMENTS);
  return move !== undefined && Date.parse(move.occurredAt) !== deliveredAt;
}
