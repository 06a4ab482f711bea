import type { OrderService } from '../orders/order.service';
import type { OrderWriteResult } from '../orders/order-transaction';
import type { Pool } from '../platform/postgres';
import { nextStep, type OrderStep } from './order-steps';
import { readOpenOrders, type OpenOrder } from './order-desk.store';

/** Duration of one day of `OrderStep.afterDays` in the live demo: short, so that orders are delivered in minutes. */
const SIMULATED_DAY_MS = 90_000;
const SENDER = { by: 'demo' } as const;

/** Simulates the staff of the demo shop, who charge, pack, ship, cancel, take back and refund orders. */
export class OrderDesk {
  /** The ids of orders whose step failed; they are not retried. */
  private readonly failedIds = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly orders: OrderService,
  ) {}

  /**
   * Performs the next step of up to `maxSteps` orders whose next step is due. The newest order comes first, because a
   * visitor may be watching it.
   * @returns the number of steps
   */
  async advance(now: number, maxSteps: number): Promise<number> {
    const due = (await this.readOpenOrders()).flatMap((order) => {
      const step = nextStep(order.status, order.id);
      const isDue = step && order.placedAt + step.afterDays * SIMULATED_DAY_MS <= now && !this.failedIds.has(order.id);
      return isDue ? [{ order, step }] : [];
    });
    for (const { order, step } of due.slice(0, maxSteps)) {
      const { errors } = await this.performStep(order, step, new Date(now));
      if (errors.length > 0) this.failedIds.add(order.id);
    }
    return Math.min(due.length, maxSteps);
  }

  private performStep(order: OpenOrder, { action }: OrderStep, occurredAt: Date): Promise<OrderWriteResult> {
    if (action !== 'CHARGE' && action !== 'REFUND')
      return this.orders.move({ orderId: order.id, status: action, occurredAt }, SENDER);
    const amount = action === 'CHARGE' ? order.total : order.paid;
    const payment = {
      id: `${order.id}-${action.toLowerCase()}`,
      orderId: order.id,
      kind: action,
      amount: { amount, currency: order.currency },
      occurredAt,
      method: 'card',
    };
    return this.orders.pay([payment], SENDER);
  }

  /** Returns the orders that may have a next step. A delivered order is included for an hour after it was placed. */
  private async readOpenOrders(): Promise<OpenOrder[]> {
    return readOpenOrders(this.pool);
  }
}
